"""A place is left: it is gone, archived for good, or no channel is to be had.

The conversation goes on elsewhere from its next text on. Whoever finds a place gone writes that
down together with what is told about it, so that it is told once.
"""

from datetime import datetime
from typing import Any

from bson import ObjectId

from domain.model import Thread
from domain.rules.naming import MOST_TRIES
from domain.services import stale, threads
from domain.services.channels import state
from domain.services.channels.cards import person_of
from domain.services.channels.tidings import tiding
from domain.values import Place

Raw = dict[str, Any]
IS_ARCHIVED, DELETED, REMOVED = "is_archived", "deleted", "removed"
LIVE = ("open", "furnished", "carded", "ready", "archiving")
SAID = {
    DELETED: "#{name}, the channel for the texts with {person}, was deleted. Nothing is lost: the "
    "next text opens a new channel.",
    REMOVED: "I was removed from #{name}, the channel for the texts with {person}. Invite me "
    "again, or let the next text open a new channel.",
}
UNREACHED = (
    "I cannot reach #{name}, the channel for the texts with {person}, any more. If it is still "
    "there, invite me again; otherwise the next text opens a new channel."
)
NO_CHANNEL = "Slack made no channel of its own for it ({code}), so it stays here. Try again later."


def to_inbox(thread_id: ObjectId, code: str = "") -> None:
    """No channel of its own for now: it stays in its inbox thread, or gets one."""
    thread = threads.get(thread_id)
    if thread.channel.thread_ts is None:
        earlier = state.left(thread)
        state.move(thread_id, step="anchoring", earlier=earlier, gone=("triedAt", "name"))
        return
    update = state.setting({"step": "ready"}, "triedAt", "name", "awaited", "farewell")
    if thread.channel.awaited:
        place = Place(thread.channel.channel_id or "", thread.channel.thread_ts)
        update |= {"$push": {"tidings": tiding(NO_CHANNEL.format(code=code), place)}}
    match = {"_id": thread_id, "channel.threadTs": thread.channel.thread_ts}
    update = stale.along(update, thread.last_message_at)
    Thread._get_collection().update_one(match, update)


def lost(
    thread_id: ObjectId, place: Place, code: str = "", *, look_at: datetime | None = None
) -> None:
    """The place is gone: a new one is made, after a look for the old one if `look_at` is given.

    An archived channel is tried first. One that the conversation has left already is not missed.
    """
    thread = threads.get(thread_id)
    match = {"_id": thread_id} | state.at(place)
    live = match | {"channel.step": {"$in": LIVE}}
    if code == IS_ARCHIVED and place.thread_ts is None:
        resting = state.setting({"step": "archived"}, "triedAt")
        Thread._get_collection().update_one(live, resting)
        return
    update = stale.along(_without(thread, code, look_at), thread.last_message_at)
    if not Thread._get_collection().update_one(live, update).matched_count:
        gone = {"$unset": state.named("channelId", "threadTs"), "$inc": {"rev": 1}}
        Thread._get_collection().update_one(match, gone)


def _without(thread: Thread, code: str, look_at: datetime | None) -> Raw:
    """The update by which it is nowhere, and what is told about that."""
    channel = thread.channel
    own = channel.thread_ts is None
    change = another_name(thread)
    change["$set"] |= {"channel.triedAt": look_at} if look_at else {}
    if own:
        change["$set"] |= {"channel.earlier": state.left(thread, deleted=code == DELETED)}
    gone = change["$unset"] | state.named("channelId", "threadTs", *state.OF_PLACE)
    change["$unset"] = {name: "" for name in gone if name not in change["$set"]}
    change["$inc"] = change.get("$inc", {}) | {"rev": 1}
    if own and channel.step == "ready":
        said = SAID.get(code, UNREACHED).format(name=channel.name, person=person_of(thread))
        change["$push"] = {"tidings": tiding(said)}
    return change


def another_name(thread: Thread) -> Raw:
    """The update for a try under another name, or for the inbox when enough have been tried."""
    channel = thread.channel
    if channel.tries + 1 - channel.first_try < MOST_TRIES:
        return state.setting({"step": "wanted"}, "triedAt") | {"$inc": {"channel.tries": 1}}
    return state.setting({"step": "anchoring"}, "triedAt", "name")


def succeeded(thread_id: ObjectId) -> None:
    """The archived channel stays as it is; another goes on from it, which says where it was."""
    thread = threads.get(thread_id)
    number = thread.channel.tries + 1
    fields = {"step": "wanted", "tries": number, "firstTry": number, "earlier": state.left(thread)}
    update = opening(thread, state.setting(fields, "triedAt"))
    Thread._get_collection().update_one(as_read(thread), update)


def opening(thread: Thread, update: Raw) -> Raw:
    """The same update of a conversation whose channel rests; a closed one is open again."""
    if thread.status == "closed":
        update["$set"]["status"] = "open"
    return update | {"$inc": {"rev": 1}}


def as_read(thread: Thread) -> Raw:
    """The conversation, if it and its place still stand as they did when it was read."""
    return {"_id": thread.id, "status": thread.status, "channel.step": thread.channel.step}
