"""What the chat tells of its channels: archived, opened again, renamed, deleted, left by us.

Each is written down once, however often it is told: only where the conversation still lives
there, and only if it is newer than what was told before.
"""

from datetime import datetime
from typing import Any

from bson import ObjectId

from domain.model import SHUT, Author, Message, Thread
from domain.services.channels import leaving, state
from domain.services.desk import changes
from domain.services.desk.changes import Line
from domain.values import Place

Raw = dict[str, Any]
CLOSED = "Closed: its channel was archived."
OPENED = "Opened: its channel was taken out of the archive."
LIVE = (*leaving.LIVE, "archived")


def archived(channel_id: str, ts: str, author: Author, now: datetime) -> None:
    """A person archived the channel: the conversation is closed."""
    if thread := _in_own(channel_id):
        closed(thread.id, channel_id, ts, author, now)


def closed(
    thread_id: ObjectId, channel_id: str, ts: str | None, author: Author, now: datetime
) -> None:
    """The same, by whoever noticed; without `ts` it was not told but found."""
    match = {"_id": thread_id, **_own(channel_id), "channel.step": {"$in": LIVE}, **_new(ts)}
    fields: Raw = {"status": "closed", "channel.step": "archived"} | _heard(ts)
    update = changes.setting(fields, "snoozedUntil", "channel.triedAt")
    changes.commit(match, update, Line("thread_status", CLOSED, author, now))


def unarchived(channel_id: str, ts: str, author: Author, now: datetime) -> None:
    """A person opened it again: so is the conversation, and its people are asked in again."""
    if thread := _in_own(channel_id):
        match = {"_id": thread.id, **_own(channel_id), "channel.step": {"$in": SHUT}, **_new(ts)}
        fields = {"status": "open", "channel.step": "open", "channel.awaited": True} | _heard(ts)
        line = Line("thread_status", OPENED, author, now)
        changes.commit(match, changes.setting(fields, "channel.triedAt"), line)


def renamed(channel_id: str, name: str, ts: str) -> None:
    """The stored name follows."""
    new = {"channel.namedTs": {"$not": {"$gte": ts}}, "channel.name": {"$ne": name}}
    update = {"$set": {"channel.name": name, "channel.namedTs": ts}, "$inc": {"rev": 1}}
    Thread._get_collection().update_one(_own(channel_id) | new, update)


def deleted(channel_id: str) -> None:
    """The channel is no more: told in the inbox, and the next text gets another place."""
    if thread := _in_own(channel_id):
        leaving.lost(thread.id, Place(channel_id), leaving.DELETED)


def removed(channel_id: str, now: datetime) -> None:
    """We are not in it any more; should somebody invite us again, it is found again."""
    thread = _in_own(channel_id)
    if thread and thread.channel.step not in SHUT:
        leaving.lost(thread.id, Place(channel_id), leaving.REMOVED, look_at=now)


def reidentified(old: str, new: str) -> None:
    """The channel has another id from now on, and so has everything in it."""
    seen = {"$set": {"channel.channelId": new}, "$inc": {"rev": 1}}
    Thread._get_collection().update_many({"channel.channelId": old}, seen)
    asked = {"channel.channelId": new, "review.channelId": old}
    Thread._get_collection().update_many(asked, {"$set": {"review.channelId": new}})
    for rows, known in (("channel.earlier", {}), ("tidings", {"channel.channelId": new})):
        Thread._get_collection().update_many(
            known | {f"{rows}.channelId": old},
            {"$set": {f"{rows}.$[one].channelId": new}},
            array_filters=[{"one.channelId": old}],
        )
    Message._get_collection().update_many(
        {"shadow.channelId": old, "shadow.ts": {"$exists": True}},
        {"$set": {"shadow.channelId": new}},
    )


def _in_own(channel_id: str) -> Thread | None:
    """The conversation whose own channel that is."""
    found: Thread | None = Thread.objects(__raw__=_own(channel_id)).first()
    return found


def _own(channel_id: str) -> Raw:
    return state.at(Place(channel_id))


def _new(ts: str | None) -> Raw:
    """Not told before, and not overtaken by what was told later."""
    return {"channel.heardTs": {"$not": {"$gte": ts}}} if ts else {}


def _heard(ts: str | None) -> Raw:
    return {"channel.heardTs": ts} if ts else {}
