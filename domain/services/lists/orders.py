"""In which order lists are read, and the stretches of an index between two places in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

Raw = dict[str, Any]
Place = Sequence[Any]
"""The values of an order's keys in one document."""


@dataclass(frozen=True)
class Order:
    """An index's keys with one direction for all; `_id` is the last, so that no two are equal.

    `index` serves the order alone; an index for a condition as well is named after that condition
    with `suffix`. What `may_lack` a key counts as less than what has it.
    """

    name: str
    keys: tuple[str, ...]
    direction: int
    index: str | None = None
    suffix: str = ""
    may_lack: tuple[str, ...] = ()

    @property
    def sort(self) -> list[tuple[str, int]]:
        """As MongoDB wants it."""
        return [(key, self.direction) for key in self.keys]

    def place(self, document: Raw) -> list[Any]:
        """Where that document stands."""
        return [document.get(key) for key in self.keys]

    def sorted(self, documents: Sequence[Raw]) -> list[Raw]:
        """These few documents as MongoDB would sort them."""
        return sorted(documents, key=lambda one: _rank(self.place(one)), reverse=self._falls)

    def furthest(self, places: Sequence[Place]) -> int:
        """Which of these places comes last."""
        ranks = [_rank(place) for place in places]
        return ranks.index(min(ranks) if self._falls else max(ranks))

    def nearest(self, places: Sequence[Place]) -> int:
        """Which of these places comes first."""
        ranks = [_rank(place) for place in places]
        return ranks.index(max(ranks) if self._falls else min(ranks))

    def passed(self, place: Place, before: Place) -> bool:
        """Whether a place comes after another one."""
        one, other = _rank(place), _rank(before)
        return one < other if self._falls else one > other

    def spans(self, after: Place | None, until: Place | None) -> list[Raw]:
        """What comes after one place and not after another, each span one stretch of the index."""
        return self._spans(self.keys, after, until)

    @property
    def _falls(self) -> bool:
        return self.direction < 0

    def _spans(self, keys: Sequence[str], after: Place | None, until: Place | None) -> list[Raw]:
        """The first key at its start, between both ends, and at its end."""
        if not keys or (after is None and until is None):
            return [] if after is not None else [{}]
        key, rest = keys[0], keys[1:]
        if after is not None and until is not None and after[0] == until[0]:
            return [{key: after[0]} | one for one in self._spans(rest, after[1:], until[1:])]
        found: list[Raw] = []
        if after is not None:
            found += [{key: after[0]} | one for one in self._spans(rest, after[1:], None)]
        found += [{key: one} for one in self._between(key, after, until)]
        if until is not None:
            found += [{key: until[0]} | one for one in self._spans(rest, None, until[1:])]
        return found

    def _between(self, key: str, after: Place | None, until: Place | None) -> list[Any]:
        """Conditions for strictly between two values of one key; what is lacking is least."""
        low, high = (until, after) if self._falls else (after, until)
        if high is not None and high[0] is None:
            return []
        if high is None:
            return [{"$gt": low[0]} if low and low[0] is not None else {"$ne": None}]
        bound = {"$lt": high[0]}
        if low is None:
            return [bound, None] if key in self.may_lack else [bound]
        return [bound if low[0] is None else bound | {"$gt": low[0]}]


def _rank(place: Place) -> list[Any]:
    """Comparable whatever is lacking."""
    return [(value is not None, value if value is not None else 0) for value in place]


def is_place(values: object, order: Order) -> bool:
    """Whether these values, which come from outside, may be a place in that order."""
    if not isinstance(values, list) or len(values) != len(order.keys):
        return False
    lacking = zip(order.keys, values, strict=True)
    if any(value is None and key not in order.may_lack for key, value in lacking):
        return False
    return isinstance(values[-1], ObjectId)


NEWEST = Order("newest", ("createdAt", "_id"), -1, "newest")
OLDEST = Order("oldest", ("createdAt", "_id"), 1, "newest")
LATEST = Order("latest", ("lastMessageAt", "_id"), -1, "latest")
LAST_CONTACT = Order(
    "lastContact",
    ("lastContactDate", "_id"),
    -1,
    "lastContact",
    "ByLastContact",
    may_lack=("lastContactDate",),
)
NAME = Order(
    "name",
    ("lastName", "firstName", "_id"),
    1,
    "name",
    "ByName",
    may_lack=("lastName", "firstName"),
)
ROW = Order("row", ("row", "_id"), 1, "row")
