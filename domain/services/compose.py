"""An outgoing text is put together and committed: what every way of sending has in common."""

from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, WriteConcernError
from pymongo.read_concern import ReadConcern

from domain import outbox, tracing
from domain.errors import FieldError, InvalidInput
from domain.model import Author, Message, StatusChange, Thread
from domain.rules.gate import Verdict
from domain.rules.search import spoken
from domain.rules.segments import MAX_BODY, measure
from domain.rules.status import MessageStatus
from domain.rules.words.visible import has_controls, is_visible
from domain.services.gate import as_decision

DUPLICATE = 11000
EMPTY = "There is no text to send."
CONTROLS = "A text cannot hold control characters: remove them."
TOO_LONG = "A text can have at most {most:,} characters; this one has {length:,}."


def check_body(body: str, media_urls: tuple[str, ...] = ()) -> None:
    """InvalidInput for what no carrier would take."""
    if not is_visible(body) and not media_urls:
        raise InvalidInput(EMPTY, code="MESSAGE_EMPTY", fields=(FieldError("body", EMPTY),))
    if len(body) > MAX_BODY:
        reason = TOO_LONG.format(most=MAX_BODY, length=len(body))
        raise InvalidInput(reason, code="MESSAGE_TOO_LONG", fields=(FieldError("body", reason),))
    if has_controls(body):
        raise InvalidInput(CONTROLS, fields=(FieldError("body", CONTROLS),))


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
    """The message as it will be inserted; refused or put off instead when the verdict says so.

    `due_at` None leaves it waiting for somebody's click; of a scheduled text it is when it was
    planned to leave.
    """
    planned = due_at if status is MessageStatus.SCHEDULED else None
    if verdict.refused:
        status, due_at = MessageStatus.REFUSED, None
    elif verdict.earliest and verdict.deferred and due_at:
        status, due_at = MessageStatus.SCHEDULED, max(due_at, verdict.earliest)
    send_at = due_at if status is MessageStatus.SCHEDULED else None
    no = verdict if verdict.refused else None
    said = as_decision(verdict, now)
    return Message(
        origin=origin,
        direction="outbound",
        status=str(status),
        from_=thread.own_number or thread.sender,
        to=thread.phone,
        contact_id=thread.contact_id,
        thread_id=thread.id,
        sent_by=author,
        decision=said,
        decisions=[said],
        error_message=no and no.message,
        error_help=no and no.help,
        send_at=send_at,
        wanted_at=planned if send_at and send_at != planned else None,
        position=thread.position,
        created_at=now,
        dispatch=outbox.opened(due_at, line=thread.sender if send_at else None),
        relay=outbox.opened(now),
        effects=outbox.opened(now),
        history=[StatusChange(status=str(status), at=now)],
        trace=tracing.current() or tracing.begun(),
        **sized(body),
    )


def sized(body: str) -> dict[str, Any]:
    """A body with its words and what it costs, under the names of Message's attributes."""
    size = measure(body)
    cost = {"segments": size.segments, "encoding": str(size.encoding)}
    return {"body": body, "words": spoken(body), **cost}


def insert(made: Message) -> Message:
    """Commit it; when its origin exists already, that message is the answer."""
    made.validate()
    made.id, first = commit(made.to_mongo())
    if first:
        return made
    found: Message = Message.objects(id=made.id).get()
    return found


def commit(stored: dict[str, Any]) -> tuple[ObjectId, bool]:
    """Insert a message as it is stored: its id, or that of the one its origin made before."""
    try:
        return Message._get_collection().insert_one(stored).inserted_id, True
    except DuplicateKeyError as error:
        return _before(stored, error), False


def commit_all(stored: list[dict[str, Any]]) -> list[tuple[ObjectId, bool]]:
    """The same for several, in one command and one wait for the disk."""
    try:
        Message._get_collection().insert_many(stored, ordered=False)
    except BulkWriteError as error:
        failed = error.details["writeErrors"]
        if error.details["writeConcernErrors"] or any(one["code"] != DUPLICATE for one in failed):
            raise
        again = {one["index"] for one in failed}
        return [
            (_before(one, error), False) if index in again else (one["_id"], True)
            for index, one in enumerate(stored)
        ]
    return [(one["_id"], True) for one in stored]


def _before(stored: dict[str, Any], error: Exception) -> ObjectId:
    """What this one's origin made before; the error when something else is in the way."""
    every: Collection[dict[str, Any]] = Message._get_collection()
    # Whoever made it may still be waiting for the majority: until then it is no answer.
    durable = every.with_options(read_concern=ReadConcern("majority"))
    known = durable.find_one({"origin": stored["origin"]}, {"_id": 1})
    if known is None and every.find_one({"origin": stored["origin"]}, {"_id": 1}):
        raise WriteConcernError("It is made, but not yet durable.") from error
    if known is None:
        raise error
    found: ObjectId = known["_id"]
    return found
