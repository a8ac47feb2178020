"""A text is sent again: one that did not arrive, or one that arrived and was wrong.

Both are new texts in the same conversation. A click that comes twice makes one: its origin holds
what is repeated, and how often that was done before or in which words.
"""

from datetime import datetime
from hashlib import sha256

from domain import outbox
from domain.errors import Conflict
from domain.model import Author, Message, Notice
from domain.policy import Policy
from domain.rules.gate import Purpose
from domain.rules.status import MessageStatus
from domain.services import compose, deferral, guard, messages, night, optout, threads
from domain.services.programs import sending
from domain.services.programs.sending import Addressee

UNARRIVED = frozenset(
    {
        MessageStatus.FAILED,
        MessageStatus.UNDELIVERED,
        MessageStatus.REFUSED,
        MessageStatus.CANCELED,
    }
)
LEFT = frozenset({MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.UNDELIVERED})
PURPOSES = frozenset({Purpose.CONVERSATION, Purpose.INFORMATIONAL, Purpose.MARKETING})
NOT_OURS = "Only a text that was sent to a customer can be sent again."
ARRIVED = "This text was sent: there is nothing to try again."
ON_ITS_WAY = "This text is still on its way."
UNKNOWN = "It is not known whether this text reached the customer, so it is not sent again."
NIGHT = "To send it all the same, set confirmQuietHours; or ask again when it is day there."
UNKNOWN_HELP = "Look at Twilio's log for this number, or ask the customer."
NOT_LEFT = "This text has not left, so there is nothing to correct."


def retry(
    message_id: object,
    author: Author,
    now: datetime,
    policy: Policy,
    *,
    confirmed: bool = False,
) -> Message:
    """Try a text again that did not arrive; the newest try, unless that failed too.

    Conflict for one that arrived, may still arrive, or may have arrived; Refused by the gate.
    `confirmed`: it may leave at night.
    """
    source = _ours(message_id)
    _check_unarrived(source)
    root, latest, tries = _tries(source)
    if latest and latest.status not in UNARRIVED:
        _check_known(latest)
        _retried(source, latest, now)
        return latest
    files = (*(one.sha256 for one in source.media), *(one.source for one in source.wanted))
    compose.check_body(source.body, (*source.media_urls, *files))
    origin = f"retry:{root}/{tries + 1}"
    made = _again(source, source.body, origin, author, now, policy, confirmed=confirmed)
    made.retry_of, made.template_id = source.id, source.template_id
    made.tags, made.media = list(source.tags), list(source.media)
    made.media_urls, made.media_types = list(source.media_urls), list(source.media_types)
    made.wanted = [one for one in source.wanted if not one.problem]
    made.fetch = outbox.opened(now) if made.wanted or made.media else None
    stored = compose.insert(made)
    _retried(source, latest, now)
    return stored


def correct(
    message_id: object,
    body: str,
    author: Author,
    now: datetime,
    policy: Policy,
    *,
    confirmed: bool = False,
) -> Message:
    """Send other words after a text that has left, once for the same words.

    Conflict for a text that has not left or may not have; Refused by the gate.
    """
    source = correctable(message_id)
    compose.check_body(body)
    origin = f"correction:{source.id}/{sha256(body.encode()).hexdigest()}"
    known = messages.by_origin(origin)
    if known:
        return known
    made = _again(source, body, origin, author, now, policy, confirmed=confirmed)
    made.correction_of = source.id
    return compose.insert(made)


def correctable(message_id: object) -> Message:
    """A text of ours that has left; Conflict for one that has not or may not have."""
    source = _ours(message_id)
    _check_left(source)
    return source


def _retried(source: Message, latest: Message | None, now: datetime) -> None:
    """Nobody needs to see to these tries any more; the newest one speaks for itself."""
    ids = {source.id} | ({latest.id} if latest and latest.status in UNARRIVED else set())
    Message._get_collection().update_many(
        {"_id": {"$in": list(ids)}, "retriedAt": {"$exists": False}}, {"$set": {"retriedAt": now}}
    )


def _ours(message_id: object) -> Message:
    found = messages.get(message_id)
    if found.direction != "outbound" or found.purpose not in PURPOSES:
        raise Conflict(NOT_OURS)
    return found


def _check_unarrived(source: Message) -> None:
    _check_known(source)
    if source.status not in UNARRIVED:
        arrived = source.status in (MessageStatus.SENT, MessageStatus.DELIVERED)
        raise Conflict(ARRIVED if arrived else ON_ITS_WAY)


def _check_known(source: Message) -> None:
    if source.status == MessageStatus.UNKNOWN:
        raise Conflict(UNKNOWN, conflict_id=str(source.id), help=UNKNOWN_HELP)


def _check_left(source: Message) -> None:
    _check_known(source)
    if source.status in LEFT or (source.twilio_sid and source.status == MessageStatus.QUEUED):
        return
    if source.status in UNARRIVED:
        raise Conflict(NOT_LEFT, help="Send the right words as a new text.")
    if source.status == MessageStatus.SENDING:
        raise Conflict(ON_ITS_WAY, help="Ask again in a moment.")
    raise Conflict(NOT_LEFT, help="Change its words with updateMessage, or call it back.")


def _tries(source: Message) -> tuple[str, Message | None, int]:
    """The text that all these tries are of, the newest try, and how many there were."""
    kind, _, rest = source.origin.partition(":")
    root = rest.partition("/")[0] if kind == "retry" else str(source.id)
    # A range, as a pattern would read the whole index; "0" is what comes after "/".
    match = {"origin": {"$gte": f"retry:{root}/", "$lt": f"retry:{root}0"}}
    made = Message.objects(__raw__=match).only("origin", "status")
    numbered = {int(one.origin.rpartition("/")[2]): one for one in made}
    tries = max(numbered, default=0)
    return root, messages.get(numbered[tries].id) if tries else None, tries


def _again(
    source: Message,
    body: str,
    origin: str,
    author: Author,
    now: datetime,
    policy: Policy,
    *,
    confirmed: bool,
) -> Message:
    """A text to where that one went, not committed yet; nothing is made when the gate says no.

    At night a program is told so, an agent is asked.
    """
    whom = _whom(source)
    verdict = sending.ask(whom, source.purpose, author, now, policy, confirmed=confirmed)
    asks = verdict.needs_confirmation
    if verdict.refused:
        raise sending.refusal(verdict)
    if asks and author.kind != "agent":
        raise sending.unconfirmed(verdict, NIGHT)
    body = optout.worded(body, whom.phone, source.purpose, policy)
    thread = sending.place(whom, now, policy)
    status, due_at = (MessageStatus.HELD, None) if asks else (MessageStatus.QUEUED, now)
    made = compose.message(thread, body, origin, author, verdict, now, due_at, status)
    made.purpose = source.purpose
    if confirmed:
        night.confirm(made, thread, now, policy)
    if asks:
        guard.wait(made, [night.question(thread, author, verdict, now, policy)], author.key)
    elif told := deferral.news(made, verdict, policy):
        made.notices = [Notice._from_son(told)]
    return made


def _whom(source: Message) -> Addressee:
    """Its own conversation; a refusal on record may have none, and says the pair itself."""
    if source.thread_id:
        thread = threads.get(source.thread_id)
        return Addressee(thread.sender, thread.phone, thread.id, thread.contact_id)
    return Addressee(source.from_, source.to, None, None)
