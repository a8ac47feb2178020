"""How large pictures may be that every US carrier takes, and what is tried to get there."""

from collections.abc import Iterator
from dataclasses import dataclass

MOST_PICTURE = 600_000
"""Bytes of one picture."""
MOST_TOGETHER = 1_000_000
"""Bytes of all that goes with one text."""
MOST_PIXELS = 25_000_000
"""What is unpacked at once at most: a hundred megabytes in memory."""
MOST_JPEG_PIXELS = 64_000_000
"""A JPEG picture can be unpacked small."""
LONGEST_SIDES = (1_600, 1_280, 1_024, 800, 640, 480, 320)
QUALITIES = (85, 70, 55)


@dataclass(frozen=True)
class Try:
    """One way to write a picture: its size in pixels, and the quality of a JPEG."""

    width: int
    height: int
    quality: int


def room(count: int) -> int:
    """The bytes that each of so many files may have."""
    return min(MOST_PICTURE, MOST_TOGETHER // max(count, 1))


def within(width: int, height: int, longest: int) -> tuple[int, int]:
    """The size with the same proportions whose longer side is at most that; never larger."""
    scale = min(1.0, longest / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def tries(width: int, height: int) -> Iterator[Try]:
    """The best first; each takes fewer bytes than the ones before, as a rule."""
    seen = set()
    for longest in LONGEST_SIDES:
        size = within(width, height, longest)
        if size in seen:
            continue
        seen.add(size)
        yield from (Try(*size, quality) for quality in QUALITIES)


def too_many_pixels(width: int, height: int, *, shrinks: bool) -> bool:
    """Whether unpacking it would take more memory than a picture is worth.

    `shrinks`: its form can be unpacked small.
    """
    return width * height > (MOST_JPEG_PIXELS if shrinks else MOST_PIXELS)
