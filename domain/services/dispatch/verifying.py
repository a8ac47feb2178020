"""Before advertising leaves for a number of which we heard long ago: is it still theirs?

The carrier is asked right before the text leaves, and what it says goes into the ledger: that the
number is still theirs, which is good for a while, or that it is somebody else's, which ends all
that was agreed to. A text from the number says the same as a yes.
"""

from datetime import date, datetime, timedelta

from domain import outbox
from domain.model import Message
from domain.policy import Policy, Timing
from domain.rules import phone
from domain.rules.gate import Purpose, Verdict
from domain.rules.status import MessageStatus
from domain.services import consent, messages, numbers
from domain.services.consent import Statement
from domain.services.dispatch.deciding import refuse
from domain.services.dispatch.steps import SLOT, Verify
from domain.services.registry import chores
from domain.values import Declined, Holder, Postponed

FRESH = timedelta(days=30)
"""So long what we know of a number's owner needs no asking: an agreement, a text, an answer."""
DATA_SINCE = date(2021, 1, 27)
"""Nobody has recorded before that day which numbers were given up."""
DECLINED_FOR = timedelta(minutes=15)
STILL = "Twilio says that the number is still theirs since {since}."
UNKNOWN = "Twilio does not know of another owner of the number since {since}."
ANOTHERS = "Twilio says that the number has another owner since {since}."
UNSURE = "Twilio has no data on who has had the number since {since}."
REASSIGNED = Verdict(
    False,
    ("reassigned",),
    "OPT_IN_REQUIRED",
    "This number may be somebody else's by now, so the consent on record no longer counts.",
    "Ask whoever has it now for their consent, and record it.",
)
NOBODYS = Verdict(
    False,
    ("unknown_number",),
    "INVALID_PHONE",
    "Twilio does not know this number.",
    "Check the number with the customer and correct the contact.",
)
GAVE_UP = "Twilio did not say for too long whether the number is still theirs."
GAVE_UP_HELP = "Look at Twilio Lookup in the health page, then send the text again."


def needed(message: Message, now: datetime, policy: Policy) -> Verify | None:
    """What is to be asked before it leaves; None when we know, or nobody wants to."""
    if not policy.consent.verify or message.purpose != Purpose.MARKETING:
        return None
    if phone.country(message.to) != "US":  # elsewhere nobody keeps such lists
        return None
    number = numbers.state_of(message.to)
    theirs = [at for at in (number.consent_at, _wrote_at(message.to)) if at]
    known = [*theirs, *([number.verified_at] if number.verified_at else [])]
    if known and now - max(known) <= FRESH:
        return None
    since = max(theirs).date() if theirs else DATA_SINCE - timedelta(days=1)
    return Verify(str(message.id), message.to, since)


def record(step: Verify, holder: Holder, now: datetime, policy: Policy) -> None:
    """Write down what the carrier says; the text is refused when the number is not theirs."""
    message = messages.get(step.message_id)
    if needed(message, now, policy) != step:
        return  # they agreed or wrote meanwhile
    unsure = holder is Holder.UNKNOWN and step.since < DATA_SINCE
    lost = holder is Holder.OTHER or unsure
    words = (UNSURE if unsure else ANOTHERS) if lost else _good(holder)
    note = words.format(since=step.since)
    said = Statement("voided" if lost else "verified", "twilio", now, level="none", note=note)
    consent.record(f"lookup:{message.id}/{now.isoformat()}", step.phone, said, now)
    chores.works(chores.LOOKUP)
    if lost:
        refuse(message, REASSIGNED, now)


def postponed(step: Verify, why: Postponed | Declined, now: datetime, timing: Timing) -> None:
    """Nobody could say: it does not leave, and holds nobody up; after too long it is given up."""
    message = messages.get(step.message_id)
    if isinstance(why, Declined):
        if why.missing:
            refuse(message, NOBODYS, now)
            return
        chores.troubled(chores.LOOKUP, why.reason, now)
    match = {"_id": message.id, **messages.not_begun()}
    planned = message.send_at or message.created_at
    if now - max(message.created_at, planned) > timing.give_up:
        fields = {"errorMessage": GAVE_UP, "errorHelp": GAVE_UP_HELP}
        messages.move(match, MessageStatus.FAILED, now, fields=fields, close=(SLOT, "dead"))
        return
    attempts = (message.dispatch.attempts if message.dispatch else 0) + 1
    pause = DECLINED_FOR if isinstance(why, Declined) else outbox.backoff(attempts, why.seconds)
    again = {
        "sendAt": planned,
        "dispatch.due_at": now + pause,
        "dispatch.attempts": attempts,
        "dispatch.last_error": why.reason,
    }
    if message.status == MessageStatus.SCHEDULED:
        messages.change(match, now, fields=again, show=False)
    else:
        messages.move(match, MessageStatus.SCHEDULED, now, fields=again)
    outbox.resume(SLOT, message.thread_id)  # what waited behind it goes on


def _good(holder: Holder) -> str:
    return STILL if holder is Holder.SAME else UNKNOWN


def _wrote_at(number: str) -> datetime | None:
    """When anybody last wrote from there, whichever of our senders it was to."""
    newest = (
        Message.objects(from_=number, direction="inbound")
        .order_by("-created_at", "-id")
        .only("created_at")
        .first()
    )
    return newest.created_at if newest else None
