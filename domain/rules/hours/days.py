"""A day by several rules at once: the hours that all of them leave, and who says no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.rules.hours.book import Rule, Rulebook
from domain.rules.hours.windows import DAY, Window
from domain.rules.zones import local

ALL_DAY = Window(0, DAY)


@dataclass(frozen=True)
class Refusal:
    """Why not now: quiet_hours, closed_day or holiday (with its `name`), by these rules.

    `zone`: the one whose clock says so.
    """

    because: str
    rules: tuple[str, ...]
    name: str | None = None
    zone: str | None = None


@dataclass(frozen=True)
class Days:
    """Days under those rules; `states`: whose extra days count too."""

    book: Rulebook
    rules: Sequence[Rule]
    states: frozenset[str] | None = None

    def window(self, day: date) -> Window | None:
        """The hours of that local day; None: none."""
        left = None if self._extra(day) else ALL_DAY
        for rule in self.rules:
            own = self._of(rule, day)
            left = left.within(own) if left and own else None
        return left

    def refusal(self, at: datetime, zones: Sequence[str]) -> Refusal:
        """Who says no at that moment, in the first of the zones where anybody does."""
        for zone in zones:
            there = local(at, zone)
            day, minute = there.date(), there.hour * 60 + there.minute
            if extra := self._extra(day):
                return Refusal("holiday", (extra,), "a day without advertising", zone)
            against = [one for one in self.rules if minute not in (self._of(one, day) or ())]
            if against:
                return self._explained(against, day, zone)
        return Refusal("quiet_hours", ())

    def _explained(self, against: Sequence[Rule], day: date, zone: str) -> Refusal:
        keys = tuple(one.key for one in against)
        if name := next(filter(None, (self.book.holiday(one, day) for one in against)), None):
            return Refusal("holiday", keys, name, zone)
        closed = any(one.window(day) is None for one in against)
        return Refusal("closed_day" if closed else "quiet_hours", keys, zone=zone)

    def _of(self, rule: Rule, day: date) -> Window | None:
        return None if self.book.holiday(rule, day) else rule.window(day)

    def _extra(self, day: date) -> str | None:
        return None if self.states is None else self.book.extra_day(self.states, day)
