"""The carrier: texts out, their records, what came with texts; pictures made fit for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.values import (
    CarriedText,
    Content,
    Declined,
    MediaRef,
    OutgoingText,
    Postponed,
    Records,
    Rejected,
    SmsOutcome,
    Unavailable,
)


class Sms(Protocol):
    """The carrier. Never raises for a failed call: the outcome says what is known."""

    async def send(self, text: OutgoingText) -> SmsOutcome:
        """Hand one text over, once, without any hidden repetition."""

    async def sent_to(self, recipient: str) -> Sequence[CarriedText] | Postponed | None:
        """What the carrier has for that recipient, newest first; None: it will not say."""

    async def fetch(self, sid: str) -> CarriedText | Postponed | Rejected | None:
        """One text as the carrier has it; None: it has none under that id."""


class Archive(Protocol):
    """All texts of the account, as the carrier has them on record. Outcomes, too."""

    async def page(self, since: datetime, place: str | None) -> Records | Postponed | Declined:
        """A page of what was sent since that day (whole days may be told), from that place on."""

    async def enclosed(self, sid: str) -> Sequence[MediaRef] | Postponed | Declined:
        """What came with that text, as its webhook would have told it."""


class Media(Protocol):
    """Where the carrier keeps what came with a text."""

    async def fetch(self, address: str, most: int) -> Content | Unavailable | Postponed:
        """The file at that address, if it is the carrier's and has at most so many bytes."""


class Fitting(Protocol):
    """What makes pictures such as carriers take. Slow: not to be called on the event loop."""

    def __call__(self, data: bytes, room: int) -> Content | Unavailable:
        """The picture in at most so many bytes, the right way up, without what the camera noted."""
