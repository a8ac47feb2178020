"""An attempt whose outcome nobody knows: found in the carrier's records, or asked of a person.

One text there that can only be ours is adopted. None in all looks: it is sent once more. Several,
or records that cannot be read: it stays UNKNOWN and a person decides. Never a blind repetition.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain import outbox
from domain.model import Message
from domain.policy import Timing
from domain.rules.segments import smart
from domain.rules.status import MessageStatus
from domain.services import dispatch, messages, threads
from domain.services.dispatch import SLOT, Look
from domain.values import Accepted, CarriedText, Postponed

ASK = "It is not known whether this text reached the customer."
ASK_HELP = "Look at Twilio's log for this number, or ask the customer, before you send it again."
SKEW = timedelta(minutes=5)


def resolve(
    look: Look,
    found: Sequence[CarriedText] | Postponed | None,
    now: datetime,
    timing: Timing,
) -> None:
    """Decide from one look into the records."""
    message = messages.get(look.message_id)
    if message.status != MessageStatus.UNKNOWN or message.twilio_sid:
        return
    if isinstance(found, Postponed):
        attempts = (message.dispatch.attempts if message.dispatch else 0) + 1
        _later(message, now + outbox.backoff(attempts, found.seconds), attempts=attempts)
    elif found is None:
        _ask_a_person(message, now)
    else:
        hits = [text for text in found if _ours(text, message)]
        if not hits and _was_lost(message) and any(_strange(text, message) for text in found):
            _ask_a_person(message, now)
        else:
            _judge(message, hits, now, timing)


def _judge(message: Message, hits: list[CarriedText], now: datetime, timing: Timing) -> None:
    if len(hits) == 1:
        _adopt(message, hits[0], now)
    elif hits:
        _ask_a_person(message, now)
    elif message.looks + 1 < len(timing.looks):
        looks = message.looks + 1
        pause = timing.looks[looks] - timing.looks[looks - 1]
        _later(message, now + pause, looks=looks)
    elif message.resends == 0:
        _once_more(message, now)
    else:
        _ask_a_person(message, now)


def _was_lost(message: Message) -> bool:
    """Whether we never tried to send it, as far as a restored backup knows."""
    return all(one.status != MessageStatus.SENDING for one in message.history)


def _strange(text: CarriedText, message: Message) -> bool:
    """Something went to them in the time that was lost; its words may have been others."""
    since = (message.attempted_at or message.created_at) - SKEW
    late = text.created_at is None or text.created_at >= since
    return text.to == message.to and late and not Message.objects(twilio_sid=text.sid).first()


def _ours(text: CarriedText, message: Message) -> bool:
    """Same recipient, wording and sender, not before the attempt, and no other message's."""
    thread = threads.get(message.thread_id)
    senders = {thread.sender, thread.own_number} - {None}
    same_sender = text.from_phone in senders or (
        text.service_sid is not None and text.service_sid in senders
    )
    early = (
        text.created_at is not None
        and message.attempted_at is not None
        and text.created_at < message.attempted_at - SKEW
    )
    if text.to != message.to or not same_sender or early or not _same_body(text.body, message.body):
        return False
    return Message.objects(twilio_sid=text.sid).first() is None


def _same_body(theirs: str, ours: str) -> bool:
    """A carrier may put its own words in front, or plainer characters in the place of ours."""
    wanted = {ours, smart(ours)}
    return theirs in wanted or any(own and theirs.endswith(own) for own in wanted)


def _adopt(message: Message, hit: CarriedText, now: datetime) -> None:
    status, rank = hit.status or MessageStatus.QUEUED, hit.rank or 0
    dispatch.accepted(message, Accepted(hit.sid, status, rank, hit.word), now)


def _later(message: Message, due_at: datetime, **fields: int) -> None:
    """Look again; nothing that a person could see has changed."""
    stored = {("dispatch.attempts" if k == "attempts" else k): v for k, v in fields.items()}
    Message._get_collection().update_one(
        {"_id": message.id, "status": str(MessageStatus.UNKNOWN)},
        {"$set": stored | {"dispatch.due_at": due_at}},
    )


def _once_more(message: Message, now: datetime) -> None:
    match = {"_id": message.id, "status": str(MessageStatus.UNKNOWN)}
    fields = {"resends": 1, "looks": 0, "dispatch.state": "due", "dispatch.due_at": now}
    messages.move(match, MessageStatus.QUEUED, now, fields=fields)


def _ask_a_person(message: Message, now: datetime) -> None:
    """Its state stays UNKNOWN; texts behind it go on, since nobody knows how long it takes."""
    match = {"_id": message.id, "status": str(MessageStatus.UNKNOWN), "dispatch.state": "due"}
    fields = {"errorMessage": ASK, "errorHelp": ASK_HELP}
    messages.change(match, now, fields=fields, close=(SLOT, "dead"))
