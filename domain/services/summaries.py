"""What a conversation says of itself, recomputed from its texts."""

from typing import Any

from bson import ObjectId

from domain.model import Message, Thread
from domain.services import messages, stale, threads
from domain.services.people import contacts

MOST_UNREAD = 999


def refresh(thread_id: ObjectId) -> None:
    """Sum the conversation up; counts as a change only if something differs.

    Two may do so at once, and the later write may know less: so each looks again afterwards.
    """
    done: object = None
    while (newest := _newest(thread_id)) is not None:
        thread = threads.get(thread_id)
        basis = (newest.id, thread.read_up_to)
        if basis == done:
            return
        _summarise(thread, newest)
        done = basis


def _newest(thread_id: ObjectId) -> Message | None:
    found: Message | None = (
        Message.objects(thread_id=thread_id).order_by("-created_at", "-id").first()
    )
    return found


def _summarise(thread: Thread, newest: Message) -> None:
    summary: dict[str, Any] = {
        "lastMessageId": newest.id,
        "lastMessageAt": newest.created_at,
        "unreadCount": _unread(thread),
    }
    match = {"_id": thread.id, "$or": [{name: {"$ne": value}} for name, value in summary.items()]}
    change = {"$set": summary, "$inc": {"rev": 1}}
    if thread.status != "open" and _wrote_since(thread, newest):
        _reopen(thread, change)
    else:
        Thread._get_collection().update_one(match, change)
    contacts.touch(thread.contact_id, newest.created_at, "sms")


def _reopen(thread: Thread, change: dict[str, Any]) -> None:
    """A new text reopens what was closed or snoozed before it, once.

    Whoever closes it after the text was summed up has seen it: so the summary must be as it was
    read, and otherwise is made anew.
    """
    match = {"_id": thread.id, "status": thread.status, "lastMessageId": thread.last_message_id}
    opening = {"$set": change["$set"] | {"status": "open"}, "$unset": {"snoozedUntil": ""}}
    reopened = stale.along(change | opening, thread.last_message_at)
    done = Thread._get_collection().update_one(match, reopened)
    if not done.matched_count:
        refresh(thread.id)


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
                "position": {"$gt": thread.read_up_to},
            }
        )
        .order_by("-position")
        .only("position")
        .first()
    )
    seen = answered.position if answered else thread.read_up_to
    match = {"threadId": thread.id, "direction": "inbound", "position": {"$gt": seen}}
    return int(Message._get_collection().count_documents(match, limit=MOST_UNREAD))
