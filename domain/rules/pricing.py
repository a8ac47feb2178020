"""What a text will about cost; the real price comes later from the carrier's records."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Rates:
    """Prices in `unit`: for one segment, for one text with media whatever its length, for one
    segment that comes in, and for one number a month.
    """

    segment: Decimal = Decimal("0.0079")
    media: Decimal = Decimal("0.02")
    unit: str = "USD"
    inbound: Decimal = Decimal("0.0079")
    number: Decimal = Decimal("1.15")


DEFAULT_RATES = Rates()


def estimate(segments: int, media_count: int = 0, rates: Rates = DEFAULT_RATES) -> Decimal:
    """The likely price of one text, in `rates.unit`."""
    return rates.media if media_count else rates.segment * segments
