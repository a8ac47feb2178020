"""How far a place has come, as it is written down: only its own fields, and only if expected."""

from typing import Any

from bson import ObjectId

from domain.model import Thread
from domain.values import Place

Raw = dict[str, Any]
MOST_EARLIER = 20
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


def left(thread: Thread, *, deleted: bool = False) -> list[Raw]:
    """Its earlier places once it leaves the present one: each once, the latest last."""
    channel, rows = thread.channel, _rows(thread)
    if not channel.channel_id:
        return rows
    known = {"teamId": channel.team_id, "threadTs": channel.thread_ts, "cardTs": channel.card_ts}
    row: Raw = {"channelId": channel.channel_id} | ({"deleted": True} if deleted else {})
    row |= {name: value for name, value in known.items() if value}
    return [*(one for one in rows if _spot(one) != _spot(row)), row][-MOST_EARLIER:]


def away(thread: Thread, place: Place) -> Raw:
    """Its earlier places once it is in that one: it was in none of them after the last try."""
    tried_at = thread.channel.tried_at
    if not tried_at or not thread.channel.earlier:
        return {}
    present, by_then = (place.channel_id, place.thread_ts), {"leftAt": tried_at}
    return {"earlier": [row if _spot(row) == present else by_then | row for row in _rows(thread)]}


def _rows(thread: Thread) -> list[Raw]:
    return [one.to_mongo().to_dict() for one in thread.channel.earlier]


def _spot(row: Raw) -> tuple[str, str | None]:
    return row["channelId"], row.get("threadTs")
