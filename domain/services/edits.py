"""An agent changes or deletes what they wrote: a held text follows, later the agent is told.

News of a message that we have not seen yet makes it under its origin, so that a late original
finds it there. An edit counts only if it is newer; a deletion is final.
"""

from datetime import datetime
from typing import Any

from bson import ObjectId

from domain import outbox
from domain.model import Message, StatusChange
from domain.policy import Policy, Timing
from domain.rules.status import ERRORS, MessageStatus
from domain.services import compose, messages, outbound, threads
from domain.services.outbound import Answer

TOO_LATE = "The customer already received the original."
PERHAPS_TOO_LATE = "The customer may already have received the original."
NOT_SENT = "Nothing was sent. To send it, write it as a new message."


def edit(said: Answer, now: datetime, policy: Policy, timing: Timing) -> Message | None:
    """Change the text while it is held; later tell the agent that it is too late."""
    known = outbound.answer(said, now, policy, timing)
    if known is None or not _newer(said, known):
        return known
    unfit = said.objection or outbound.objection(said.text)
    changed = _withdraw(known, said, unfit, now) if unfit else _rewritten(known, said, now)
    return changed or _edited_too_late(messages.get(known.id), said, now)


def retract(said: Answer, now: datetime, policy: Policy, timing: Timing) -> Message | None:
    """Call the text back while it is held; final, and good for an original still to come."""
    known = messages.by_origin(said.origin)
    if known:
        return outbound.called_back(known, now) or _gone_too_late(messages.get(known.id), said, now)
    thread = threads.in_channel(said.channel_id, said.thread_ts)
    if thread is None:
        return None
    gone = outbound.composed(said, thread, now, policy, timing)
    gone.status, gone.notices = str(MessageStatus.CANCELED), []
    gone.error_message = gone.error_help = None
    gone.dispatch = outbox.opened(None)
    gone.history = [StatusChange(status=gone.status, at=now)]
    made = compose.insert(gone)
    return made if made.status == MessageStatus.CANCELED else outbound.called_back(made, now)


def take_back(message: Message, now: datetime) -> None:
    """It has not left after all: do what its author wanted while that was in doubt."""
    wish = message.recall
    if wish is None:
        return
    if wish.canceled:
        outbound.called_back(message, now)
        return
    newer = (wish.edited_ts or "") > (message.edited_ts or "")
    fields = compose.sized(wish.body or "") | {"editedTs": wish.edited_ts} if newer else {}
    messages.change(_stoppable(message), now, fields=fields, unset=("recall",))


def _newer(said: Answer, known: Message) -> bool:
    return (said.edited_ts or "") > (known.edited_ts or "")


def _stoppable(known: Message, edited_ts: str | None = None) -> dict[str, Any]:
    """Not begun to leave, and (for an edit) not changed by a newer one meanwhile."""
    match = {"_id": known.id, **messages.not_begun()}
    if edited_ts:
        older = [{"editedTs": {"$exists": False}}, {"editedTs": {"$lt": edited_ts}}]
        match["$or"] = older
    return match


def _rewritten(known: Message, said: Answer, now: datetime) -> Message | None:
    fields = compose.sized(said.text) | {"editedTs": said.edited_ts}
    return messages.change(_stoppable(known, said.edited_ts), now, fields=fields)


def _withdraw(
    known: Message, said: Answer, unfit: tuple[str, str], now: datetime
) -> Message | None:
    """The new wording cannot be a text, so nothing leaves."""
    code, why = unfit
    fields = {"errorMessage": why, "decision.allowed": False, "decision.code": code}
    refused = messages.move(
        _stoppable(known, said.edited_ts),
        MessageStatus.REFUSED,
        now,
        fields=fields | {"editedTs": said.edited_ts},
        close=("dispatch", "done"),
    )
    return refused and _notify(refused.id, f"edit:{said.edited_ts}", said, f"Not sent. {why}", now)


def _edited_too_late(current: Message, said: Answer, now: datetime) -> Message | None:
    """It has left, or never will: say which, once per edit."""
    unchanged = current.body == said.text and not said.objection
    if current.status == MessageStatus.CANCELED or unchanged or not _newer(said, current):
        return current
    text = NOT_SENT if current.status in ERRORS else _too_late(current)
    unfit = said.objection or outbound.objection(said.text)
    wish = {"canceled": True} if unfit else {"canceled": False, "body": said.text}
    _remember(current, wish | {"editedTs": said.edited_ts}, now)
    return _notify(current.id, f"edit:{said.edited_ts}", said, text, now)


def _gone_too_late(current: Message, said: Answer, now: datetime) -> Message | None:
    """It has left: say so, once. Where nothing arrived, nothing is to be said."""
    if current.status == MessageStatus.CANCELED or current.status in ERRORS:
        return current
    _remember(current, {"canceled": True}, now)
    return _notify(current.id, "gone", said, _too_late(current), now)


def _too_late(current: Message) -> str:
    return PERHAPS_TOO_LATE if _in_doubt(current) else TOO_LATE


def _in_doubt(current: Message) -> bool:
    """A call is under way, or nobody knows what came of it."""
    undecided = current.status in (MessageStatus.SENDING, MessageStatus.UNKNOWN)
    return undecided and current.twilio_sid is None


def _remember(current: Message, wish: dict[str, Any], now: datetime) -> None:
    """For when the call failed for sure: a deletion is final, of edits the newest counts."""
    if not _in_doubt(current):
        return
    match: dict[str, Any] = {
        "_id": current.id,
        "status": {"$in": [MessageStatus.SENDING, MessageStatus.UNKNOWN]},
        "twilioMessageSid": {"$exists": False},
        "recall.canceled": {"$ne": True},
    }
    if not wish["canceled"]:
        match["$nor"] = [{"recall.editedTs": {"$gte": wish["editedTs"]}}]
    messages.change(match, now, fields={"recall": wish}, show=False)


def _notify(
    message_id: ObjectId, key: str, said: Answer, text: str, now: datetime
) -> Message | None:
    notice = {"key": key, "userId": said.user_id, "text": text, "tried": False}
    match = {"_id": message_id, "notices.key": {"$ne": key}}
    told = messages.change(match, now, push={"notices": notice})
    return told or messages.get(message_id)
