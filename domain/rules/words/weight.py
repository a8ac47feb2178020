"""What a text weighs, in words: its segments, what they cost, and what makes them so many."""

from domain.rules import money
from domain.rules.pricing import DEFAULT_RATES, Rates, estimate
from domain.rules.segments import Segments, measure

MOST_NAMED = 5


def weight(body: str, rates: Rates = DEFAULT_RATES) -> str:
    """Segments and price, as `3 segments, about US$0.0237`."""
    count = measure(body).segments
    return f"{counted(count)}, about {money.written(estimate(count, rates=rates), rates.unit)}"


def counted(segments: int) -> str:
    """`1 segment`, `2 segments`."""
    return f"{segments} segment" if segments == 1 else f"{segments} segments"


def blame(body: str) -> str | None:
    """Which characters make a text longer than its words would be; None when none does."""
    size = measure(body)
    plain = measure("".join(char for char in body if char not in size.culprits))
    if not size.culprits or plain.segments >= size.segments:
        return None
    return f"Without {named(size)} it would be {counted(plain.segments)}."


def named(size: Segments) -> str:
    """The first of the characters that force UCS-2, and how many more there are."""
    shown = [_visible(char) for char in size.culprits[:MOST_NAMED]]
    more = len(size.culprits) - len(shown)
    return " ".join(shown) + (f" and {more} more" if more else "")


def _visible(char: str) -> str:
    """The character, or its number when nothing is to be seen of it."""
    stands_alone = char.isprintable() and not char.isspace() and not "\ufe00" <= char <= "\ufe0f"
    return char if stands_alone else f"U+{ord(char):04X}"
