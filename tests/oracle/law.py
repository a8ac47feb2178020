"""The rules of consent and hours once more, written from the law alone: nothing of ours is used.

Three answers: `True` it may leave in this minute, `False` it may not, `None` our sources leave a
day open, so that both are right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(hours=24)
MOST_A_DAY = 3
FRIDAY = 4
EVERYWHERE = ("America/New_York", "America/Chicago", "America/Los_Angeles", "Pacific/Honolulu")

Span = tuple[int, int] | None
"""Minutes of the day between which texts may leave; None on no account."""

USUAL: Span = (9 * 60, 20 * 60)
PLAIN: Span = (8 * 60, 21 * 60)

# Monday to Friday, Saturday, Sunday; where nothing is said, the usual hours.
ADVERTISING: dict[str, tuple[Span, Span, Span]] = {
    "KY": ((600, 1200), (600, 1200), (600, 1200)),
    "RI": ((540, 1080), (600, 1020), None),
    "LA": (USUAL, USUAL, None),
    "AL": (USUAL, USUAL, None),
    "TX": (USUAL, USUAL, (720, 1200)),
    "PA": (USUAL, USUAL, (810, 1200)),
}
NO_HOLIDAYS = frozenset({"AL", "LA", "PA", "RI"})
HOLIDAYS = frozenset({date(2026, 7, 4), date(2026, 11, 26)})
OWN_HOLIDAYS = {"RI": {date(2026, 11, 3)}, "LA": {date(2026, 11, 3)}, "AL": {date(2026, 7, 3)}}
OPEN_QUESTIONS = frozenset({date(2026, 7, 3), date(2026, 11, 3), date(2026, 11, 27)})


@dataclass
class Standing:
    """What one person has said, and what they were sent."""

    zones: Sequence[str]
    states: Sequence[str]
    blocked: bool = False
    level: str = "none"
    declined: bool = False
    do_not_call: bool = False
    held: bool = False
    held_since: datetime | None = None
    held_until: datetime | None = None
    wrote_at: datetime | None = None
    adverts: list[datetime] = field(default_factory=list)

    def yes(self, level: str) -> None:
        """They agreed: a weaker word takes nothing from a stronger one."""
        self.blocked = False
        self.level = "written" if "written" in (level, self.level) else level
        self.declined = self.declined and level != "written"

    def no(self) -> None:
        """They refused."""
        self.blocked, self.held = True, False


def refused(who: Standing, purpose: str, now: datetime) -> bool:
    """Whether it must not leave, at whatever time of the day."""
    if who.blocked:
        return True
    if purpose == "marketing":
        return who.level != "written" or who.declined or who.do_not_call
    return not answers(who, purpose, now) and who.level == "none"


def answers(who: Standing, purpose: str, now: datetime) -> bool:
    """Whether it is a person's answer to somebody who wrote within a day."""
    wrote = who.wrote_at is not None and now - who.wrote_at <= DAY
    return purpose == "conversation" and wrote


def permitted(who: Standing, purpose: str, now: datetime, *, confirmed: bool) -> bool | None:
    """Whether it may leave in this minute."""
    if refused(who, purpose, now):
        return False
    if answers(who, purpose, now):
        return confirmed or open_everywhere(who, now, advert=False)
    if who.held:
        return False
    if purpose != "marketing":
        return open_everywhere(who, now, advert=False)
    recent = [one for one in who.adverts if now - one < DAY]
    return len(recent) < MOST_A_DAY and open_everywhere(who, now, advert=True)


def open_everywhere(who: Standing, now: datetime, *, advert: bool) -> bool | None:
    """Whether these are hours in every zone and by every state that may be theirs."""
    found = {_open(zone, who.states, now, advert=advert) for zone in who.zones}
    return False if False in found else None if None in found else True


def night_ends(who: Standing, at: datetime) -> datetime:
    """Until when a person's yes to that moment counts: by day an hour, else at most twelve."""
    if open_everywhere(who, at, advert=False):
        return at + timedelta(hours=1)
    then, latest = at, at + timedelta(hours=12)
    while then < latest and not open_everywhere(who, then, advert=False):
        then = then.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return min(then, latest)


def _open(zone: str, states: Sequence[str], now: datetime, *, advert: bool) -> bool | None:
    there = now.astimezone(ZoneInfo(zone))
    minute, day = there.hour * 60 + there.minute, there.date()
    spans = [_span(state, day) for state in states] if advert else [PLAIN]
    spans += [USUAL] if advert else []
    if not all(span and span[0] <= minute < span[1] for span in spans):
        return False
    strict = NO_HOLIDAYS.intersection(states) if advert else frozenset()
    if any(day in HOLIDAYS or day in OWN_HOLIDAYS.get(state, ()) for state in strict):
        return False
    return None if strict and day in OPEN_QUESTIONS else True


def _span(state: str, day: date) -> Span:
    return ADVERTISING.get(state, (USUAL, USUAL, USUAL))[max(0, day.weekday() - FRIDAY)]
