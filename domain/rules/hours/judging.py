"""The hours of one person: open now, or when, and which rules say so."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.rules.hours import opening
from domain.rules.hours.book import Rule, Rulebook
from domain.rules.hours.days import Days, Refusal
from domain.rules.hours.loading import shipped
from domain.rules.hours.places import NOWHERE, Place

A_DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)
UNPLACED = Refusal("zone_unknown", ())


@dataclass(frozen=True)
class Opening:
    """`at`: the earliest moment, the one asked for if it is open; None: none that we can tell.

    `refusal`: why not now; besides those of a day it may be `daily_cap` or `zone_unknown`.
    """

    at: datetime | None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Hours:
    """By which rules, read how, where, and when their last advertisements were attempted.

    `guessed`: the zones that count abroad where none is known. `home`: our own.
    """

    book: Rulebook = field(default_factory=shipped)
    reading: str = "safe"
    place: Place = NOWHERE
    sent: tuple[datetime, ...] = ()
    guessed: tuple[str, ...] = ()
    home: str = "UTC"

    @property
    def zones(self) -> tuple[str, ...]:
        """Where it must be open: in all that may be theirs; empty: abroad, nobody knows where."""
        return self.place.zones or (self.guessed if self.place.abroad else self.book.unknown)

    @property
    def answering(self) -> "Hours":
        """The same for an answer: where no zone is known, it is all that the number may be in."""
        return replace(self, guessed=self.place.perhaps)

    def proposed(self, now: datetime) -> datetime:
        """When our own day begins next: the best guess where nobody knows the time."""
        return opening.beginning(now, self.home, Days(self.book, (self.book.federal,)).window)

    def ordinary(self, now: datetime) -> Opening:
        """For everything that is no advertising: the federal hours alone."""
        return self._opening(now, Days(self.book, (self.book.federal,)))

    def advertising(self, now: datetime) -> Opening:
        """For advertising: all rules that bind, and so many in 24 hours."""
        rules = self.book.advertising(self.reading, self.place.states)
        free, capped = self._free(now, rules)
        found = self._opening(free, Days(self.book, rules, self.place.states))
        if not capped or found.at is None:
            return found
        return Opening(found.at, Refusal("daily_cap", capped))

    def _opening(self, at: datetime, days: Days) -> Opening:
        if not self.zones:
            return Opening(None, UNPLACED)
        when = opening.opening(at, self.zones, days.window)
        return Opening(when, None if when == at else days.refusal(at, self.zones))

    def _free(self, now: datetime, rules: Sequence[Rule]) -> tuple[datetime, tuple[str, ...]]:
        """From when on the strictest cap leaves room, in whole minutes; whose cap is in the way."""
        cap = min((one.cap for one in rules if one.cap), default=None)
        recent = sorted(one for one in self.sent if now - one < A_DAY)
        if cap is None or len(recent) < cap:
            return now, ()
        free = recent[-cap] + A_DAY
        whole = free.replace(second=0, microsecond=0)
        keys = tuple(one.key for one in rules if one.cap == cap)
        return (whole if whole == free else whole + MINUTE), keys
