"""The carrier's own list of those who have opted out is made to say what our ledger says.

A statement that blocks a number or lifts its block opens a slot on the number, in the very write
of the block. What is told is the number's state at that moment, so that a slot which waited says
the latest and nothing twice. What the customer's own text did at the carrier is not told again,
unless a lift that we told may have undone it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pymongo import ReturnDocument

from domain import outbox
from domain.model import Message, Number
from domain.policy import Policy
from domain.rules import phone
from domain.rules.consent import keywords
from domain.rules.consent.ledger import Standing
from domain.values import Listing

Raw = dict[str, Any]
SETTLING = timedelta(seconds=5)
"""So long a text that said it has time to be stored, by which we know who heard it."""
REFUSED_FOR = timedelta(days=1)
DOUBT = timedelta(days=1)
"""A lift told so long before a text came may have reached the carrier after it: calls may hang,
webhooks be repeated for hours, clocks differ.
"""
UNANSWERED = "The carrier did not say whether it took it."
GONE = ("lease_id", "attempts", "last_error", "refused")


def along(change: Raw, before: Standing, after: Standing, said: Any, now: datetime) -> Raw:
    """The same update of a number, by which the carrier is to be told what a statement changed.

    Nothing is added where the block did not change, or is the carrier's own.
    """
    if before.blocked == after.blocked or (said.method == "twilio" and not said.message_sid):
        return change
    told: Raw = {"tell.method": said.method, "tell.due_at": now}
    gone = [f"tell.{name}" for name in GONE]
    if said.message_sid:
        told |= {"tell.sid": said.message_sid, "tell.due_at": now + SETTLING}
    else:
        gone.append("tell.sid")
    away = change.get("$unset", {}) | dict.fromkeys(gone, "")
    return change | {"$set": change.get("$set", {}) | told, "$unset": away}


def claim(now: datetime, lease: timedelta, most: int) -> list[Number]:
    """Lease at most so many numbers of which the carrier is to be told; none when none is due."""
    taken: list[Number] = []
    while len(taken) < most and (found := _claimed(now, lease)):
        taken.append(found)
    return taken


def _claimed(now: datetime, lease: timedelta) -> Number | None:
    ours = {"tell.lease_id": uuid4().hex, "tell.due_at": now + lease}
    found = Number._get_collection().find_one_and_update(
        {"tell.due_at": {"$lte": now}},
        {"$set": ours, "$inc": {"tell.attempts": 1}},
        sort=[("tell.due_at", 1)],
        return_document=ReturnDocument.AFTER,
    )
    return Number._from_son(found) if found else None


def earliest() -> datetime | None:
    """When the carrier is to be told something next."""
    due = Number._get_collection().find_one(
        {"tell.due_at": {"$exists": True}}, {"tell.due_at": 1}, sort=[("tell.due_at", 1)]
    )
    return due["tell"]["due_at"] if due else None


def begin(number: Number, policy: Policy, now: datetime) -> list[Listing]:
    """What the carrier is told in this very call; none if something else was said meanwhile.

    That a block is lifted is written down before, as the call may end in any way.
    """
    lines = listings(number, policy)
    if all(line.blocked for line in lines):
        return lines
    return lines if _write(number, {"$set": {"tell.lifted_at": now}}) else []


def listings(number: Number, policy: Policy) -> list[Listing]:
    """What the carrier is to be told of a number: one line for each sender that does not know."""
    at = number.blocked_at if number.blocked else number.consent_at
    if number.tell is None or at is None or not phone.is_phone(number.phone):
        return []
    deaf = {*policy.senders} - _heard_by(number, policy)
    method, blocked = number.tell.method, number.blocked
    return [
        Listing(uuid4().hex, number.phone, sender, blocked, method, at)
        for sender in policy.senders
        if sender in deaf
    ]


def _heard_by(number: Number, policy: Policy) -> set[str]:
    """The sender at which the carrier itself acted on the customer's text, if it knew the word."""
    sid = number.tell.sid if number.tell else None
    text: Message | None = Message.objects(twilio_sid=sid).first() if sid else None
    if text is None or policy.consent.confirms != "twilio" or _may_be_undone(number, text):
        return set()
    own = bool(text.raw.get("OptOutType")) or keywords.carrier_answers(text.body)
    return {text.service_sid or text.to} if own else set()


def _may_be_undone(number: Number, text: Message) -> bool:
    """Whether the carrier may have heard of an opt-in since: a block told twice does no harm.

    Of a text that came late nobody knows what was told since; a backup has forgotten it.
    """
    lifted = number.tell.lifted_at if number.tell else None
    told_since = lifted is not None and lifted > text.created_at - DOUBT
    return number.blocked and (text.recovered_at is not None or told_since)


def settle(
    number: Number, lines: Sequence[Listing], told: Mapping[str, str | None], now: datetime
) -> None:
    """It knows, unless something else was said since; what it does not take comes again."""
    unanswered = [line for line in lines if line.key not in told]
    why = [reason for line in lines if (reason := told.get(line.key))]
    if why:
        again = {"tell.due_at": now + REFUSED_FOR, "tell.refused": why[0]}
        _write(number, {"$set": again, "$unset": {"tell.lease_id": ""}})
    elif unanswered:
        put_off([number], now, UNANSWERED)
    else:
        gone = {f"tell.{name}": "" for name in ("due_at", "sid", *GONE)}
        _write(number, {"$unset": gone})


def put_off(
    numbers: Sequence[Number], now: datetime, reason: str, seconds: float | None = None
) -> None:
    """Nothing was told: later, and never sooner than the carrier asked."""
    for number in numbers:
        attempts = number.tell.attempts if number.tell else 1
        later = {"tell.due_at": now + outbox.backoff(attempts, seconds), "tell.last_error": reason}
        _write(number, {"$set": later, "$unset": {"tell.lease_id": ""}})


def untold() -> int:
    """Of how many numbers the carrier did not take what we told it."""
    match = {"tell.due_at": {"$exists": True}, "tell.refused": {"$exists": True}}
    return int(Number._get_collection().count_documents(match))


def _write(number: Number, update: Raw) -> bool:
    """Whether it was still ours to write."""
    lease_id = number.tell.lease_id if number.tell else None
    ours = {"_id": number.id, "tell.lease_id": lease_id}
    return bool(Number._get_collection().update_one(ours, update).matched_count)
