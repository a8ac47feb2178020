"""What is counted, and what follows from counts: rates, waits, costs. No I/O.

Counts are whole numbers, money in millionths of the currency, so that sums are exact whatever the
order in which they are made.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.rules.pricing import Rates

MILLION = 1_000_000
MONTH = timedelta(days=365.25 / 12)
HOUR = timedelta(hours=1)
TENTH_OF_CENT = Decimal("0.0001")


class Cell(NamedTuple):
    """What is counted together: an hour of the business's clock (its beginning), and whose it is.

    None: it is nobody's, made of no template, and so on.
    """

    at: datetime
    agent: str | None = None
    template: str | None = None
    campaign: str | None = None
    sender: str | None = None


Tally = dict[Cell, Counter[str]]
"""Counts by the names of Figures' fields."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of counts. `price` and `value` are in millionths.

    `asking` are those sent that somebody might answer, `replies` those of them that were.
    `pushed` are those of `asking` that nobody waited for, `heard` those of them that were answered.
    `waits` were ended by an answer after `waited` seconds in all. `segments`, `media` and
    `inbound` are what has no price yet: segments, texts with media, and segments that came in.
    """

    sent: int = 0
    delivered: int = 0
    failed: int = 0
    received: int = 0
    asking: int = 0
    replies: int = 0
    pushed: int = 0
    heard: int = 0
    waits: int = 0
    waited: int = 0
    opt_outs: int = 0
    clicks: int = 0
    conversions: int = 0
    price: int = 0
    segments: int = 0
    media: int = 0
    inbound: int = 0
    value: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    @property
    def response_rate(self) -> float | None:
        """The share of texts that might be answered that were; None without any."""
        return self.replies / self.asking if self.asking else None

    @property
    def response_seconds(self) -> float | None:
        """How long a customer waited for an answer, on average; None where nobody did."""
        return self.waited / self.waits if self.waits else None

    def cost(self, rates: Rates) -> Decimal:
        """What the texts cost: the carrier's price where it is known, else by our rates."""
        known = Decimal(self.price) / MILLION
        likely = self.segments * rates.segment + self.media * rates.media
        return (known + likely + self.inbound * rates.inbound).quantize(TENTH_OF_CENT)

    @property
    def worth(self) -> Decimal:
        """What customers brought."""
        return (Decimal(self.value) / MILLION).quantize(Decimal("0.01"))


NAMES = tuple(one.name for one in fields(Figures))
NONE = Figures()


def figures(counts: Mapping[str, int]) -> Figures:
    """Counts by name, others left out, as figures."""
    return Figures(*(int(counts.get(name) or 0) for name in NAMES))


def millionths(amount: Decimal) -> int:
    """Money as it is summed."""
    return int((amount * MILLION).to_integral_value())


def hour_of(at: datetime, zone: ZoneInfo) -> datetime:
    """When the hour began that the business's clocks showed then."""
    there = at.astimezone(zone)
    past = timedelta(minutes=there.minute, seconds=there.second, microseconds=there.microsecond)
    return at - past


def rent(numbers: int, begin: datetime, end: datetime, rates: Rates) -> Decimal:
    """What so many numbers cost between two moments, by the month."""
    share = Decimal(max(0.0, (end - begin) / MONTH))
    return (numbers * rates.number * share).quantize(TENTH_OF_CENT)
