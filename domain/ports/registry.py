"""What the carrier knows of numbers beside texts. Each may be missing: its setting is off."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

from domain.values.outcomes import Postponed
from domain.values.registry import Declined, Holder, Listing

Take = Callable[[Sequence[str]], Awaitable[None]]
"""Takes a few numbers of a list that is being read."""


class Consents(Protocol):
    """The carrier's own list of those who have opted out. Safe to repeat."""

    async def tell(
        self, listings: Sequence[Listing]
    ) -> Mapping[str, str | None] | Postponed | Declined:
        """Bring these lines of its list up to date; by key, None or why it was not done."""


class Lookup(Protocol):
    """Who has a number."""

    async def holder(self, phone: str, since: date) -> Holder | Postponed | Declined:
        """Whether it still belongs to the one who had it on that day."""


class Deactivations(Protocol):
    """The daily lists of numbers whose owners gave them up."""

    async def read(self, day: date, take: Take) -> Postponed | Declined | None:
        """Hand the whole list of that day over, a few numbers at a time; None: that was all."""
