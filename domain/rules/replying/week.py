"""Open times as people write and read them: `9:00-12:00, 13:00-17:00`, or `9am-5pm`."""

import re
from collections.abc import Sequence

from domain.rules.replying.business import DAY, Interval

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOSED = ("", "closed", "-", "–")
ALL_DAY = "00:00-24:00"
HALF = 12 * 60
UNREAD = "“{said}” is no time: write 9:00-17:00 or 9am-5pm, several with commas between."
UNCLEAR = "“{said}” may be morning or evening: write 9am-5pm, or 09:00-17:00."
_CLOCK = r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?\s*([ap]\.?m\.?)?"
_SPAN = re.compile(rf"{_CLOCK}\s*(?:-|–|—|to|until)\s*{_CLOCK}", re.ASCII | re.IGNORECASE)


class Unreadable(ValueError):
    """These are no open times; the message says what to write instead."""


def read(written: str, weekday: int) -> tuple[Interval, ...]:
    """The open times of one day; none of an empty line. Unreadable otherwise."""
    if written.strip().casefold() in CLOSED:
        return ()
    return tuple(_interval(one.strip(), weekday) for one in re.split("[,;]", written))


def line(intervals: Sequence[Interval]) -> str:
    """The open times of a day on one line."""
    return ", ".join(f"{clock(one.start)}-{clock(one.end)}" for one in intervals)


def told(intervals: Sequence[Interval]) -> str:
    """The week in words, days that are alike together."""
    days = [line([one for one in intervals if one.weekday == day]) for day in range(1, 8)]
    if set(days) == {ALL_DAY}:
        return "Open at any time"
    parts: list[str] = []
    first = 0
    for day in range(1, 8):
        if day == 7 or days[day] != days[first]:
            parts += [f"{_days(first, day - 1)} {days[first]}"] if days[first] else []
            first = day
    return " · ".join(parts) or "Closed at all times"


def clock(minute: int) -> str:
    """A minute of the day as `09:00`; the last is `24:00`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _days(first: int, last: int) -> str:
    if first == last:
        return DAYS[first]
    return f"{DAYS[first]} {'and' if last == first + 1 else 'to'} {DAYS[last]}"


def _interval(said: str, weekday: int) -> Interval:
    found = _SPAN.fullmatch(said)
    if not found:
        raise Unreadable(UNREAD.format(said=said[:40]))
    hour, minute, half, last_hour, last_minute, last_half = found.groups()
    start, end = _minute(hour, minute, half, said), _minute(last_hour, last_minute, last_half, said)
    exact = minute and last_minute and len(hour) == len(last_hour) == 2
    if bool(half) != bool(last_half) or (not (half or exact) and end <= start <= HALF):
        raise Unreadable(UNCLEAR.format(said=said[:40]))
    if start in (end, DAY):
        raise Unreadable(UNREAD.format(said=said[:40]))
    return Interval(weekday, start, end or DAY)


def _minute(hour: str, minute: str | None, half: str | None, said: str) -> int:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        fits = 1 <= hours <= 12
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    else:
        fits = hours * 60 + minutes <= DAY
    if not fits or minutes > 59:
        raise Unreadable(UNREAD.format(said=said[:40]))
    return hours * 60 + minutes
