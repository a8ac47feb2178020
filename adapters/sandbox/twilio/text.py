"""One SMS that the sandbox carries, and the shapes in which it is shown."""

import secrets
import time
from dataclasses import asdict, dataclass, field

from adapters.sandbox.ledger import Json

API_VERSION = "2010-04-01"
TERMINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received", "read"})


@dataclass(frozen=True)
class Text:
    """A text in either direction; a change makes a new value under the same sid."""

    sid: str
    direction: str  # inbound, outbound-api, or outbound-reply for Twilio's own answers
    sender: str
    to: str
    body: str
    status: str
    created: float
    updated: float
    media: list[str] = field(default_factory=list)
    service: str | None = None
    callback: str | None = None
    sent: float | None = None
    send_at: float | None = None
    error: int | None = None
    error_message: str | None = None
    priced: bool = False
    deleted: bool = False
    attempts: int = 0
    answer: int | None = None
    acknowledged: bool | None = None  # inbound: whether the product took it
    history: list[tuple[str, float]] = field(default_factory=list)
    items: list[Json] = field(default_factory=list)  # its pictures as the phone shows them


def new_sid(prefix: str) -> str:
    """A fresh Twilio identifier: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def to_record(text: Text) -> Json:
    """As kept in the ledger."""
    return asdict(text)


def from_record(record: Json) -> Text:
    """A text out of the ledger."""
    history = [(status, at) for status, at in record["history"]]
    return Text(**{**record, "history": history})


def now() -> float:
    """The carrier's clock."""
    return time.time()
