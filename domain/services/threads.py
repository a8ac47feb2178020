"""Conversations: found by their pair, ordered by their position, summed up from their texts."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument, WriteConcern
from pymongo.errors import DuplicateKeyError

from domain.errors import NotFound
from domain.model import Contact, Message, Thread
from domain.services import messages

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MOST_UNREAD = 999


@dataclass(frozen=True)
class Turn:
    """Where a message stands: its thread, and its position in it."""

    thread_id: ObjectId
    position: int


def get(thread_id: object) -> Thread:
    """The thread with that id (an ObjectId or its text); NotFound otherwise."""
    found: Thread | None = (
        Thread.objects(id=str(thread_id)).first() if ObjectId.is_valid(str(thread_id)) else None
    )
    if not found:
        raise NotFound("There is no conversation with this id.")
    return found


def in_channel(channel_id: str, thread_ts: str | None) -> Thread | None:
    """The conversation that lives in that channel, or in that thread of the inbox channel."""
    found: Thread | None = Thread.objects(
        __raw__={"channel.channelId": channel_id, "channel.threadTs": thread_ts}
    ).first()
    return found


def advance(
    sender: str, phone: str, now: datetime, *, contact_id: ObjectId | None, known: bool = True
) -> Thread:
    """Find or make the thread of that pair; its `position` is the next message's."""
    fields = _fields(now, contact_id, None, known)
    found: Thread = Thread._from_son(_placed(sender, phone, fields, None))
    return found


def take_turn(
    sender: str,
    phone: str,
    now: datetime,
    *,
    contact_id: ObjectId,
    own_number: str,
    known: bool,
) -> Turn:
    """The next position in the thread of that pair, which is made if need be, and no more of it."""
    fields = _fields(now, contact_id, own_number, known)
    raw = _placed(sender, phone, fields, {"position": 1})
    return Turn(raw["_id"], raw["position"])


def _fields(
    now: datetime, contact_id: ObjectId | None, own_number: str | None, known: bool
) -> dict[str, Any]:
    """What a message changes in its thread, as the expressions of an update pipeline.

    A position is the present microsecond, or one more than the last: a text that was
    acknowledged before another arrived has the lower one, whichever process took it.
    """
    fields: dict[str, Any] = {
        "position": {"$max": [{"$add": [{"$ifNull": ["$position", 0]}, 1]}, micros(now)]},
        "known": known,
    }
    fields |= {"ownNumber": {"$literal": own_number}} if own_number else {}
    return fields | {
        name: {"$ifNull": [f"${name}", value]} for name, value in _birth(contact_id, now).items()
    }


def _birth(contact_id: ObjectId | None, now: datetime) -> dict[str, Any]:
    """What a new thread starts with."""
    start = {
        "status": "open",
        "unreadCount": 0,
        "readUpTo": 0,
        "replyMode": "send",
        "heldForReview": False,
        "channel": {"step": "wanted", "tries": 0},
        "createdAt": now,
        "lastMessageAt": now,
        "rev": 1,
    }
    return start | ({"contactId": contact_id} if contact_id else {})


def _placed(
    sender: str, phone: str, fields: dict[str, Any], only: dict[str, int] | None
) -> dict[str, Any]:
    """The thread after the update, or `only` some of its fields.

    A known thread does not wait for the disk: the message that takes the position is inserted
    right after with the full write concern, which covers everything written before it; nothing
    is acknowledged in between.
    """
    pair = {"sender": sender, "phone": phone}
    quick = Thread._get_collection().with_options(write_concern=WriteConcern(w=1))
    known: dict[str, Any] | None = quick.find_one_and_update(
        pair, [{"$set": fields}], projection=only, return_document=ReturnDocument.AFTER
    )
    return known or _upsert(pair, fields, only)


def _upsert(
    pair: dict[str, str], fields: dict[str, Any], only: dict[str, int] | None
) -> dict[str, Any]:
    """The unique pair alone is the filter; two that race to insert meet again here."""
    while True:
        with suppress(DuplicateKeyError):
            made: dict[str, Any] = Thread._get_collection().find_one_and_update(
                pair,
                [{"$set": fields}],
                projection=only,
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
            return made


def micros(moment: datetime) -> int:
    """A moment as whole microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def refresh(thread_id: ObjectId) -> None:
    """Recompute the summary from the texts; counts as a change only if something differs.

    Two may do so at once, and the later write may know less: so each looks again afterwards.
    """
    newest = _newest(thread_id)
    while newest is not None:
        _summarise(get(thread_id), newest)
        again = _newest(thread_id)
        if again is None or again.id == newest.id:
            return
        newest = again


def _newest(thread_id: ObjectId) -> Message | None:
    found: Message | None = (
        Message.objects(thread_id=thread_id).order_by("-created_at", "-id").first()
    )
    return found


def _summarise(thread: Thread, newest: Message) -> None:
    summary = {
        "lastMessageId": newest.id,
        "lastMessageAt": newest.created_at,
        "unreadCount": _unread(thread),
    }
    if thread.status != "open" and _wrote_since(thread, newest):
        summary["status"] = "open"  # a new text reopens what was closed or snoozed
    differs = {"$or": [{name: {"$ne": value}} for name, value in summary.items()]}
    Thread._get_collection().update_one(
        {"_id": thread.id, **differs}, {"$set": summary, "$inc": {"rev": 1}}
    )
    _touch_contact(thread, newest)


def _wrote_since(thread: Thread, newest: Message) -> bool:
    """Whether the customer wrote after the last summary, be it answered already or not."""
    if newest.direction == "inbound":
        return bool(newest.id != thread.last_message_id)
    wrote_at = messages.last_inbound_at(thread.id)
    return wrote_at is not None and wrote_at > thread.last_message_at


def _unread(thread: Thread) -> int:
    """Inbound texts after the last that somebody read or answered."""
    answered: Message | None = (
        Message.objects(
            __raw__={
                "threadId": thread.id,
                "direction": "outbound",
                "sentBy.kind": {"$in": ["agent", "token"]},
                "status": {"$ne": "refused"},
            }
        )
        .order_by("-position")
        .only("position")
        .first()
    )
    seen = max(thread.read_up_to, answered.position if answered else 0)
    match = {"threadId": thread.id, "direction": "inbound", "position": {"$gt": seen}}
    return int(Message._get_collection().count_documents(match, limit=MOST_UNREAD))


def _touch_contact(thread: Thread, newest: Message) -> None:
    Contact._get_collection().update_one(
        {
            "_id": thread.contact_id,
            "$or": [
                {"lastContactDate": {"$exists": False}},
                {"lastContactDate": {"$lt": newest.created_at}},
            ],
        },
        {
            "$set": {"lastContactDate": newest.created_at, "lastContactMethod": "sms"},
            "$inc": {"rev": 1},
        },
    )
