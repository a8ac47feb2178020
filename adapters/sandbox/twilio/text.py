"""One SMS that the sandbox carries, and the shapes in which it is shown."""

import math
import secrets
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from adapters.sandbox.ledger import Json

API_VERSION = "2010-04-01"
TERMINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received", "read"})
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("^{}\\[]~|€\f")


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


def new_sid(prefix: str) -> str:
    """A fresh Twilio identifier: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def segments(body: str) -> int:
    """How many segments Twilio would count; at least one."""
    if all(sign in GSM_BASIC or sign in GSM_EXTENDED for sign in body):
        units = len(body) + sum(sign in GSM_EXTENDED for sign in body)
        return 1 if units <= 160 else math.ceil(units / 153)
    units = len(body.encode("utf-16-le")) // 2
    return 1 if units <= 70 else math.ceil(units / 67)


def to_record(text: Text) -> Json:
    """As kept in the ledger."""
    return asdict(text)


def from_record(record: Json) -> Text:
    """A text out of the ledger."""
    history = [(status, at) for status, at in record["history"]]
    return Text(**{**record, "history": history})


def as_resource(text: Text, account: str) -> Json:
    """As Twilio's API shows it."""
    uri = f"/{API_VERSION}/Accounts/{account}/Messages/{text.sid}"
    unsettled = text.service is not None and text.status in ("accepted", "scheduled")
    return {
        "account_sid": account,
        "api_version": API_VERSION,
        "body": text.body,
        "date_created": _rfc2822(text.created),
        "date_sent": _rfc2822(text.sent),
        "date_updated": _rfc2822(text.updated),
        "direction": text.direction,
        "error_code": text.error,
        "error_message": text.error_message,
        "from": text.sender or None,
        "messaging_service_sid": text.service,
        "num_media": str(len(text.media)),
        "num_segments": "0" if unsettled else str(segments(text.body)),
        "price": f"-{0.0079 * segments(text.body):.5f}" if text.priced else None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": text.to,
        "uri": f"{uri}.json",
    }


def as_shown(text: Text) -> Json:
    """As scripts and the page see it; times are seconds since 1970."""
    shown: dict[str, Any] = {
        "sid": text.sid,
        "direction": text.direction,
        "from": text.sender,
        "to": text.to,
        "body": text.body,
        "mediaUrls": text.media,
        "status": text.status,
        "errorCode": text.error,
        "serviceSid": text.service,
        "statusCallback": text.callback,
        "createdAt": text.created,
        "sentAt": text.sent,
        "updatedAt": text.updated,
        "acknowledged": text.acknowledged,
        "attempts": text.attempts,
        "answer": text.answer,
        "history": [{"status": status, "at": at} for status, at in text.history],
    }
    return shown


def now() -> float:
    """The carrier's clock."""
    return time.time()


def _rfc2822(moment: float | None) -> str | None:
    if moment is None:
        return None
    return format_datetime(datetime.fromtimestamp(int(moment), UTC))
