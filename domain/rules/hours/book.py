"""The rules of hours as they were read: whose they are, and which of them bind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.rules.hours.calendars import Calendar
from domain.rules.hours.windows import Window

EVERYWHERE = "US"
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class Rule:
    """The hours of one source. `key`: `federal`, `usual` (our own) or a state's two letters.

    `holidays`: whether texts may leave on them. `cap`: advertisements to one person in 24 hours.
    `waived`: by consent. `conflict`: what another source says of the same law.
    """

    key: str
    source: str
    confidence: str
    week: Window | None
    saturday: Window | None
    sunday: Window | None
    holidays: bool = True
    cap: int | None = None
    waived: bool = False
    conflict: str | None = None

    def window(self, day: date) -> Window | None:
        """The hours of that day of the week; None: not on that day."""
        weekday = day.weekday()
        return {SATURDAY: self.saturday, SUNDAY: self.sunday}.get(weekday, self.week)


@dataclass(frozen=True)
class Rulebook:
    """All rules of one version; `states`, `calendars` and `extra` by two letters, or `US` for all.

    `unknown`: the zones in which it must be open for somebody of whom we know no zone.
    """

    version: str
    dated: date
    federal: Rule
    usual: Rule
    states: Mapping[str, Rule]
    unknown: tuple[str, ...]
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    extra: Mapping[str, frozenset[date]] = field(default_factory=dict)

    def advertising(self, reading: str, states: Iterable[str]) -> tuple[Rule, ...]:
        """The rules that bind advertising to somebody who may belong to those states."""
        rows = [self.states[state] for state in sorted(set(states)) if state in self.states]
        if reading == "law":
            return (self.federal, *(one for one in rows if not one.waived))
        return (self.federal, self.usual, *rows)

    def holiday(self, rule: Rule, day: date) -> str | None:
        """What keeps that rule closed on that day, in a word or two."""
        if rule.holidays:
            return None
        lists = (self.calendars.get(EVERYWHERE), self.calendars.get(rule.key))
        return next((name for one in lists if one and (name := one.on(day))), None)

    def extra_day(self, states: Iterable[str], day: date) -> str | None:
        """Whose extra day without advertising that is: a state's, or everybody's."""
        return next(
            (one for one in (EVERYWHERE, *sorted(states)) if day in self.extra.get(one, ())), None
        )
