"""How a message changes: every visible change counts `rev` and asks for a relay, in one update."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.client_session import ClientSession

from domain import outbox
from domain.errors import NotFound
from domain.model import Message
from domain.rules.status import MessageStatus

DISPATCH = "dispatch"
WITHDRAWN = (MessageStatus.REFUSED, MessageStatus.CANCELED)
STOPPABLE = [MessageStatus.SCHEDULED, MessageStatus.HELD, MessageStatus.QUEUED]


def get(message_id: object) -> Message:
    """The message with that id (an ObjectId or its text); NotFound otherwise."""
    found = ObjectId.is_valid(str(message_id)) and Message.objects(id=str(message_id)).first()
    if not found:
        raise NotFound("There is no message with this id.")
    assert isinstance(found, Message)
    return found


def by_origin(origin: str) -> Message | None:
    """The message that this cause already made."""
    found: Message | None = Message.objects(origin=origin).first()
    return found


def change(
    match: dict[str, Any],
    now: datetime,
    *,
    fields: dict[str, Any] | None = None,
    unset: tuple[str, ...] = (),
    push: dict[str, Any] | None = None,
    pull: dict[str, Any] | None = None,
    close: tuple[str, str] | None = None,
    show: bool = True,
) -> Message | None:
    """Apply one visible change if `match` still holds; the message after it, or None.

    `close` ends a slot: its name and `done` or `dead`. `show=False` leaves the chat alone.
    """
    update = shown(now, fields, unset, push, close, show) | ({"$pull": pull} if pull else {})
    found: Message | None = Message.objects(__raw__=match).modify(__raw__=update, new=True)
    if found and found.thread_id and close and close[0] == DISPATCH:
        outbox.resume(DISPATCH, found.thread_id)
    return found


def applied(match: dict[str, Any], update: dict[str, Any]) -> bool:
    """Make a change of which nobody wants to see what came of it; whether `match` held."""
    return bool(Message._get_collection().update_one(match, update).matched_count)


def shown(
    now: datetime,
    fields: dict[str, Any] | None = None,
    unset: tuple[str, ...] = (),
    push: dict[str, Any] | None = None,
    close: tuple[str, str] | None = None,
    show: bool = True,
) -> dict[str, Any]:
    """The update document of a visible change."""
    setting, gone = dict(fields or {}), dict.fromkeys(unset, "")
    if close:
        ending = outbox.closed(*close)
        setting |= ending["$set"]
        gone |= ending["$unset"]
    if show:
        setting |= {"relay.state": "due", "relay.due_at": now}
    if setting.get("status") in WITHDRAWN:  # it answers nobody, which the summary must know
        setting |= {"effects.state": "due", "effects.due_at": now}
        gone |= {"effects.lease_id": ""}
    update: dict[str, Any] = {"$inc": {"rev": 1}}
    update |= {"$set": setting} if setting else {}
    update |= {"$unset": gone} if gone else {}
    update |= {"$push": push} if push else {}
    return update


def entry(
    status: MessageStatus, now: datetime, *, word: str | None = None, error: int | None = None
) -> dict[str, Any]:
    """A line of the status history, to be pushed."""
    line: dict[str, Any] = {"status": str(status), "at": now}
    line |= {"word": word} if word else {}
    line |= {"errorCode": error} if error is not None else {}
    return {"statusHistory": line}


def move(
    match: dict[str, Any],
    status: MessageStatus,
    now: datetime,
    *,
    fields: dict[str, Any] | None = None,
    unset: tuple[str, ...] = (),
    push: dict[str, Any] | None = None,
    close: tuple[str, str] | None = None,
    show: bool = True,
) -> Message | None:
    """Change the status (before the carrier has it) and write it into the history."""
    return change(
        match,
        now,
        fields={"status": str(status)} | (fields or {}),
        unset=unset,
        push=entry(status, now) | (push or {}),
        close=close,
        show=show,
    )


def not_begun() -> dict[str, Any]:
    """What holds of a text that can be called back; the carrier's queue is not ours."""
    return {
        "status": {"$in": STOPPABLE},
        "dispatch.state": {"$ne": "leased"},
        "twilioMessageSid": {"$exists": False},
    }


def cancel_for(phone: str, now: datetime, reason: str, session: ClientSession | None = None) -> int:
    """Call back everything for that number that has not begun to leave; how many it was."""
    return cancel_all({"to": phone, "direction": "outbound"}, now, reason, session)


def cancel_all(
    match: dict[str, Any], now: datetime, reason: str, session: ClientSession | None = None
) -> int:
    """The same for all texts of ours that match; in a `session`, with what it belongs to."""
    status = MessageStatus.CANCELED
    fields = {"status": str(status), "errorMessage": reason}
    update = shown(now, fields, push=entry(status, now), close=("dispatch", "done"))
    texts = Message._get_collection()
    return int(texts.update_many(match | not_begun(), update, session=session).modified_count)


def undefer(phone: str, reason: str, now: datetime) -> int:
    """What the gate put off for that reason is due: now, or when its author had planned it.

    How many texts to that number it was. The gate is asked again when they leave.
    """
    match = {"to": phone, "direction": "outbound"} | not_begun()
    match |= {"status": str(MessageStatus.SCHEDULED), "decision.allowed": False}
    match |= {"decision.reasons": reason, "decision.earliest": {"$exists": True}}
    due_at = {"$max": [now, "$wantedAt"]}  # what is missing is less than any moment
    fields: dict[str, Any] = {f"{DISPATCH}.due_at": due_at, "sendAt": due_at}
    fields |= {"relay.state": "due", "relay.due_at": now, "rev": {"$add": ["$rev", 1]}}
    return int(Message._get_collection().update_many(match, [{"$set": fields}]).modified_count)


def under_way(phone: str, now: datetime) -> bool:
    """Whether a call for that number has begun and its worker may still be making it."""
    return leased_until([phone], now) is not None


def leased_until(phones: Sequence[str], now: datetime) -> datetime | None:
    """When the last call that is under way for these numbers must have ended; None without one."""
    match = {
        "to": {"$in": list(phones)},
        "status": MessageStatus.SENDING,
        "dispatch.state": "leased",
        "dispatch.lease_until": {"$gt": now},
    }
    found = Message._get_collection().find(match, {"dispatch.lease_until": 1})
    return max((one["dispatch"]["lease_until"] for one in found), default=None)


def last_inbound_at(thread_id: ObjectId | None) -> datetime | None:
    """When the customer last wrote in that thread, from the texts themselves.

    What came late was written before it came.
    """
    theirs = Message.objects(thread_id=thread_id, direction="inbound").order_by("-created_at")
    some = theirs.only("created_at", "recovered_at", "twilio_created_at")
    newest: Message | None = some.first()
    if newest is None or newest.recovered_at is None:
        return newest.created_at if newest else None
    in_time: Message | None = some.filter(recovered_at=None).first()
    times = [newest.written_at, *([in_time.created_at] if in_time else [])]
    return max(times)
