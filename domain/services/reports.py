"""What the carrier says about a text of ours: its id, and how far it has come.

From the carrier's id on, the status is the highest report of the log, in any order of arrival.
"""

from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoengine import NotUniqueError

from domain.model import Message
from domain.rules.phone import is_phone
from domain.rules.status import MessageStatus, report
from domain.services import consent, deferral, messages, numbers, strays
from domain.services.campaigns.sending import doubts
from domain.services.consent import Statement
from domain.services.consent.silencing import call_back
from domain.values import Advice, StatusReport

FILTERED = "FILTERED"


def receive(told: StatusReport, now: datetime) -> Message | None:
    """Take in one status callback: the text afterwards, or None as below."""
    return messages.get(message.id) if (message := placed(told, now)) else None


def placed(told: StatusReport, now: datetime) -> Message | None:
    """The same: the text that it is about, as far as it was needed and as it was before.

    None when it fits no text of ours; then it is kept as a stray.
    """
    message = _find(told)
    if message and message.twilio_sid == told.sid:
        advance(told, now, show=not message.quiet)
    elif message is None or not adopt(message.id, told, now):
        _keep(told, now)
        return None
    if told.advice and told.advice.kind == FILTERED and message.campaign_id:
        doubts.raised(message.campaign_id)
    if told.advice and told.advice.kind == "OPT_OUT":
        opted_out(message.to, message.id, now)
    return message


def adopt(
    message_id: ObjectId, told: StatusReport, now: datetime, before: Message | None = None
) -> bool:
    """The carrier knows this message under `told.sid`: whoever learns it first writes it down.

    The report counts, whoever was first. False when it is known there under another id already: a
    text that was sent twice, or somebody else's. `before` is the message as it was just read.
    """
    match = {"_id": message_id, "twilioMessageSid": {"$exists": False}, "direction": "outbound"}
    fields = {"twilioMessageSid": told.sid, "twilioCreatedAt": now} | _outcome(told, now)
    own = Message.objects(id=message_id).only("notices", "sent_by", "quiet")
    before = before or own.first()
    push = _entry(told, now) | (deferral.left(before) if before else {})
    doubted = ("errorMessage", "errorHelp", "shadow.failureTs", "shadow.failureTriedAt")
    doubts = tuple(name for name in doubted if name not in fields)
    try:
        first = messages.change(
            match,
            now,
            fields=fields,
            push=push,
            unset=doubts,
            close=("dispatch", "done"),
            show=not (before and before.quiet),
        )
    except NotUniqueError:
        return False
    current = first or messages.get(message_id)
    if current.twilio_sid != told.sid:
        Message.objects(id=message_id).update_one(add_to_set__other_sids=told.sid)
        return False
    if first is None or told.rank is None:
        advance(told, now, show=not current.quiet)
    return True


def advance(told: StatusReport, now: datetime, *, show: bool = True) -> None:
    """Write the report into the log, once, and let the status follow when it ranks higher.

    `show=False` leaves the chat alone.
    """
    fresh = {"twilioMessageSid": told.sid, "statusHistory.word": {"$ne": told.word}}
    if told.rank is None:
        return _keep(told, now)
    higher = fresh | {"rank": {"$lt": told.rank}}
    fields, push = _outcome(told, now), _entry(told, now)
    if not messages.applied(higher, messages.shown(now, fields, push=push, show=show)):
        messages.applied(fresh, messages.shown(now, push=_entry(told, now), show=False))
    return None


def opted_out(phone: str, message_id: ObjectId, now: datetime) -> None:
    """The carrier says that this person has opted out: believe it as if they had told us."""
    said = Statement("opt_out", "twilio", now, level="none", note="The carrier refused a text.")
    consent.record(f"refused:{message_id}", phone, said, now)
    if numbers.state_of(phone).blocked:  # an old report does not undo a START that came since
        call_back(phone, now)


def _find(told: StatusReport) -> Message | None:
    own = Message.objects(direction="outbound").only(
        "twilio_sid", "quiet", "campaign_id", "to", "trace"
    )
    found: Message | None = own.filter(twilio_sid=told.sid).first()
    if found is None and told.message_id and ObjectId.is_valid(told.message_id):
        found = own.filter(id=told.message_id).first()
    return found


def _outcome(told: StatusReport, now: datetime) -> dict[str, Any]:
    """The fields that follow from the report; an unknown word says only that the carrier has it."""
    if told.status is None or told.rank is None:
        return {"status": str(MessageStatus.QUEUED), "rank": 0}
    fields: dict[str, Any] = {"status": str(told.status), "rank": told.rank} | _trouble(told)
    at = told.at or now
    fields |= {"deliveredAt": at} if told.status is MessageStatus.DELIVERED else {}
    meaning = report(told.word)
    return fields | ({"readAt": at} if meaning and meaning.read else {})


def _trouble(told: StatusReport) -> dict[str, Any]:
    """An error is only ever added, never wiped by a report that carries none."""
    fields: dict[str, Any] = {}
    if told.error_code is not None:
        fields["errorCode"] = told.error_code
    return fields | (advised(told.advice) if told.advice else {})


def advised(advice: Advice) -> dict[str, Any]:
    """An error's plain sentence and next step, as a message stores them."""
    filtered = {"filtered": True} if advice.kind == FILTERED else {}
    return {"errorMessage": advice.sentence, "errorHelp": advice.help} | filtered


def _entry(told: StatusReport, now: datetime) -> dict[str, Any]:
    status = told.status or MessageStatus.QUEUED
    return messages.entry(status, now, word=told.word, error=told.error_code)


def _keep(told: StatusReport, now: datetime) -> None:
    """Of a text of ours that is gone no number comes back: its person was forgotten."""
    ours = told.message_id if ObjectId.is_valid(told.message_id or "") else None
    gone = ours and not Message.objects(id=ours).only("id").first()
    raw = {name: value for name, value in told.raw.items() if not (gone and is_phone(value))}
    strays.keep(f"status:{told.sid}/{told.word}", "status", raw, now)
