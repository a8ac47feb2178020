"""When texts that nobody waited for are answered most, by the hour of the week."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

FEWEST = 20
"""Fewer texts in an hour of the week say nothing."""
MOST = 5
ALLOWED = range(8, 20)
"""Hours in which every state lets such texts leave."""
SURE = 1.96


class Slot(NamedTuple):
    """An hour of the week: 1 is Monday, hours from 0."""

    weekday: int
    hour: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours of one day that follow one another; `end` is the hour in which it is over."""

    weekday: int
    start: int
    end: int


def best(heard: Mapping[Slot, tuple[int, int]]) -> list[Stretch]:
    """The five hours with most answers to what was sent in them, as stretches, the best first.

    Of `(sent, answered)` the lower end of the 95 % interval (Wilson) counts, so that a lucky
    handful does not win; hours without an answer, with few texts, or at night are no advice.
    """
    rated = {
        slot: sure(sent, answered)
        for slot, (sent, answered) in heard.items()
        if sent >= FEWEST and answered and slot.hour in ALLOWED
    }
    top = sorted(rated, key=lambda slot: (-rated[slot], slot))[:MOST]
    return sorted(_joined(top), key=lambda one: -max(rated[each] for each in _hours(one)))


def sure(sent: int, answered: int) -> float:
    """The lower end of Wilson's interval: the rate that it almost surely reaches."""
    rate, noise = answered / sent, SURE * SURE / sent
    spread = SURE * sqrt((rate * (1 - rate) + noise / 4) / sent)
    return (rate + noise / 2 - spread) / (1 + noise)


def _joined(slots: Iterable[Slot]) -> list[Stretch]:
    found: list[Stretch] = []
    for weekday, hour in sorted(slots):
        last = found[-1] if found else None
        if last and (last.weekday, last.end) == (weekday, hour):
            found[-1] = Stretch(weekday, last.start, hour + 1)
        else:
            found.append(Stretch(weekday, hour, hour + 1))
    return found


def _hours(stretch: Stretch) -> list[Slot]:
    return [Slot(stretch.weekday, hour) for hour in range(stretch.start, stretch.end)]
