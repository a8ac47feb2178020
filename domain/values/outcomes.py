"""What came of a call to the outside: exactly what is known, never an exception."""

from dataclasses import dataclass

from domain.rules.status import MessageStatus
from domain.values.chat import Place
from domain.values.texts import Advice

PACED = "paced"
"""The reason of what we put off ourselves, to keep to a pace: nothing was asked, nothing failed."""


@dataclass(frozen=True)
class Accepted:
    """The carrier has it under `sid`."""

    sid: str
    status: MessageStatus
    rank: int
    word: str
    segments: int | None = None


@dataclass(frozen=True)
class Rejected:
    """The carrier said no for good; `advice.kind == "OPT_OUT"` means the person said stop."""

    error_code: int | None
    advice: Advice


@dataclass(frozen=True)
class Postponed:
    """It surely was not processed: try again after `seconds` (None: our own back-off).

    `busy`: the other side answered, and asks us to slow down.
    """

    reason: str
    seconds: float | None = None
    busy: bool = False


@dataclass(frozen=True)
class Unclear:
    """It may or may not have been processed: never repeat blindly.

    `seconds` says when to look again; None: when the call can no longer be under way.
    """

    reason: str
    seconds: float | None = None


SmsOutcome = Accepted | Rejected | Postponed | Unclear


@dataclass(frozen=True)
class Shown:
    """The chat shows it, under `ts`."""

    ts: str


@dataclass(frozen=True)
class Opened:
    """A channel exists and is ours."""

    place: Place


@dataclass(frozen=True)
class Failed:
    """The chat said no for good; `code` is its own word, `gone` when the place no longer exists."""

    code: str
    gone: bool = False


ChatOutcome = Shown | Opened | Failed | Postponed | Unclear
