"""Files are copied: from the carrier or the chat to us, and from us to the chat.

A message whose slot is due is leased, its files are carried out a few at a time, each is written
down by itself, and what is left comes with the next turn. A file that was
copied twice because somebody crashed in between is in use once; the other copy is cleared away.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from bson import ObjectId

from domain import outbox
from domain.model import Message
from domain.ports import Files, Fitting, StoredFile
from domain.rules import fitting, media
from domain.rules.gate import Verdict
from domain.services import dispatch, messages
from domain.services.media.copying import Copy, Have, Show, copies
from domain.services.media.uploads import (
    KIND,
    TOO_LARGE,
    TOO_LARGE_HELP,
    UNFIT,
    UNFIT_HELP,
    UNUSED,
)
from domain.values import Content, Postponed, Unavailable, Uploaded

SLOT = "fetch"
LEASE = timedelta(minutes=5)
"""Longer than a turn takes: each of ten files has half a minute, and they go side by side."""
PAUSES = (1.0, 3.0, 10.0, 30.0, 120.0, 600.0)
"""Seconds between tries; right after the webhook the carrier may not have the file yet."""
STUCK = "It could not be handled."
GONE = "It is gone from our store."
TOGETHER = "These files have {size:,} bytes together; carriers take {most:,} with one text."
TOGETHER_HELP = "Send them in several messages."


def claim(now: datetime) -> Message | None:
    """Lease one message whose files are to be copied; None when there is none."""
    until = now + LEASE
    fields = {"state": "leased", "lease_id": uuid4().hex, "lease_until": until, "due_at": until}
    found: Message | None = (
        Message.objects(__raw__={f"{SLOT}.due_at": {"$lte": now}})
        .order_by(f"{SLOT}.due_at")
        .modify(
            __raw__={
                "$set": {f"{SLOT}.{name}": value for name, value in fields.items()},
                "$inc": {f"{SLOT}.attempts": 1},
            },
            new=True,
        )
    )
    return found


def prepared(step: Have, content: Content, fit: Fitting) -> Content | Unavailable:
    """As we keep it: whatever came in, and what carriers take of what goes out."""
    kind = media.type_of(content.data[: media.HEAD])
    named = step.name or content.name
    if not step.inbound:
        fitted = _fitted(kind, content.data, fitting.room(step.count), fit)
        if isinstance(fitted, Unavailable):
            return fitted
        content, kind = fitted, fitted.content_type or kind
    name = media.safe_name(named, kind) if named else media.numbered_name(kind, step.place)
    return Content(content.data, name, kind)


def kept(content: Content, files: Files, now: datetime) -> StoredFile:
    """In our own store; should nobody write it down, it goes after a day."""
    parts = (content.data,)
    expires = now + UNUSED
    return files.put(
        content.name, content.content_type, parts, kind=KIND, now=now, expires_at=expires
    )


def had(step: Have, stored: StoredFile, now: datetime) -> None:
    """We have it; with the last one the text may leave."""
    copied = {
        "fileId": ObjectId(stored.id),
        "contentType": stored.content_type,
        "bytes": stored.size,
        "sha256": stored.sha256,
        "name": stored.name,
        "place": step.place,
        "source": step.source,
    }
    match = {"_id": step.message_id, "wanted.place": step.place}
    into = {"media": {"$each": [copied], "$sort": {"place": 1}}}
    message = messages.change(match, now, push=into, pull={"wanted": {"place": step.place}})
    if message and message.direction == "outbound" and not message.wanted:
        _may_leave(message, now)


def shown(step: Show, copy: Uploaded, now: datetime) -> None:
    """The chat has it: a post may show it from now on."""
    fields = {"media.$.chatFileId": copy.id}
    fields |= {"media.$.chatLink": copy.link} if copy.link else {}
    messages.change(_unshown(step), now, fields=fields)


def failed(step: Copy, why: Unavailable, now: datetime) -> None:
    """It will never be had or shown; a text that cannot leave as it was meant does not leave."""
    if isinstance(step, Show):
        messages.change(_unshown(step), now, fields={"media.$.problem": why.told})
    elif step.inbound:
        lacking = {"$elemMatch": {"place": step.place, "problem": {"$exists": False}}}
        match = {"_id": step.message_id, "wanted": lacking}
        messages.change(match, now, fields={"wanted.$.problem": why.told})
    else:
        named = Unavailable(f"{step.name}: {why.reason}" if step.name else why.reason, why.help)
        for message in Message.objects(id=step.message_id):  # none when it was erased meanwhile
            _refuse(message, named, now)


def settle(message: Message, left: list[Postponed], now: datetime, *, chat: bool) -> None:
    """Give the message back: done, due at once, or after a pause for what was put off."""
    lease_id = message.fetch.lease_id if message.fetch else None
    mine = {"_id": message.id, f"{SLOT}.lease_id": lease_id}
    current = Message.objects(id=message.id).first()
    if current is None or not copies(current, chat=chat):
        Message._get_collection().update_one(mine, outbox.closed(SLOT))
        return
    attempts = message.fetch.attempts if message.fetch else 1
    own = PAUSES[min(attempts, len(PAUSES)) - 1] if left else 0.0
    pause = max([own, *(one.seconds or 0.0 for one in left)])
    due_at = now + timedelta(seconds=pause)
    again: dict[str, Any] = {f"{SLOT}.state": "due", f"{SLOT}.due_at": due_at}
    if left and not (current.fetch and current.fetch.last_error):
        # The others need not wait any longer for this one to be shown.
        again |= {f"{SLOT}.last_error": left[0].reason}
        messages.change(mine, now, fields=again)
    else:
        Message._get_collection().update_one(mine, {"$set": again})


def _unshown(step: Show) -> dict[str, Any]:
    lacking = {"fileId": ObjectId(step.file_id), "chatFileId": {"$exists": False}}
    return {"_id": step.message_id, "media": {"$elemMatch": lacking}}


def _fitted(kind: str, data: bytes, room: int, fit: Fitting) -> Content | Unavailable:
    if kind in media.PICTURES or kind in media.CONVERTIBLE or kind in media.APPLE:
        return fit(data, room)
    if kind not in media.ENDINGS:
        return Unavailable(UNFIT, UNFIT_HELP)
    if len(data) > (most := media.most_bytes(kind)):
        return Unavailable(TOO_LARGE.format(size=len(data), most=most), TOO_LARGE_HELP)
    return Content(data, content_type=kind)


def _may_leave(message: Message, now: datetime) -> None:
    size = sum(one.size for one in message.media)
    if size > fitting.MOST_TOGETHER:
        told = TOGETHER.format(size=size, most=fitting.MOST_TOGETHER)
        _refuse(message, Unavailable(told, TOGETHER_HELP), now)
    elif message.thread_id:
        outbox.resume(dispatch.SLOT, message.thread_id)


def _refuse(message: Message, why: Unavailable, now: datetime) -> None:
    verdict = Verdict(False, ("unfit",), "MEDIA_REJECTED", why.reason, why.help or None)
    dispatch.refuse(message, verdict, now)
