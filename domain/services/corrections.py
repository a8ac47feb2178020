"""An agent changed or deleted a message whose text had left: a new text puts it right, once."""

from datetime import datetime
from typing import NamedTuple

from bson import ObjectId
from mongoengine import get_connection
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from domain.errors import Conflict, FieldError, InvalidInput
from domain.model import Afterthought, Message
from domain.policy import Policy, Timing
from domain.services import compose, messages, optout, outbound, threads
from domain.services.outbound import Answer
from domain.services.programs import repeating

GONE = "gone"
NOTHING = "There is nothing to correct: this message says what the customer received."
ALREADY = "A correction of this was sent already."
ANEW = "To say more, write a new message."
CHANGED = "This message was changed again. Use the button below the newest notice."
WAITS = "This text has not left yet: change your message itself, or delete it."
SAME = "The customer has received just these words: change them, or cancel."


class Wish(NamedTuple):
    """What its author wants of a text that has left; `change` names the edit or deletion."""

    source: Message
    words: str
    change: str


def wanted(message_id: object, policy: Policy) -> Wish:
    """What there is to put right; Conflict when there is nothing, or somebody has done it."""
    found = messages.get(message_id)
    if found.status in messages.STOPPABLE and found.twilio_sid is None:
        raise Conflict(WAITS)
    source = repeating.correctable(message_id)
    wish = source.afterthought
    if wish is None or not (wish.canceled or _differs(wish.body, source, policy)):
        raise Conflict(NOTHING)
    _check_undone(wish)
    return Wish(source, wish.body or "", _change(wish))


def send(
    message_id: object, change: str, said: Answer, now: datetime, policy: Policy, timing: Timing
) -> Message:
    """Commit the correction like an answer, once per change; Conflict when it is not the newest.

    One that was refused, called back or lost does not stand in the way of another.
    """
    known = messages.by_origin(said.origin)
    if known:
        return known
    source = wanted(message_id, policy).source
    assert source.afterthought
    if _change(source.afterthought) != change:
        raise Conflict(CHANGED)
    compose.check_body(said.text)
    if not _differs(said.text, source, policy):
        raise InvalidInput(SAME, fields=(FieldError("body", SAME),))
    thread = threads.get(source.thread_id)
    made = outbound.composed(said, thread, now, policy, timing)
    made.id, made.correction_of = ObjectId(), source.id
    made.validate()
    return _committed(made, source.id, source.afterthought)


def _committed(made: Message, source_id: ObjectId, wish: Afterthought) -> Message:
    """The text and its mark on what it corrects: both or neither."""
    texts = Message._get_collection()
    asked = {"_id": source_id, "afterthought.correction": wish.correction}
    asked |= {"afterthought.editedTs": wish.edited_ts, "afterthought.canceled": wish.canceled}

    def both(session: ClientSession) -> None:
        mark = {"$set": {"afterthought.correction": made.id}}
        if not texts.update_one(asked, mark, session=session).matched_count:
            raise Conflict(ALREADY, help=ANEW)
        texts.insert_one(made.to_mongo(), session=session)

    try:
        with get_connection().start_session() as session:
            session.with_transaction(both)
    except (Conflict, DuplicateKeyError):
        known = messages.by_origin(made.origin)  # the same form, submitted twice at once
        if known is None:
            raise
        return known
    return made


def _check_undone(wish: Afterthought) -> None:
    done: Message | None = wish.correction and Message.objects(id=wish.correction).first()
    if done and done.status not in repeating.UNARRIVED:
        raise Conflict(ALREADY, help=ANEW)


def _differs(words: str | None, source: Message, policy: Policy) -> bool:
    return not optout.same(words or "", source.body, policy)


def _change(wish: Afterthought) -> str:
    return GONE if wish.canceled else wish.edited_ts or ""
