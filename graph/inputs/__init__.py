"""What clients may say, and the domain's words for it."""

from typing import TypeVar

from strawberry import UNSET

from domain.errors import FieldError, InvalidInput

EITHER = "Say which: give {names}."

T = TypeVar("T")


def given(value: T | None) -> T | None:
    """What was said; None for null and for nothing."""
    return None if value is UNSET else value


def which(*names: str) -> InvalidInput:
    """The error for a question that names none of them."""
    told = EITHER.format(names=" or ".join(names))
    return InvalidInput(told, fields=tuple(FieldError(name, told) for name in names))
