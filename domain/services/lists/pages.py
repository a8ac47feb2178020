"""Pages of raw documents by keyset: a page costs the same wherever it is in the list.

A cursor holds the order's values of one document, so the next page begins exactly after it
whatever was added or removed meanwhile. Documents are raw dicts, as MongoDB keeps them.

Where no index finds just what is wanted, a page looks through a bounded part of the list only:
it may hold less than was asked for, and its end is where the looking ended.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

import bson
from bson import ObjectId
from bson.codec_options import CodecOptions
from bson.errors import BSONError

from domain.errors import FieldError, InvalidInput
from domain.model import Noun
from domain.services.lists import reach
from domain.services.lists.orders import (
    LAST_CONTACT,
    LATEST,
    NAME,
    NEWEST,
    OLDEST,
    Order,
    Place,
    Raw,
    is_place,
)
from domain.services.lists.wanted import Driver, Wanted, any_of, both

__all__ = ["LAST_CONTACT", "LATEST", "NAME", "NEWEST", "OLDEST", "Order", "Raw"]

MOST = 200
Fields = Mapping[str, int]
AWARE: CodecOptions[Raw] = CodecOptions(tz_aware=True)
# Of a contact, also what belongs to those that were merged into it.
MERGED = {"$concatArrays": [["$_id"], "$mergedIds"]}
OWN: Raw = {"$cond": [{"$gt": [{"$size": {"$ifNull": ["$mergedIds", []]}}, 0]}, MERGED, "$_id"]}
BAD_CURSOR = "This is not a cursor of this list: use one from its pageInfo or edges."


@dataclass(frozen=True)
class Window:
    """Which part of a list is asked for: so many, after that cursor."""

    order: Order
    first: int
    after: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.first <= MOST:
            reason = f"Ask for 1 to {MOST} at a time; for more, follow the cursor."
            raise InvalidInput(reason, fields=(FieldError("first", reason),))

    @property
    def place(self) -> Place | None:
        """Where it begins; InvalidInput for what is no cursor of this list."""
        return None if self.after is None else _decoded(self.after, self.order)


@dataclass(frozen=True)
class Page:
    """Documents in order. `cursor(document)` of one of them begins the page after it.

    `looked_to` is where the looking ended, if that was before the page was full.
    """

    documents: Sequence[Raw]
    order: Order
    has_next: bool
    has_previous: bool
    looked_to: Place | None = None

    def cursor(self, document: Raw) -> str:
        """Opaque to clients; only `_decoded` reads it."""
        return self._encoded(self.order.place(document))

    @property
    def end(self) -> str | None:
        """The cursor with which the next page begins."""
        if self.looked_to is not None:
            return self._encoded(self.looked_to)
        return self.cursor(self.documents[-1]) if self.documents else None

    def _encoded(self, place: Place) -> str:
        packed = bson.encode({"o": self.order.name, "v": list(place)})
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def page(
    noun: type[Noun], match: Raw | Wanted, window: Window, fields: Fields | None = None
) -> Page:
    """One page of what matches. `fields` are read: those with 1, or all but those with 0."""
    wanted = match if isinstance(match, Wanted) else plain(match)
    asked = reach.Asked(noun, wanted, window.order, window.place, window.first)
    found = reach.found(asked, fields or {})
    return _cut(found.documents, window, found.looked_to)


def plain(match: Raw) -> Wanted:
    """A condition of equalities and lists of values that the planner finds an index for."""
    if not match:
        return Wanted()
    values = product(*(_values(one) for one in match.values()))
    return Wanted((Driver(None, tuple(dict(zip(match, each, strict=True)) for each in values)),))


def pages_of(
    parent: type[Noun],
    ids: Sequence[ObjectId],
    child: type[Noun],
    link: str,
    window: Window,
    fields: Fields | None = None,
    where: Raw | None = None,
) -> dict[ObjectId, Page]:
    """For each parent its page of children (those whose `link` is the parent), in one command.

    `where` is what else must hold of them.
    """
    span = any_of(window.order.spans(window.place, None))
    inner: list[Raw] = [{"$match": both(where or {}, span)}]
    inner += [{"$sort": dict(window.order.sort)}, {"$limit": window.first + 1}]
    inner += [{"$project": fields}] if fields else []
    lookup = {
        "from": child._get_collection().name,
        "localField": "own",
        "foreignField": link,
        "pipeline": inner,
        "as": "page",
    }
    rows = parent._get_collection().aggregate(
        [{"$match": {"_id": {"$in": list(ids)}}}, {"$project": {"own": OWN}}, {"$lookup": lookup}]
    )
    found_for = {row["_id"]: row["page"] for row in rows}
    return {each: _cut(found_for.get(each, []), window) for each in ids}


def by_key(
    noun: type[Noun], key: str, values: Iterable[Any], fields: Fields | None = None
) -> list[Raw]:
    """The documents whose unique `key` is one of those values, in one command."""
    wanted = list({value for value in values if value is not None})
    if not wanted:
        return []
    found = noun._get_collection().find({key: {"$in": wanted}}, fields or None)
    return list(found)


def by_id(noun: type[Noun], own: str) -> list[Raw]:
    """The document with that id, if there is one; an id that cannot be one has none."""
    return by_key(noun, "_id", [ObjectId(own)]) if ObjectId.is_valid(own) else []


def count(noun: type[Noun], match: Raw | Wanted) -> int:
    """How many match in all; walks the index, so only when somebody asks."""
    whole = match.match if isinstance(match, Wanted) else match
    return int(noun._get_collection().count_documents(whole))


def counts_of(
    parent: type[Noun],
    child: type[Noun],
    link: str,
    ids: Sequence[ObjectId],
    where: Raw | None = None,
) -> dict[ObjectId, int]:
    """How many children each parent has, in one command."""
    lookup = {
        "from": child._get_collection().name,
        "localField": "own",
        "foreignField": link,
        "pipeline": [*([{"$match": where}] if where else []), {"$count": "n"}],
        "as": "counted",
    }
    rows = parent._get_collection().aggregate(
        [{"$match": {"_id": {"$in": list(ids)}}}, {"$project": {"own": OWN}}, {"$lookup": lookup}]
    )
    return {row["_id"]: row["counted"][0]["n"] if row["counted"] else 0 for row in rows}


def _values(condition: Any) -> list[Any]:
    listed = isinstance(condition, dict) and list(condition) == ["$in"]
    return list(condition["$in"]) if listed else [condition]


def _cut(found: Sequence[Raw], window: Window, looked_to: Place | None = None) -> Page:
    full = len(found) > window.first
    return Page(
        documents=found[: window.first],
        order=window.order,
        has_next=full or looked_to is not None,
        has_previous=window.after is not None,
        looked_to=None if full else looked_to,
    )


def _decoded(cursor: str, order: Order) -> list[Any]:
    """The values in a cursor; nothing but plain values, as it comes from outside."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        held = bson.decode(packed, AWARE)
    except (binascii.Error, BSONError, ValueError) as error:
        raise _bad_cursor() from error
    values = held.get("v")
    if held.get("o") != order.name or not isinstance(values, list):
        raise _bad_cursor()
    if not is_place(values, order) or not all(map(_is_plain, values)):
        raise _bad_cursor()
    return values


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, datetime | ObjectId | str | int)


def _bad_cursor() -> InvalidInput:
    return InvalidInput(BAD_CURSOR, fields=(FieldError("after", BAD_CURSOR),))
