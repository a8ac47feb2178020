"""Pages of raw documents by keyset: a page costs the same wherever it is in the list.

A cursor holds the order's values of one document, so the next page begins exactly after it
whatever was added or removed meanwhile. Documents are raw dicts, as MongoDB keeps them.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import bson
from bson import ObjectId
from bson.codec_options import CodecOptions
from bson.errors import BSONError

from domain.errors import FieldError, InvalidInput
from domain.model import Noun

Raw = dict[str, Any]
MOST = 200
AWARE: CodecOptions[Raw] = CodecOptions(tz_aware=True)
BAD_CURSOR = "This is not a cursor of this list: use one from its pageInfo or edges."


@dataclass(frozen=True)
class Order:
    """An index's keys with one direction for all; `_id` is the last, so that no two are equal."""

    name: str
    keys: tuple[str, ...]
    direction: int
    may_lack: bool = False

    @property
    def sort(self) -> list[tuple[str, int]]:
        """As MongoDB wants it."""
        return [(key, self.direction) for key in self.keys]


NEWEST = Order("newest", ("createdAt", "_id"), -1)
OLDEST = Order("oldest", ("createdAt", "_id"), 1)
LATEST = Order("latest", ("lastMessageAt", "_id"), -1)
LAST_CONTACT = Order("lastContact", ("lastContactDate", "_id"), -1, may_lack=True)
NAME = Order("name", ("lastName", "firstName", "_id"), 1)


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


@dataclass(frozen=True)
class Page:
    """Documents in order. `cursor(document)` of one of them begins the page after it."""

    documents: Sequence[Raw]
    order: Order
    has_next: bool
    has_previous: bool

    def cursor(self, document: Raw) -> str:
        """Opaque to clients; only `_decoded` reads it."""
        values = [document.get(key) for key in self.order.keys]
        packed = bson.encode({"o": self.order.name, "v": values})
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def page(noun: type[Noun], match: Raw, window: Window, hidden: Iterable[str] = ()) -> Page:
    """One page of what matches; `hidden` fields are left in the database."""
    order = window.order
    found = list(
        noun._get_collection()
        .find(beginning(match, window), dict.fromkeys(hidden, 0) or None)
        .sort(order.sort)
        .limit(window.first + 1)
    )
    return _cut(found, window)


def pages_of(
    parent: type[Noun],
    ids: Sequence[ObjectId],
    child: type[Noun],
    link: str,
    window: Window,
    hidden: Iterable[str] = (),
) -> dict[ObjectId, Page]:
    """For each parent its page of children (those whose `link` is the parent), in one command."""
    inner: list[Raw] = [{"$match": found}] if (found := beginning({}, window)) else []
    inner += [{"$sort": dict(window.order.sort)}, {"$limit": window.first + 1}]
    inner += [{"$project": dict.fromkeys(hidden, 0)}] if hidden else []
    lookup = {
        "from": child._get_collection().name,
        "localField": "_id",
        "foreignField": link,
        "pipeline": inner,
        "as": "page",
    }
    rows = parent._get_collection().aggregate(
        [{"$match": {"_id": {"$in": list(ids)}}}, {"$project": {"_id": 1}}, {"$lookup": lookup}]
    )
    found_for = {row["_id"]: row["page"] for row in rows}
    return {each: _cut(found_for.get(each, []), window) for each in ids}


def by_key(
    noun: type[Noun], key: str, values: Iterable[Any], hidden: Iterable[str] = ()
) -> list[Raw]:
    """The documents whose unique `key` is one of those values, in one command."""
    wanted = list({value for value in values if value is not None})
    if not wanted:
        return []
    found = noun._get_collection().find({key: {"$in": wanted}}, dict.fromkeys(hidden, 0) or None)
    return list(found)


def by_id(noun: type[Noun], own: str) -> list[Raw]:
    """The document with that id, if there is one; an id that cannot be one has none."""
    return by_key(noun, "_id", [ObjectId(own)]) if ObjectId.is_valid(own) else []


def count(noun: type[Noun], match: Raw) -> int:
    """How many match in all; walks the index, so only when somebody asks."""
    return int(noun._get_collection().count_documents(match))


def counts_of(child: type[Noun], link: str, ids: Sequence[ObjectId]) -> dict[ObjectId, int]:
    """How many children each parent has, in one command."""
    rows = child._get_collection().aggregate(
        [{"$match": {link: {"$in": list(ids)}}}, {"$group": {"_id": f"${link}", "n": {"$sum": 1}}}]
    )
    return {row["_id"]: row["n"] for row in rows}


def beginning(match: Raw, window: Window) -> Raw:
    """What matches and comes after the window's cursor."""
    if window.after is None:
        return match
    after = _after(window.order, _decoded(window.after, window.order))
    return {"$and": [match, after]} if match else after


def _after(order: Order, values: Sequence[Any]) -> Raw:
    """Strictly after those values. The first key is bounded on its own, for the index's sake."""
    beyond = "$gt" if order.direction > 0 else "$lt"
    branches: list[Raw] = []
    for place, (key, value) in enumerate(zip(order.keys, values, strict=True)):
        same = dict(zip(order.keys[:place], values[:place], strict=True))
        if value is not None:
            branches.append(same | {key: {beyond: value}})
    if order.may_lack and values[0] is not None:
        branches.append({order.keys[0]: None})
        return {"$or": branches}
    if values[0] is None:
        return branches[-1]
    return {order.keys[0]: {f"{beyond}e": values[0]}, "$or": branches}


def _cut(found: Sequence[Raw], window: Window) -> Page:
    return Page(
        documents=found[: window.first],
        order=window.order,
        has_next=len(found) > window.first,
        has_previous=window.after is not None,
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
    if len(values) != len(order.keys) or not all(map(_is_plain, values)):
        raise _bad_cursor()
    if not isinstance(values[-1], ObjectId) or (values[0] is None and not order.may_lack):
        raise _bad_cursor()
    return values


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, datetime | ObjectId | str)


def _bad_cursor() -> InvalidInput:
    return InvalidInput(BAD_CURSOR, fields=(FieldError("after", BAD_CURSOR),))
