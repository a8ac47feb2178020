"""What a conversation says of itself, recomputed from its texts."""

from typing import Any

from bson import ObjectId

from domain.model import Message, Thread
from domain.model.nudge import Waiting
from domain.services import messages, stale, threads
from domain.services.people import contacts

MOST_UNREAD = 999
NO_ANSWER = ("refused", "canceled")
"""What became of texts that answered nobody."""


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
    summary: dict[str, Any] = {"lastMessageId": newest.id, "lastMessageAt": newest.created_at}
    if messages.last_inbound_at(thread.id):  # else there is nothing to read or to answer
        seen = _seen(thread)
        summary["unreadCount"] = _unread(thread, seen)
        _await(thread, max(seen, thread.settled_up_to))
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
    fields = {"status": "open", "openedAt": change["$set"]["lastMessageAt"]}
    opening = {"$set": change["$set"] | fields, "$unset": {"snoozedUntil": ""}}
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


def _unread(thread: Thread, seen: int) -> int:
    """Inbound texts after the last that somebody read or answered."""
    match = _after(thread, seen)
    return int(Message._get_collection().count_documents(match, limit=MOST_UNREAD))


def _await(thread: Thread, seen: int) -> None:
    """Since when the customer waits, for whoever reminds agents of it; nobody sees it change.

    Who closes the conversation meanwhile has settled what came before.
    """
    first = Message.objects(__raw__=_after(thread, seen)).order_by("position")
    oldest = first.only("position", "created_at").first()
    own = Thread._get_collection()
    settled = [thread.settled_up_to, *([] if thread.settled_up_to else [None])]
    as_read = {"_id": thread.id, "settledUpTo": {"$in": settled}}
    if oldest is None:
        own.update_one(as_read | {"waiting": {"$exists": True}}, {"$unset": {"waiting": ""}})
        return
    waiting = Waiting(
        position=oldest.position,
        since=oldest.created_at,
        counted_from=oldest.created_at,
        open=oldest.position > thread.reminded_up_to,
    )
    stored = {"$set": {"waiting": waiting.to_mongo().to_dict()}}
    own.update_one(as_read | {"waiting.position": {"$ne": oldest.position}}, stored)


def _after(thread: Thread, seen: int) -> dict[str, Any]:
    return {"threadId": thread.id, "direction": "inbound", "position": {"$gt": seen}}


def _seen(thread: Thread) -> int:
    """Up to where somebody read or answered."""
    answered: Message | None = (
        Message.objects(
            __raw__={
                "threadId": thread.id,
                "direction": "outbound",
                "sentBy.kind": {"$in": ["agent", "token"]},
                "status": {"$nin": NO_ANSWER},
                "position": {"$gt": thread.read_up_to},
            }
        )
        .order_by("-position")
        .only("position")
        .first()
    )
    return int(answered.position if answered else thread.read_up_to)
