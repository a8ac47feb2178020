"""How far a page looks: twenty keys of indexes for each document that is asked for, and no more.

Where one index finds just what is wanted, the page is read from it. Else a few keys of each
condition's index tell how far they reach in the list: the one that reaches furthest finds the
fewest documents for nothing. It is read as far as the keys allow, and the rest is checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.collection import Collection

from domain.model import Noun
from domain.services.lists.orders import Order, Place, Raw
from domain.services.lists.wanted import Driver, Wanted, any_of, both

KEYS_EACH = 20
MOST_ASKED = 3
SAMPLED_EACH = 1
ASIDE_EACH = 5
EVERYTHING = Driver(None, ({},))


@dataclass(frozen=True)
class Asked:
    """The first so many documents of a list after a place in it."""

    noun: type[Noun]
    wanted: Wanted
    order: Order
    after: Place | None
    first: int

    @property
    def collection(self) -> Collection[Raw]:
        """Where they are."""
        found: Collection[Raw] = self.noun._get_collection()
        return found

    @property
    def shown(self) -> Raw:
        """Nothing but the place, which the index knows by itself."""
        return {"_id": 1} | dict.fromkeys(self.order.keys, 1)

    def within(self, part: Driver, until: Place | None = None) -> Raw:
        """What that index finds of the list, each branch one stretch of it."""
        spans, stretch = self.order.spans(self.after, until), self.wanted.stretch
        return any_of([both(point, span, stretch) for point in part.points for span in spans])

    def hint(self, part: Driver) -> str | None:
        """The index to be read; None leaves it to the planner."""
        if part is EVERYTHING:
            return self.order.index
        return f"{part.index}{self.order.suffix}" if part.index else None


@dataclass(frozen=True)
class Found:
    """Up to one more than were asked for; `looked_to` if the list may go on after that place."""

    documents: Sequence[Raw]
    looked_to: Place | None = None


def found(asked: Asked, fields: Mapping[str, Any]) -> Found:
    """The documents, with those fields."""
    if not all(one.points for one in asked.wanted.drivers):
        return Found([])
    if asked.wanted.is_exact:
        driver = next(iter(asked.wanted.drivers), EVERYTHING)
        return Found(_read(asked, driver, None, fields))
    if asked.wanted.aside is None:
        return _looked(asked, fields, KEYS_EACH)
    return _aside(asked, fields) or _looked(asked, fields, KEYS_EACH - ASIDE_EACH)


def _read(
    asked: Asked, driver: Driver, until: Place | None, fields: Mapping[str, Any]
) -> list[Raw]:
    """What is wanted of what that driver finds, to that place."""
    checked = asked.wanted.beside(driver)
    read: list[Raw] = []
    for part in driver.parts:
        match = both(asked.within(part, until), checked)
        cursor = asked.collection.find(match, fields or None, hint=asked.hint(part))
        read += cursor.sort(asked.order.sort).limit(asked.first + 1)
    if not driver.other:
        return read
    once = {one["_id"]: one for one in read}
    return asked.order.sorted(list(once.values()))[: asked.first + 1]


def _looked(asked: Asked, fields: Mapping[str, Any], keys_each: int) -> Found:
    """Read along the best driver, half of the keys to learn how far the other half reaches."""
    drivers = asked.wanted.drivers[:MOST_ASKED] or (EVERYTHING,)
    spent = SAMPLED_EACH * len(drivers) if len(drivers) > 1 else 0
    driver = _best(asked, drivers)
    until = _end(asked, driver, ((keys_each - spent) * asked.first - 1) // 2)
    return Found(_read(asked, driver, until, fields), until)


def _best(asked: Asked, drivers: Sequence[Driver]) -> Driver:
    """The one whose first keys reach furthest, or do not reach so many."""
    if len(drivers) == 1:
        return drivers[0]
    ends: list[Place] = []
    for driver in drivers:
        end = _end(asked, driver, SAMPLED_EACH * asked.first)
        if end is None:
            return driver
        ends.append(end)
    return drivers[asked.order.furthest(ends)]


def _end(asked: Asked, driver: Driver, keys: int) -> Place | None:
    """Where so many keys of that driver end; None when it has no more of them."""
    each = keys // len(driver.parts)
    ends = [end for part in driver.parts if (end := _end_of(asked, part, each)) is not None]
    return ends[asked.order.nearest(ends)] if ends else None


def _end_of(asked: Asked, part: Driver, keys: int) -> Place | None:
    branches = len(part.points) * (len(asked.order.keys) + 1)
    skipped = max(keys - branches, asked.first // 2)
    cursor = asked.collection.find(asked.within(part), asked.shown, hint=asked.hint(part))
    found = list(cursor.sort(asked.order.sort).skip(skipped).limit(1))
    return asked.order.place(found[0]) if found else None


def _aside(asked: Asked, fields: Mapping[str, Any]) -> Found | None:
    """All that another order's index finds, put in order here; None when those are not few."""
    driver, most = asked.wanted.aside, ASIDE_EACH * asked.first - 1
    assert driver
    people = asked.collection
    if people.count_documents(driver.match, limit=most + 1, hint=driver.index) > most:
        return None
    few = people.find(asked.wanted.match, asked.shown, hint=driver.index).limit(most)
    listed = [
        one
        for one in asked.order.sorted(list(few))
        if asked.after is None or asked.order.passed(asked.order.place(one), asked.after)
    ]
    ids = [one["_id"] for one in listed[: asked.first + 1]]
    by_id = {one["_id"]: one for one in people.find({"_id": {"$in": ids}}, fields or None)}
    return Found([by_id[one] for one in ids if one in by_id])
