"""An outgoing text is put together and committed: what every way of sending has in common."""

from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from domain import outbox
from domain.errors import FieldError, InvalidInput
from domain.model import Author, Message, StatusChange, Thread
from domain.rules.gate import Verdict
from domain.rules.segments import MAX_BODY, measure
from domain.rules.status import MessageStatus
from domain.services.gate import as_decision

EMPTY = "There is no text to send."
TOO_LONG = "A text can have at most {most:,} characters; this one has {length:,}."


def check_body(body: str, media_urls: tuple[str, ...] = ()) -> None:
    """InvalidInput for what no carrier would take."""
    if not body.strip() and not media_urls:
        raise InvalidInput(EMPTY, code="MESSAGE_EMPTY", fields=(FieldError("body", EMPTY),))
    if len(body) > MAX_BODY:
        reason = TOO_LONG.format(most=MAX_BODY, length=len(body))
        raise InvalidInput(reason, code="MESSAGE_TOO_LONG", fields=(FieldError("body", reason),))


def message(
    thread: Thread,
    body: str,
    origin: str,
    author: Author,
    verdict: Verdict,
    now: datetime,
    due_at: datetime | None,
    status: MessageStatus,
) -> Message:
    """The message as it will be inserted; refused instead when the verdict says no.

    `due_at` None leaves it waiting for somebody's click.
    """
    if not verdict.allowed:
        status, due_at = MessageStatus.REFUSED, None
    return Message(
        origin=origin,
        direction="outbound",
        status=str(status),
        from_=thread.own_number or thread.sender,
        to=thread.phone,
        contact_id=thread.contact_id,
        thread_id=thread.id,
        sent_by=author,
        decision=as_decision(verdict, now),
        error_message=verdict.message,
        error_help=verdict.help,
        position=thread.position,
        created_at=now,
        dispatch=outbox.opened(due_at),
        relay=outbox.opened(now),
        effects=outbox.opened(now),
        history=[StatusChange(status=str(status), at=now)],
        **sized(body),
    )


def sized(body: str) -> dict[str, Any]:
    """A body with what it costs, under the names of Message's attributes."""
    size = measure(body)
    return {"body": body, "segments": size.segments, "encoding": str(size.encoding)}


def insert(made: Message) -> Message:
    """Commit it; when its origin exists already, that message is the answer."""
    made.validate()
    try:
        made.id = Message._get_collection().insert_one(made.to_mongo()).inserted_id
    except DuplicateKeyError:
        found: Message = Message.objects(origin=made.origin).get()
        return found
    return made
