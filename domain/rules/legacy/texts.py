"""Texts of another CRM. What it had not sent is never sent by us."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.rules import segments, status
from domain.rules.legacy.shapes import TEXT, fitted, gone_of, sound
from domain.rules.legacy.values import Raw, address, made_at, number, texts, word
from domain.rules.search import spoken
from domain.rules.status import MessageStatus

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
NEVER_SENT = "The earlier system had not sent this text, so it is not sent any more."
NO_SIDES = "its numbers cannot be read"
LEFT = status.Report(MessageStatus.SENT, 40)
ENDED = frozenset({MessageStatus.FAILED, MessageStatus.UNDELIVERED, MessageStatus.CANCELED})


@dataclass(frozen=True)
class Text:
    """What to set and to take away; a side that cannot be read is None. `price` is what it cost."""

    changes: dict[str, Any]
    gone: tuple[str, ...]
    inbound: bool
    theirs: str | None
    ours: str | None
    at: datetime
    price: Decimal | None = None
    problems: tuple[str, ...] = ()


def text(raw: Raw, region: str, ours: Collection[str], now: datetime) -> Text:
    """The text's changes: both sides in E.164, our status, its place in its conversation."""
    found = fitted(raw, TEXT)
    raw = sound(raw, found)
    sender, recipient = _side(raw.get("from"), region), _side(raw.get("to"), region)
    inbound = _inbound(raw, recipient in ours)
    theirs, own = (sender, recipient) if inbound else (recipient, sender)
    at = made_at(raw, now)
    changes: dict[str, Any] = found.changes | {
        "direction": "inbound" if inbound else "outbound",
        "createdAt": at,
        "position": (at - EPOCH) // timedelta(microseconds=1),
        "rev": raw.get("rev") or 1,
    }
    sides = {"from": sender, "to": recipient}
    changes |= {name: side or word(raw.get(name)) or "" for name, side in sides.items()}
    changes |= _state(raw, inbound, at) | _contents(raw)
    return Text(
        changes=changes,
        gone=gone_of(raw, changes, found, "twilioMessageSid"),
        inbound=inbound,
        theirs=theirs,
        ours=own,
        at=at,
        price=_decimal(raw.get("price")),
        problems=(*([] if theirs and own else [NO_SIDES]), *found.told),
    )


def _side(value: object, region: str) -> str | None:
    """A number in E.164, else a short code or a name as it is."""
    said = word(value)
    return number(said, region) or address(said) if said is not None else None


def _inbound(raw: Raw, to_us: bool) -> bool:
    said = str(raw.get("direction") or "").lower()
    return said.startswith("in") if said else to_us


def _state(raw: Raw, inbound: bool, at: datetime) -> dict[str, Any]:
    """Our status for theirs, and a history that begins with it where there is none."""
    fields = {"status": str(MessageStatus.RECEIVED), "rank": -1} if inbound else _outgoing(raw)
    if not isinstance(raw.get("statusHistory"), list):
        fields["statusHistory"] = [{"status": fields["status"], "at": at}]
    return fields


def _outgoing(raw: Raw) -> dict[str, Any]:
    """What has no id of the carrier never left; of the rest a strange word says that it did."""
    found = status.report(str(raw.get("status") or ""))
    if raw.get("twilioMessageSid"):
        found = found or LEFT
    elif found is None or found.status not in ENDED:
        return {"status": str(MessageStatus.CANCELED), "rank": -1, "errorMessage": NEVER_SENT}
    return {"status": str(found.status), "rank": found.rank}


def _contents(raw: Raw) -> dict[str, Any]:
    body = raw["body"] if isinstance(raw.get("body"), str) else ""
    size = segments.measure(body)
    fields: dict[str, Any] = {
        "body": body,
        "words": spoken(body),
        "purpose": raw.get("purpose") or "conversation",
    }
    fields["mediaUrls"], fields["tags"] = texts(raw.get("mediaUrls")), texts(raw.get("tags"))
    stored = raw.get("segments")
    fields["segments"] = stored if isinstance(stored, int) else size.segments
    fields["encoding"] = str(size.encoding)
    return fields


def _decimal(value: object) -> Decimal | None:
    """A price written as a text or a number; None when it is kept as it is."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    try:
        read = Decimal(str(value))
    except InvalidOperation:
        return None
    return abs(read) if read.is_finite() else None  # the carrier writes it as a loss
