"""What is wanted of a list, told apart by which index finds it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Raw = dict[str, Any]


@dataclass(frozen=True)
class Driver:
    """A condition that an index finds in the list's order: any of these values of its fields.

    `index` None leaves it to the planner. `listed` says that the field holds many values, so that
    there may be several conditions on it. What another index finds may do as well: `other`.
    """

    index: str | None
    points: tuple[Raw, ...]
    listed: bool = False
    other: "Driver | None" = None

    @property
    def parts(self) -> tuple["Driver", ...]:
        """Each with one index."""
        return (self, *self.other.parts) if self.other else (self,)

    @property
    def match(self) -> Raw:
        """The condition by itself."""
        return any_of([point for part in self.parts for point in part.points])

    @property
    def check(self) -> Raw:
        """The condition such that no index is used for it."""
        return any_of([{"$expr": _holds(*item)} for one in self.points for item in one.items()])


@dataclass(frozen=True)
class Wanted:
    """All of it must hold: what indexes find, the stretch of the order, and what is left to check.

    `drivers` come with the one that probably finds the fewest first. `aside` finds few as well, but
    in another order. `nearly_all` is true of almost every document, so nothing is lost by checking.
    """

    drivers: tuple[Driver, ...] = ()
    stretch: Raw = field(default_factory=dict)
    rest: tuple[Raw, ...] = ()
    aside: Driver | None = None
    nearly_all: Raw = field(default_factory=dict)

    @property
    def match(self) -> Raw:
        """The whole condition."""
        return both(self.stretch, *(one.match for one in self.drivers), *self.rest, self.nearly_all)

    @property
    def is_exact(self) -> bool:
        """Whether indexes find just what is wanted."""
        return len(self.drivers) <= 1 and not self.rest

    def beside(self, driver: Driver) -> Raw:
        """What is to be checked of what that driver finds."""
        others = (
            one.check if one.listed and one.index == driver.index else one.match
            for one in self.drivers
            if one is not driver
        )
        return both(*others, *self.rest, self.nearly_all)


def both(*conditions: Raw) -> Raw:
    """All of them in one; flat where no field is named twice."""
    given = [one for one in conditions if one]
    names = [name for one in given for name in one]
    if len(names) != len(set(names)):
        return {"$and": given}
    return {name: value for one in given for name, value in one.items()}


def any_of(conditions: Sequence[Raw]) -> Raw:
    """One of them suffices; of none, nothing does."""
    if not conditions:
        return {"_id": {"$in": []}}
    return conditions[0] if len(conditions) == 1 else {"$or": list(conditions)}


def one_of(index: str, path: str, values: Iterable[Any]) -> Driver:
    """A driver for any of these values of one field."""
    return Driver(index, tuple({path: value} for value in dict.fromkeys(values)))


def among(index: str | None, path: str, *values: str) -> Driver:
    """A driver for any of these values in a field that holds many."""
    return Driver(index, tuple({path: value} for value in dict.fromkeys(values)), listed=True)


def _holds(path: str, value: Any) -> Raw:
    return {"$in": [{"$literal": value}, {"$ifNull": [f"${path}", []]}]}
