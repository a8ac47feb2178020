"""Customers' texts that no webhook told us of: found in the carrier's records, then taken in.

All of a look are found before the first is taken in, so that they come in the order in which they
were sent; only what they say of consent is in force at once. Taking in is the webhook's own way,
under the webhook's own origin: whichever comes first, or at the same moment, it is one text.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.model import Find, Message
from domain.policy import Policy
from domain.rules import phone as phones
from domain.rules.consent.keywords import Keyword
from domain.rules.phone import InvalidPhone
from domain.rules.recovery import Span
from domain.services import inbound, strays
from domain.services.consent import keywords
from domain.services.inbound import Receipt
from domain.services.recovery import gone, lost, refusing
from domain.values import INBOUND, InboundText, MediaRef, Record

MOST_TRIES = 10
RECEIVED = "received"


def find(
    records: Sequence[Record],
    turns: Mapping[str, int],
    span: Span,
    now: datetime,
    policy: Policy,
) -> int:
    """Keep those that were missed, and honour what they say of consent; how many they are.

    `records` are those that are not among our texts, `turns` their places in the list by their
    ids. Of what somebody sent who was forgotten since, nothing is kept but a no. Safe to repeat.
    """
    known = gone.known([one.text.sid for one in records], policy.secret)
    fit = (one for one in records if one.text.sid not in known and _may_be(one, span))
    ours = [(one.media, text) for one in fit if (text := _ours(one, policy))]
    forgotten = gone.until({text.sender for _, text in ours}, policy.secret)
    count = 0
    for media, text in ours:
        if _is_before(text.sent_at, forgotten.get(text.sender)):
            refusing.keep(text, now, policy)
            continue
        if keywords.heard(text, policy) is Keyword.STOP:
            inbound.heed(text, now, policy)
        _keep(text, media, turns[text.sid])
        count += 1
    return count


def first() -> Find | None:
    """The oldest that is to be taken in; one that cannot be is laid aside, for somebody to see."""
    while found := Find.objects.order_by("sent_at", "-turn", "id").first():
        if found.tries < MOST_TRIES:
            assert isinstance(found, Find)
            return found
        raw = {"MessageSid": found.sid, "From": found.from_, "To": found.to, "Body": found.body}
        strays.keep(f"records:{found.sid}", "inbound", raw, found.sent_at)
        found.delete()
    return None


def is_gone(found: Find, policy: Policy) -> bool:
    """Whether its sender was forgotten since it was found; then it is gone as well."""
    forgotten = gone.until([found.from_], policy.secret)
    if not _is_before(found.sent_at, forgotten.get(found.from_)):
        return False
    Find._get_collection().delete_one({"_id": found.id})
    return True


def take(found: Find, media: Sequence[MediaRef], now: datetime, policy: Policy) -> Receipt:
    """It is a text of ours from here on, if it is not already."""
    Find._get_collection().update_one({"_id": found.id}, {"$inc": {"tries": 1}})
    receipt = inbound.receive(_text(found, tuple(media)), now, policy)
    Find._get_collection().delete_one({"_id": found.id})
    return receipt


def _is_before(sent_at: datetime | None, forgotten_at: datetime | None) -> bool:
    """Whether it was sent before they were forgotten."""
    return bool(sent_at and forgotten_at and sent_at < forgotten_at)


def _may_be(record: Record, span: Span) -> bool:
    """Whether it is one that should have come to us by then."""
    received = record.way == INBOUND and record.text.word == RECEIVED
    return received and span.since <= record.at <= span.until


def _ours(record: Record, policy: Policy) -> InboundText | None:
    """The text as its webhook would have told it; None where it was not for us."""
    told = record.text
    try:
        sender, recipient = phones.address(told.from_phone or ""), phones.address(told.to)
    except InvalidPhone:
        return None
    service = told.service_sid or _service(recipient)
    number = phones.behind(recipient) or recipient
    if not (policy.knows(number) or (service and policy.knows(service))):
        return None
    return InboundText(
        sid=told.sid,
        account_sid="",
        sender=sender,
        recipient=recipient,
        body=told.body,
        service_sid=service,
        segments=told.segments,
        sent_at=record.at,
    )


def _service(recipient: str) -> str | None:
    """The Messaging Service that the number is in, by the last text that came to it.

    Every webhook names it, while the records may not.
    """
    last = Message._get_collection().find_one(
        {"to": recipient, "direction": "inbound"},
        {"messagingServiceSid": 1},
        sort=[("createdAt", -1)],
    )
    return (last or {}).get("messagingServiceSid")


def _keep(text: InboundText, media: int, turn: int) -> None:
    fields: dict[str, Any] = {
        "from": text.sender,
        "to": text.recipient,
        "messagingServiceSid": text.service_sid,
        "body": text.body,
        "media": media,
        "segments": text.segments,
        "sentAt": text.sent_at,
        "turn": turn,
        "tries": 0,
        "rev": 1,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    Find._get_collection().update_one({"sid": text.sid}, {"$setOnInsert": known}, upsert=True)


def _text(found: Find, media: tuple[MediaRef, ...]) -> InboundText:
    return InboundText(
        sid=found.sid,
        account_sid="",
        sender=found.from_,
        recipient=found.to,
        body=found.body,
        media=media,
        service_sid=found.service_sid,
        segments=found.segments,
        sent_at=found.sent_at,
        lapsed=lost.holds(found.sent_at),
    )
