"""How long customers wait: each first text of a wait keeps when, and by whom, it was answered.

An answer is what an agent or a program wrote in conversation; what was refused or called back
answered nobody. Around each answer the record is made anew, so it does not matter how often.
"""

from typing import Any

from bson import ObjectId

from domain.model import Message
from domain.services.summaries import NO_ANSWER

PURPOSE = "conversation"
HUMAN = ("agent", "token")
FIELDS = ("answeredAt", "answeredBy", "responseSeconds")
Raw = dict[str, Any]


def is_answer(message: Message) -> bool:
    """Whether somebody wrote it to a customer, whatever became of it."""
    by_person = message.sent_by is not None and message.sent_by.kind in HUMAN
    return by_person and message.direction == "outbound" and message.purpose == PURPOSE


def record(message: Message) -> None:
    """Bring the waits that this answer ended, or did not end after all, up to date."""
    own: Message | None = Message.objects(id=message.id).first()
    if own is None or not is_answer(own):
        return
    before = _answer(own, {"$lt": own.position}, "-position")
    after = _answer(own, {"$gt": own.position}, "position")
    low = before.position if before else 0
    high = after.position if after else None
    ended: dict[ObjectId, tuple[Message, Message]] = {}
    if own.status in NO_ANSWER:
        _end(ended, _first(own, low, high), after)
    else:
        _end(ended, _first(own, low, own.position), own)
        _end(ended, _first(own, own.position, high), after)
    _write(own, low, high, ended)


def _end(
    ended: dict[ObjectId, tuple[Message, Message]], first: Message | None, answer: Message | None
) -> None:
    if first and answer:
        ended[first.id] = (first, answer)


def _write(
    own: Message, low: int, high: int | None, ended: dict[ObjectId, tuple[Message, Message]]
) -> None:
    texts = Message._get_collection()
    stale = _inbound(own, low, high) | {"answeredAt": {"$exists": True}}
    texts.update_many(stale | {"_id": {"$nin": list(ended)}}, {"$unset": dict.fromkeys(FIELDS, "")})
    for first, answer in ended.values():
        at = answer.send_at or answer.created_at
        seconds = max(0, int((at - first.created_at).total_seconds()))
        by = answer.sent_by.to_mongo().to_dict() if answer.sent_by else {}
        fields = dict(zip(FIELDS, (at, by, seconds), strict=True))
        texts.update_one({"_id": first.id}, {"$set": fields})


def _answer(own: Message, where: Raw, order: str) -> Message | None:
    """The nearest other answer in that direction."""
    match = {
        "threadId": own.thread_id,
        "position": where,
        "direction": "outbound",
        "sentBy.kind": {"$in": list(HUMAN)},
        "purpose": PURPOSE,
        "status": {"$nin": list(NO_ANSWER)},
    }
    found: Message | None = Message.objects(__raw__=match).order_by(order).first()
    return found


def _first(own: Message, low: int, high: int | None) -> Message | None:
    found: Message | None = (
        Message.objects(__raw__=_inbound(own, low, high)).order_by("position").first()
    )
    return found


def _inbound(own: Message, low: int, high: int | None) -> Raw:
    """The customer's texts between two positions."""
    between = {"$gt": low} | ({"$lt": high} if high is not None else {})
    return {"threadId": own.thread_id, "position": between, "direction": "inbound"}
