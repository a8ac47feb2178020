"""Which indexes a collection has, which it should have, and which stand in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.collection import Collection

from domain.errors import Conflict

Raw = Mapping[str, Any]
OPTIONS = ("unique", "sparse", "expireAfterSeconds", "partialFilterExpression", "weights")
IN_THE_WAY = "The database has indexes of another program: {names}. Run `threadline adopt` first."


@dataclass(frozen=True)
class Survey:
    """One collection's indexes by name, as they are and as they should be."""

    collection: Collection[dict[str, Any]]
    have: Mapping[str, Raw]
    want: Mapping[str, Raw]

    @property
    def outdated(self) -> list[str]:
        """Ours by their name, but made otherwise than they are now."""
        both = self.have.keys() & self.want.keys()
        return sorted(name for name in both if _spec(self.have[name]) != _spec(self.want[name]))

    @property
    def clashing(self) -> list[str]:
        """Another program's that ours cannot stand beside, or that refuse what we must store."""
        others = self.have.keys() - self.want.keys()
        return sorted(name for name in others if self._clashes(self.have[name]))

    def _clashes(self, found: Raw) -> bool:
        keys = [_keys(one) for one in self.want.values()]
        return bool(found.get("unique")) or "weights" in found or _keys(found) in keys


def surveyed(collection: Collection[dict[str, Any]], wanted: Sequence[IndexModel]) -> Survey:
    """What there is and what there should be; the primary key's own index is not looked at."""
    have = {str(one["name"]): one for one in collection.list_indexes() if one["name"] != "_id_"}
    return Survey(collection, have, {one.document["name"]: one.document for one in wanted})


def ensured(collection: Collection[dict[str, Any]], wanted: Sequence[IndexModel]) -> list[str]:
    """Make them all, replacing those made otherwise before; their names.

    Raises Conflict when another program's indexes stand in the way.
    """
    found = surveyed(collection, wanted)
    if found.clashing:
        names = ", ".join(f"{collection.name}.{name}" for name in found.clashing)
        raise Conflict(IN_THE_WAY.format(names=names))
    for name in found.outdated:
        collection.drop_index(name)
    return list(collection.create_indexes([*wanted]))


def _keys(found: Raw) -> list[tuple[str, Any]]:
    """Fields and directions; a text index is known by its words instead."""
    if "weights" in found or "text" in dict(found["key"]).values():
        return [("words", "text")]
    return list(dict(found["key"]).items())


def _spec(found: Raw) -> dict[str, Any]:
    """What makes two indexes of one name the same."""
    told = {name: found[name] for name in OPTIONS if found.get(name) not in (None, False)}
    keys = dict(found["key"])
    if "weights" in told or "text" in keys.values():
        words = told.pop("weights", None) or [name for name, kind in keys.items() if kind == "text"]
        told["words"] = sorted(words)
    return told | {"keys": _keys(found)}
