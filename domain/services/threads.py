"""Conversations: found by their pair, ordered by their position."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument, UpdateOne, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError

from domain.errors import NotFound
from domain.model import Thread

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Arrival:
    """A text that needs its place in the thread of (our sender, their number)."""

    sender: str
    phone: str
    contact_id: ObjectId
    own_number: str
    known: bool

    @property
    def pair(self) -> dict[str, str]:
        """The thread's unique key."""
        return {"sender": self.sender, "phone": self.phone}


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


def once_in(channel_id: str) -> Thread | None:
    """The conversation whose own channel that was before."""
    own = {"$elemMatch": {"channelId": channel_id, "threadTs": None}}
    found: Thread | None = Thread.objects(
        __raw__={"channel.earlier.channelId": channel_id, "channel.earlier": own}
    ).first()
    return found


def home_of(channel_id: str) -> str | None:
    """The workspace whose installation made that channel, as far as its conversations know.

    It stays the same once they have left: what a message causes is known by it.
    """
    known = {"channel.channelId": channel_id, "channel.teamId": {"$exists": True}}
    found = Thread._get_collection().find_one(known, {"channel.teamId": 1})
    if found:
        return str(found["channel"]["teamId"])
    thread = once_in(channel_id)
    if thread is None:
        return None
    teams = [one.team_id for one in thread.channel.earlier if one.channel_id == channel_id]
    return next(filter(None, teams), None) or thread.channel.team_id


def advance(
    sender: str,
    phone: str,
    now: datetime,
    *,
    contact_id: ObjectId | None,
    known: bool = True,
    born: str = "open",
) -> Thread:
    """Find or make the thread of that pair; its `position` is the next message's.

    `born` is the status of one that is made: closed ones ask for nobody's attention.
    """
    fields = _fields(now, contact_id, None, known, born)
    found: Thread = Thread._from_son(_placed(sender, phone, fields, None))
    return found


def advance_all(
    sender: str, people: Mapping[str, ObjectId], now: datetime, *, born: str = "open"
) -> dict[str, Thread]:
    """The same for several of their numbers, each with its contact, in two commands.

    Who was overtaken, or is being made by somebody else as well, takes a turn of their own.
    """
    stamp = ObjectId()
    updates = [
        UpdateOne(
            {"sender": sender, "phone": phone},
            [{"$set": _fields(now, own, None, True, born) | {"turn": stamp}}],
            upsert=True,
        )
        for phone, own in people.items()
    ]
    if not updates:
        return {}
    with suppress(BulkWriteError):
        _quick().bulk_write(updates, ordered=False)
    ours = {"sender": sender, "phone": {"$in": [*people]}, "turn": stamp}
    found = {one.phone: one for one in Thread.objects(__raw__=ours)}
    return {
        phone: found.get(phone) or advance(sender, phone, now, contact_id=own, born=born)
        for phone, own in people.items()
    }


def opened(thread: Thread) -> Thread:
    """Somebody writes where only campaigns wrote so far: it asks for attention from now on."""
    if thread.status != "closed" or thread.settled_up_to:
        return thread
    untouched = {"_id": thread.id, "status": "closed", "settledUpTo": {"$in": [0, None]}}
    change = {"$set": {"status": "open"}, "$inc": {"rev": 1}}
    Thread._get_collection().update_one(untouched, change)
    return get(thread.id)


def take_turns(arrivals: Sequence[Arrival], now: datetime) -> list[Turn]:
    """The next position for each in its thread, which is made if need be; in their order."""
    pairs = {(one.sender, one.phone): one for one in reversed(arrivals)}
    turns = _together([*pairs.values()], now) if len(pairs) > 1 else {}
    return [
        turns.pop(pair) if (pair := (one.sender, one.phone)) in turns else _turn(one, now)
        for one in arrivals
    ]


def _turn(one: Arrival, now: datetime) -> Turn:
    fields = _fields(now, one.contact_id, one.own_number, one.known)
    raw = _placed(one.sender, one.phone, fields, {"position": 1})
    return Turn(raw["_id"], raw["position"])


def _together(arrivals: Sequence[Arrival], now: datetime) -> dict[tuple[str, str], Turn]:
    """Turns in threads that exist, by pair, in two commands whatever their number.

    The stamp says whose the position is: where another process has taken the next one before we
    read ours, it is not there any more, and that text takes its turn by itself.
    """
    stamp = ObjectId()
    updates = [
        UpdateOne(
            one.pair,
            [{"$set": _fields(now, one.contact_id, one.own_number, one.known) | {"turn": stamp}}],
        )
        for one in arrivals
    ]
    _quick().bulk_write(updates, ordered=False)
    names = {name: {"$in": [one.pair[name] for one in arrivals]} for name in ("sender", "phone")}
    found = Thread._get_collection().find(
        names | {"turn": stamp}, {"sender": 1, "phone": 1, "position": 1}
    )
    return {(raw["sender"], raw["phone"]): Turn(raw["_id"], raw["position"]) for raw in found}


def _fields(
    now: datetime,
    contact_id: ObjectId | None,
    own_number: str | None,
    known: bool,
    born: str = "open",
) -> dict[str, Any]:
    """What a message changes in its thread, as the expressions of an update pipeline.

    A position is the present microsecond, or one more than the last: a text that was
    acknowledged before another arrived has the lower one, whichever process took it.
    """
    fields: dict[str, Any] = {
        "position": {"$max": [{"$add": [{"$ifNull": ["$position", 0]}, 1]}, micros(now)]},
        "turn": ObjectId(),
        "known": known,
    }
    fields |= {"ownNumber": {"$literal": own_number}} if own_number else {}
    # Whose number it is may have changed since: a contact was deleted, merged, or gave it away.
    fields |= {"contactId": contact_id} if contact_id else {}
    birth = _birth(now, born)
    return fields | {name: {"$ifNull": [f"${name}", value]} for name, value in birth.items()}


def _birth(now: datetime, status: str) -> dict[str, Any]:
    """What a new thread starts with."""
    return {
        "status": status,
        "unreadCount": 0,
        "readUpTo": 0,
        "replyMode": "send",
        "heldForReview": False,
        "channel": {"step": "wanted", "tries": 0},
        "createdAt": now,
        "lastMessageAt": now,
        "rev": 1,
    }


def _placed(
    sender: str, phone: str, fields: dict[str, Any], only: dict[str, int] | None
) -> dict[str, Any]:
    """The thread after the update, or `only` some of its fields.

    A known thread does not wait for the disk: the message that takes the position is inserted
    right after with the full write concern, which covers everything written before it; nothing
    is acknowledged in between.
    """
    pair = {"sender": sender, "phone": phone}
    known: dict[str, Any] | None = _quick().find_one_and_update(
        pair, [{"$set": fields}], projection=only, return_document=ReturnDocument.AFTER
    )
    return known or _upsert(pair, fields, only)


def _quick() -> Collection[dict[str, Any]]:
    found: Collection[dict[str, Any]] = Thread._get_collection()
    return found.with_options(write_concern=WriteConcern(w=1))


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


def stamp(moment: datetime) -> str:
    """A moment as the chat writes it, exact to the microsecond."""
    seconds, fraction = divmod(micros(moment), 1_000_000)
    return f"{seconds}.{fraction:06d}"
