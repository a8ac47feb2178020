"""How far a place has come, as it is written down: only its own fields, and only if expected."""

from typing import Any

from bson import ObjectId

from domain.model import Thread
from domain.values import Place

Raw = dict[str, Any]
OF_PLACE = ("cardTs", "card", "topic", "pinned", "barred")
"""What is known of one channel and means nothing for another."""


def move(
    thread_id: ObjectId, *, expected: str | None = None, gone: tuple[str, ...] = (), **fields: Any
) -> bool:
    """Write it down; where a step is `expected`, only if nobody moved the conversation since."""
    match = {"_id": thread_id} | ({"channel.step": expected} if expected else {})
    update = setting(fields, *gone)
    update |= {"$inc": {"rev": 1}} if "channelId" in fields else {}
    return bool(Thread._get_collection().update_one(match, update).matched_count)


def setting(fields: Raw, *gone: str) -> Raw:
    """The update that sets these fields of the place and takes others away."""
    update: Raw = {"$set": {f"channel.{name}": value for name, value in fields.items()}}
    return update | ({"$unset": named(*gone)} if gone else {})


def forget(thread_id: ObjectId, *names: str) -> None:
    """Take these fields away."""
    Thread._get_collection().update_one({"_id": thread_id}, {"$unset": named(*names)})


def named(*names: str) -> dict[str, str]:
    """Fields of the place, to be taken away."""
    return {f"channel.{name}": "" for name in names}


def address(place: Place) -> Raw:
    """Where it is, as it is stored."""
    team = {"teamId": place.team_id} if place.team_id else {}
    return {"channelId": place.channel_id} | team


def at(place: Place) -> Raw:
    """The condition that a conversation is in that place."""
    return {"channel.channelId": place.channel_id, "channel.threadTs": place.thread_ts}


def left(thread: Thread) -> list[Raw]:
    """Its earlier places once it leaves the present one: each once, the latest last."""
    channel = thread.channel
    rows = [one.to_mongo().to_dict() for one in channel.earlier]
    if not channel.channel_id:
        return rows
    known = {"threadTs": channel.thread_ts, "cardTs": channel.card_ts}
    row = {"channelId": channel.channel_id}
    row |= {name: value for name, value in known.items() if value}
    spot = (channel.channel_id, channel.thread_ts)
    return [one for one in rows if (one["channelId"], one.get("threadTs")) != spot] + [row]
