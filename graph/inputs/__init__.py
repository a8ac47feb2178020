"""What clients may say, and the domain's words for it."""

from typing import TypeVar

from strawberry import UNSET

T = TypeVar("T")


def given(value: T | None) -> T | None:
    """What was said; None for null and for nothing."""
    return None if value is UNSET else value
