"""Where agents see a conversation: its own channel, or a thread of the inbox channel.

Each step is written down before it is tried, so that after a crash our own channel is found and
adopted instead of made twice. When no channel is to be had, the conversation goes to the inbox.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from bson import ObjectId

from domain.model import Thread
from domain.outbox import backoff
from domain.rules.naming import MOST_TRIES, channel_name
from domain.services import threads
from domain.services.people import contacts
from domain.values import PACED, Card, Failed, Opened, Place, Postponed, Shown, Unclear

PATIENCE = 5.0  # seconds


@dataclass(frozen=True)
class OpenChannel:
    """Make the channel; `adopt` first looks whether an earlier try made it."""

    thread_id: ObjectId
    name: str
    adopt: bool


@dataclass(frozen=True)
class Furnish:
    """Topic and agents for a channel that exists."""

    thread_id: ObjectId
    place: Place
    card: Card


@dataclass(frozen=True)
class Anchor:
    """Start the conversation in the inbox; `since`: an earlier try may have done it."""

    thread_id: ObjectId
    card: Card
    since: datetime | None


ChannelStep = OpenChannel | Furnish | Anchor


def place_of(thread: Thread) -> Place | None:
    """Where its messages go; None while that is not settled."""
    channel = thread.channel
    if channel.step != "ready" or not channel.channel_id:
        return None
    return Place(channel.channel_id, channel.thread_ts, channel.name)


def next_step(thread: Thread, now: datetime) -> ChannelStep | None:
    """What to do next for a conversation that has no place yet; the try is written down.

    None when somebody moved it since it was read.
    """
    channel = thread.channel
    card = card_of(thread, own_channel=channel.step != "anchoring")
    if channel.step == "open":
        return Furnish(thread.id, Place(channel.channel_id or "", None, channel.name), card)
    if channel.step == "anchoring":
        tried = _set(thread.id, expected=channel.step, triedAt=now)
        return Anchor(thread.id, card, channel.tried_at) if tried else None
    name = channel_name(card.name, thread.phone, str(thread.id), channel.tries)
    tried = _set(thread.id, expected=channel.step, step="naming", name=name, triedAt=now)
    return OpenChannel(thread.id, name, adopt=channel.tried_at is not None) if tried else None


def opened(step: OpenChannel, outcome: Opened | Failed | Postponed | Unclear) -> None:
    """The channel is there, its name is taken, or the conversation goes to the inbox."""
    match outcome:
        case Opened():
            name = outcome.place.name or step.name
            place = _address(outcome.place)
            _set(step.thread_id, step="open", name=name, gone=("threadTs",), **place)
        case Failed("name_taken"):
            _next_name(step.thread_id, {"channel.step": "naming"})
        case Unclear():
            return  # the try stays written down: the next one looks first
        case Postponed(seconds=None):
            _unset(step.thread_id, "triedAt")  # out of reach, so the inbox would be too
        case _ if _soon(outcome):
            _unset(step.thread_id, "triedAt")
        case _:
            to_inbox(step.thread_id)


def furnished(step: Furnish, outcome: Failed | Postponed | Unclear | None) -> None:
    """Ready; a topic or invitation that is refused for good does not keep texts waiting."""
    if isinstance(outcome, Failed) and outcome.gone:
        lost(step.thread_id, step.place)
    elif outcome is None or isinstance(outcome, Failed):
        _set(step.thread_id, step="ready")


def anchored(step: Anchor, outcome: Shown | Failed | Postponed | Unclear, inbox: Place) -> None:
    """The inbox thread exists; without a clear yes the try stays written down or is undone."""
    if isinstance(outcome, Shown):
        _set(step.thread_id, step="ready", threadTs=outcome.ts, **_address(inbox))
    elif not isinstance(outcome, Unclear):
        _unset(step.thread_id, "triedAt")


def _address(place: Place) -> dict[str, Any]:
    team = {"teamId": place.team_id} if place.team_id else {}
    return {"channelId": place.channel_id} | team


def waits(step: ChannelStep, outcome: object) -> bool:
    """Whether the conversation must rest before the next try."""
    if isinstance(step, OpenChannel):
        unreachable = isinstance(outcome, Postponed) and outcome.seconds is None
        return unreachable or _soon(outcome) or isinstance(outcome, Unclear)
    if isinstance(step, Furnish):
        return isinstance(outcome, Postponed | Unclear)
    return not isinstance(outcome, Shown)


def purpose(thread_id: ObjectId) -> str:
    """What marks a channel or an inbox thread as this conversation's."""
    return f"Threadline conversation {thread_id}"


def to_inbox(thread_id: ObjectId) -> None:
    """No channel of its own for now."""
    _set(thread_id, step="anchoring", gone=("triedAt", "name"))


def lost(thread_id: ObjectId, place: Place) -> None:
    """The place is gone (archived, deleted, or we were removed): a new one is made.

    One that the conversation has left already is not missed.
    """
    here = {"channel.channelId": place.channel_id, "channel.threadTs": place.thread_ts}
    _next_name(thread_id, here | {"channel.step": {"$in": ["open", "ready"]}})
    gone = {"$unset": _named("channelId", "threadTs"), "$inc": {"rev": 1}}
    Thread._get_collection().update_one({"_id": thread_id} | here, gone)


def card_of(thread: Thread, *, own_channel: bool) -> Card:
    """What the place says about the conversation."""
    return Card(
        thread_id=str(thread.id),
        name=person_of(thread),
        phone=thread.phone,
        sender=thread.own_number or thread.sender,
        own_channel=own_channel,
        notice=None if thread.known else "This text came for a number that is not set up here.",
    )


def person_of(thread: Thread) -> str:
    """The customer's name, or their number."""
    contact = contacts.find(thread.contact_id)
    return contact.name if contact else thread.phone


def pause(outcome: object, attempts: int, lease: timedelta) -> timedelta:
    """How long the thread rests after an outcome that settled nothing."""
    if isinstance(outcome, Unclear) and outcome.seconds is None:
        return lease
    if paced(outcome):
        return timedelta(seconds=outcome.seconds or 0)
    return backoff(
        attempts + 1, outcome.seconds if isinstance(outcome, Postponed | Unclear) else None
    )


def paced(outcome: object) -> TypeGuard[Postponed]:
    """Whether nothing was even tried, only to keep to a pace."""
    return isinstance(outcome, Postponed) and outcome.reason == PACED


def _soon(outcome: object) -> bool:
    """Whether the pace allows it so soon that waiting is better than another place."""
    return paced(outcome) and (outcome.seconds or 0) <= PATIENCE


def _next_name(thread_id: ObjectId, match: dict[str, Any]) -> None:
    """Another try under another name, or the inbox when all have been tried."""
    more = threads.get(thread_id).channel.tries + 1 < MOST_TRIES
    change: dict[str, Any] = {
        "$set": {"channel.step": "wanted" if more else "anchoring"},
        "$unset": _named("triedAt") if more else _named("triedAt", "name"),
    }
    change |= {"$inc": {"channel.tries": 1}} if more else {}
    Thread._get_collection().update_one({"_id": thread_id} | match, change)


def _set(
    thread_id: ObjectId, *, expected: str | None = None, gone: tuple[str, ...] = (), **fields: Any
) -> bool:
    """Write it down; where a step is `expected`, only if nobody moved the conversation since."""
    change: dict[str, Any] = {"$set": {f"channel.{name}": v for name, v in fields.items()}}
    change |= {"$unset": _named(*gone)} if gone else {}
    change |= {"$inc": {"rev": 1}} if "channelId" in fields else {}
    match = {"_id": thread_id} | ({"channel.step": expected} if expected else {})
    return bool(Thread._get_collection().update_one(match, change).matched_count)


def _unset(thread_id: ObjectId, *names: str) -> None:
    Thread._get_collection().update_one({"_id": thread_id}, {"$unset": _named(*names)})


def _named(*names: str) -> dict[str, str]:
    return {f"channel.{name}": "" for name in names}
