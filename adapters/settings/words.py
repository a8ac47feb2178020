"""What a setting must be, in words."""

from typing import Any

from pydantic import Field


def described(what: str, **limits: Any) -> Any:
    """The end of the sentence that a wrong value gets, with the limits that make it wrong."""
    return Field(description=what, **limits)
