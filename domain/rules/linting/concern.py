"""One thing that carriers may dislike about a text."""

from typing import NamedTuple


class Concern(NamedTuple):
    """A stable code, and a sentence that says what was found and what to do."""

    code: str
    message: str
