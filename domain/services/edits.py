"""An agent changes or deletes what they wrote: a held text follows, later the agent is told.

News of a message that we have not seen yet makes it under its origin, so that a late original
finds it there. An edit counts only if it is newer; a deletion is final. What comes too late is
kept, for a call that fails after all and for a correction. Each step is one update of what was
read; what has moved on meanwhile is read again.
"""

from datetime import datetime
from typing import Any

from domain import outbox
from domain.model import Message, StatusChange
from domain.policy import Policy, Timing
from domain.rules.status import ERRORS, MessageStatus
from domain.services import compose, guard, media, messages, optout, outbound, whereabouts
from domain.services.outbound import Answer
from domain.values import FileRef

CORRECT = "correct"
OFFER = {"label": "Send a correction", "action": CORRECT}
TOO_LATE = "The customer already received the original."
PERHAPS_TOO_LATE = "The customer may already have received the original."
NOT_SENT = "Nothing was sent. To send it, write it as a new message."


def edit(said: Answer, now: datetime, policy: Policy, timing: Timing) -> Message | None:
    """Change the text while it is held; later tell the agent that it is too late."""
    known = outbound.answer(said, now, policy, timing)
    while known and _newer(said, known):
        body, unfit = outbound.fitted(said, known.to, known.purpose, policy)
        if not _waits(known):
            changed = _edited_too_late(known, said, None if unfit else body, now, policy)
        elif unfit:
            changed = _withdraw(known, said, unfit, now)
        else:
            changed = _reword(known, body, said.edited_ts, now, policy, said.files)
        if changed:
            return changed
        known = messages.get(known.id)
    return known


def retract(said: Answer, now: datetime, policy: Policy, timing: Timing) -> Message | None:
    """Call the text back while it is held; final, and good for an original still to come."""
    known = messages.by_origin(said.origin) or _never_was(said, now, policy, timing)
    while known:
        gone = outbound.called_back(known, now) if _waits(known) else _gone(known, said, now)
        if gone:
            return gone
        known = messages.get(known.id)
    return None


def take_back(message: Message, now: datetime, policy: Policy) -> None:
    """It has not left after all: do what its author wanted while that was in doubt."""
    wish = message.recall
    if wish is None:
        return
    if wish.canceled:
        outbound.called_back(message, now)
    elif (wish.edited_ts or "") > (message.edited_ts or ""):
        _reword(message, wish.body or "", wish.edited_ts, now, policy)
    else:
        messages.change({"_id": message.id} | messages.not_begun(), now, unset=("recall",))


def _never_was(said: Answer, now: datetime, policy: Policy, timing: Timing) -> Message | None:
    """The text, called back before it was there; None when it would be none."""
    thread = whereabouts.meant(said.channel_id, said.thread_ts)
    if thread is None or outbound.is_note(said, thread, news=True):
        return None
    gone = outbound.composed(said, thread, now, policy, timing)
    gone.status, gone.notices, gone.question = str(MessageStatus.CANCELED), [], None
    gone.error_message = gone.error_help = gone.send_at = None
    gone.dispatch, gone.fetch, gone.wanted = outbox.opened(None), None, []
    gone.history = [StatusChange(status=gone.status, at=now)]
    return compose.insert(gone)


def _newer(said: Answer, known: Message) -> bool:
    return _stamp(said) > (known.edited_ts or "")


def _waits(known: Message) -> bool:
    """Whether no call for it had begun when it was read."""
    begun = known.dispatch is not None and known.dispatch.state == "leased"
    return known.status in messages.STOPPABLE and not begun and known.twilio_sid is None


def _stoppable(known: Message, edited_ts: str | None) -> dict[str, Any]:
    """As it was read, not begun to leave, and not changed by a newer edit meanwhile."""
    match = {"_id": known.id, **messages.not_begun()}
    match |= {"status": known.status, "question": known.question}
    if edited_ts:
        match["$or"] = [{"editedTs": {"$exists": False}}, {"editedTs": {"$lt": edited_ts}}]
    return match


def _reword(
    known: Message,
    text: str,
    edited_ts: str | None,
    now: datetime,
    policy: Policy,
    files: tuple[FileRef, ...] | None = None,
) -> Message | None:
    """Other words; too long by them it waits for a click, short again it has its normal hold.

    Only `files` stay with it; None: all of them.
    """
    pull = {} if files is None else media.without(files)
    fields = compose.sized(text) | {"editedTs": edited_ts}
    match = _stoppable(known, edited_ts)
    count = len(known.media) + len(known.wanted) if files is None else len(files)
    long = guard.length(text, policy, count)
    if long and not _settled(known, fields["segments"], policy):
        return guard.ask(
            known,
            long,
            now,
            match=match,
            fields=fields,
            unset=("recall",),
            pull=pull,
            key=f"{long.kind}:{edited_ts}",
        )
    if long or known.question != guard.LONG:
        return messages.change(match, now, fields=fields, unset=("recall",), pull=pull)
    fields |= {"dispatch.state": "due", "dispatch.due_at": now + policy.hold}
    pull |= {"notices": {"key": {"$regex": f"^{guard.LONG}"}, "tried": False}}
    return messages.change(match, now, fields=fields, unset=("recall", "question"), pull=pull)


def _settled(known: Message, segments: int, policy: Policy) -> bool:
    """Whether somebody let it go when it was long, or is being asked about as many segments."""
    asked = known.question is not None and known.segments == segments
    return known.segments > policy.ask_above and (known.decided_by is not None or asked)


def _withdraw(
    known: Message, said: Answer, unfit: tuple[str, str], now: datetime
) -> Message | None:
    """The new wording cannot be a text, so nothing leaves."""
    code, why = unfit
    fields = {"errorMessage": why, "decision.allowed": False, "decision.code": code}
    return messages.move(
        _stoppable(known, said.edited_ts),
        MessageStatus.REFUSED,
        now,
        fields=fields | {"editedTs": said.edited_ts},
        unset=("question",),
        push=_notice(f"edit:{said.edited_ts}", said, f"Not sent. {why}"),
        close=("dispatch", "done"),
    )


def _edited_too_late(
    current: Message, said: Answer, body: str | None, now: datetime, policy: Policy
) -> Message | None:
    """It has left, or never will: say which, once per edit; of several the newest counts.

    `body` is what would leave instead, if it could.
    """
    before = current.afterthought
    heard = before is not None and (before.canceled or (before.edited_ts or "") >= _stamp(said))
    if current.status == MessageStatus.CANCELED or heard:
        return current
    if current.status in ERRORS:
        return _not_sent(current, said, now)
    wanted = {"canceled": False, "body": said.text, "editedTs": said.edited_ts}
    recall = {"canceled": True} if body is None else wanted | {"body": body}
    same = optout.same(current.body, said.text, policy) and media.same(current, said.files)
    unchanged = same and not said.objection
    return _keep(current, said, wanted, recall, now, silent=unchanged)


def _gone(current: Message, said: Answer, now: datetime) -> Message | None:
    """It has left: say so, once. Where nothing arrived, nothing is to be said."""
    final = current.status == MessageStatus.CANCELED or current.status in ERRORS
    if final or (current.afterthought and current.afterthought.canceled):
        return current
    wanted: dict[str, Any] = {"canceled": True}
    return _keep(current, said, wanted, wanted, now)


def _keep(
    current: Message,
    said: Answer,
    wanted: dict[str, Any],
    recall: dict[str, Any],
    now: datetime,
    *,
    silent: bool = False,
) -> Message | None:
    """Keep what its author wants of a text that is as it was read, and tell them."""
    in_doubt = _in_doubt(current)
    before = current.afterthought
    match = {
        "_id": current.id,
        "status": current.status,
        "afterthought.canceled": {"$ne": True},
        "afterthought.editedTs": before.edited_ts if before else None,
    }
    match |= {"twilioMessageSid": {"$exists": False}} if in_doubt else {}
    told = PERHAPS_TOO_LATE if in_doubt else TOO_LATE
    key = "edit:gone" if wanted["canceled"] else f"edit:{said.edited_ts}"
    return messages.change(
        match,
        now,
        fields={"afterthought": wanted} | ({"recall": recall} if in_doubt else {}),
        push=None if silent else _notice(key, said, told, OFFER),
        show=not silent,
    )


def _not_sent(current: Message, said: Answer, now: datetime) -> Message:
    key = f"edit:{said.edited_ts}"
    match = {"_id": current.id, "notices.key": {"$ne": key}}
    told = messages.change(match, now, push=_notice(key, said, NOT_SENT))
    return told or messages.get(current.id)


def _in_doubt(current: Message) -> bool:
    """A call is under way, or nobody knows what came of it."""
    undecided = current.status in (MessageStatus.SENDING, MessageStatus.UNKNOWN)
    return undecided and current.twilio_sid is None


def _stamp(said: Answer) -> str:
    return said.edited_ts or ""


def _notice(key: str, said: Answer, text: str, *choices: dict[str, str]) -> dict[str, Any]:
    told = {"key": key, "userId": said.user_id, "text": text, "choices": list(choices)}
    return {"notices": told | {"tried": False}}
