"""How values of stored documents are read."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from keyword import iskeyword
from typing import Any, TypeVar

import strawberry
from bson import Decimal128

from graph.enums import known
from graph.types.stored import Source, Sources, Stored

Raw = Mapping[str, Any]
E = TypeVar("E", bound=Enum)
CAPITAL = re.compile("[A-Z]")
S = TypeVar("S", bound=Stored)


@dataclass(frozen=True)
class Selected:
    """What is selected of a type: the stored fields that it needs, and how each value is read."""

    sources: Sources
    needs: frozenset[str]
    reads: tuple[tuple[str, Callable[[Raw], Any]], ...]


def selected(sources: Sources, names: Iterable[str]) -> Selected:
    """Of these fields, by their names in the API."""
    chosen = {name: sources[name] for name in map(_attribute, names) if name in sources}
    return Selected(
        sources,
        frozenset(field for source in chosen.values() for field in source.needs),
        tuple((name, source.read) for name, source in chosen.items() if source.read),
    )


def made(kind: type[S], what: Selected, raw: Raw, **beside: Any) -> S:
    """A node of that document with what was loaded beside it."""
    node = object.__new__(kind)
    values = {name: read(raw) for name, read in what.reads}
    node.__dict__.update(values, **beside, _raw=raw, _sources=what.sources)
    return node


def _attribute(name: str) -> str:
    """What a field of the API is called in Python."""
    snake = CAPITAL.sub(lambda found: f"_{found[0].lower()}", name)
    return f"{snake}_" if iskeyword(snake) else snake


def as_kept(name: str, otherwise: object = None) -> Source:
    """The stored field as it is; for nothing, for a null and for an empty one what is given."""
    return Source((name,), lambda raw: raw.get(name) or otherwise)


def one_of(kind: type[E], name: str, otherwise: E) -> Source:
    """The member of that stored value."""
    return Source((name,), lambda raw: known(kind, raw.get(name), otherwise))


def beside(*needs: str) -> Source:
    """What is loaded by these stored fields."""
    return Source(needs)


def identity(raw: Raw) -> strawberry.ID:
    """The document's id as clients know it."""
    return strawberry.ID(str(raw["_id"]))


def decimal(value: object) -> Decimal | None:
    """Adopted documents keep prices as numbers."""
    if value is None:
        return None
    return value.to_decimal() if isinstance(value, Decimal128) else Decimal(str(value))


def optional(kind: type[E], stored: object) -> E | None:
    """The member of that stored value, if there is one."""
    return known(kind, stored, None) if stored else None  # type: ignore[type-var]


ID = Source((), identity)
