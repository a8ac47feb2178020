"""What the parts of the installation say of themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Finding:
    """What one part says of itself: `ok`, `warning` or `failed`, and what to do about it.

    `at`: it was looked at then; None: now.
    """

    name: str
    status: str
    message: str
    fix: str | None = None
    at: datetime | None = None


class Checks(Protocol):
    """How the installation is."""

    def __call__(self) -> Sequence[Finding]:
        """Each part that was looked at."""
