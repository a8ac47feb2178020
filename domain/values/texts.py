"""What is known of a text, on its way in, out or in the carrier's records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from domain.rules.status import MessageStatus


@dataclass(frozen=True)
class MediaRef:
    """A picture or file that came with a text, where the carrier keeps it."""

    url: str
    content_type: str


@dataclass(frozen=True)
class InboundText:
    """A customer's text as the supplier's webhook told it; `sender` is the customer.

    `trace` is that of the webhook's request. `lapsed`: it may have been answered already.
    """

    sid: str
    account_sid: str
    sender: str
    recipient: str
    body: str
    media: tuple[MediaRef, ...] = ()
    service_sid: str | None = None
    segments: int | None = None
    opt_out_type: str | None = None
    sent_at: datetime | None = None
    raw: Mapping[str, str] = field(default_factory=dict)
    trace: str | None = None
    lapsed: bool = False


@dataclass(frozen=True)
class Advice:
    """What an error code means for people: kind, a plain sentence, the next step."""

    kind: str
    sentence: str
    help: str


@dataclass(frozen=True)
class StatusReport:
    """One status callback: `message_id` is ours, carried in the callback's address.

    `status` and `rank` are None when the supplier's word is unknown; `word` is that word. `at` is
    when it became so, where that is known.
    """

    sid: str
    message_id: str | None
    word: str
    status: MessageStatus | None
    rank: int | None
    error_code: int | None = None
    advice: Advice | None = None
    at: datetime | None = None
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
class CarriedText:
    """A text in the carrier's own records; `price` is what it cost, None while nobody knows.

    `updated_at` is when it reached its present status.
    """

    sid: str
    to: str
    from_phone: str | None
    service_sid: str | None
    body: str
    status: MessageStatus | None
    rank: int | None
    word: str
    created_at: datetime | None = None
    segments: int | None = None
    price: Decimal | None = None
    price_unit: str | None = None
    error_code: int | None = None
    advice: Advice | None = None
    updated_at: datetime | None = None
