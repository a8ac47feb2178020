"""What travels between rooms: texts, people and outcomes, free of supplier names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.rules.status import MessageStatus


@dataclass(frozen=True)
class MediaRef:
    """A picture or file that came with a text, where the carrier keeps it."""

    url: str
    content_type: str


@dataclass(frozen=True)
class InboundText:
    """A customer's text as the supplier's webhook told it; `sender` is the customer."""

    sid: str
    account_sid: str
    sender: str
    recipient: str
    body: str
    media: tuple[MediaRef, ...] = ()
    service_sid: str | None = None
    segments: int | None = None
    opt_out_type: str | None = None
    raw: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Advice:
    """What an error code means for people: kind, a plain sentence, the next step."""

    kind: str
    sentence: str
    help: str


@dataclass(frozen=True)
class StatusReport:
    """One status callback: `message_id` is ours, carried in the callback's address.

    `status` and `rank` are None when the supplier's word is unknown; `word` is that word.
    """

    sid: str
    message_id: str | None
    word: str
    status: MessageStatus | None
    rank: int | None
    error_code: int | None = None
    advice: Advice | None = None
    raw: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OutgoingText:
    """A text ready to be handed to the carrier; `service_sid` pins the sender's pool."""

    message_id: str
    to: str
    body: str
    from_phone: str | None
    service_sid: str | None
    media_urls: tuple[str, ...] = ()


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
    """It surely was not processed: try again after `seconds` (None: our own back-off)."""

    reason: str
    seconds: float | None = None


@dataclass(frozen=True)
class Unclear:
    """It may or may not have been processed: never repeat blindly."""

    reason: str


SmsOutcome = Accepted | Rejected | Postponed | Unclear


@dataclass(frozen=True)
class CarriedText:
    """A text in the carrier's own records, for telling whether an unclear call went through."""

    sid: str
    to: str
    from_phone: str | None
    service_sid: str | None
    body: str
    status: MessageStatus | None
    rank: int | None
    word: str
    created_at: datetime | None = None


@dataclass(frozen=True)
class Person:
    """A member of the chat workspace as it describes them."""

    user_id: str
    team_id: str
    name: str
    email: str | None
    guest: bool
    bot: bool
    foreign: bool
    deleted: bool


@dataclass(frozen=True)
class Place:
    """Where in the chat something is: a channel, and a thread of it when `thread_ts` is set."""

    channel_id: str
    thread_ts: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Card:
    """What is told of a conversation where it lives: who it is with, from which sender."""

    thread_id: str
    name: str
    phone: str
    sender: str
    own_channel: bool
    notice: str | None = None


@dataclass(frozen=True)
class Post:
    """One message to show in a place. `key` is unique per post and readable back from the chat.

    `author` is shown as the sender's name; None means the product speaks for itself. `note` is
    the product's own remark below the text.
    """

    key: str
    text: str
    author: str | None = None
    media_urls: tuple[str, ...] = ()
    from_customer: bool = False
    note: str | None = None


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


@dataclass(frozen=True)
class Button:
    """A choice under a whisper: what it says, which action it is, what it is about."""

    label: str
    action: str
    value: str


ChatOutcome = Shown | Opened | Failed | Postponed | Unclear
