"""What a worker can be asked to do for the place of a conversation."""

from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId

from domain.model import Thread
from domain.values import Card, Deed, Inquiry, Past, Place, Remark


@dataclass(frozen=True)
class OpenChannel:
    """Make the channel; `adopt` first looks whether an earlier try made it.

    `awaited`: a person asked for it, whatever the workspace's habit is.
    """

    thread_id: ObjectId
    name: str
    adopt: bool
    awaited: bool = False


@dataclass(frozen=True)
class Furnish:
    """Topic and agents for a channel that exists."""

    thread_id: ObjectId
    place: Place
    card: Card


@dataclass(frozen=True)
class Anchor:
    """Start the conversation in the inbox; `since`: an earlier try may have done it, in `inbox`."""

    thread_id: ObjectId
    card: Card
    since: datetime | None
    inbox: str | None = None


@dataclass(frozen=True)
class Introduce:
    """Post the card of a conversation into its own channel, once."""

    thread_id: ObjectId
    place: Place
    card: Card
    since: datetime | None


@dataclass(frozen=True)
class Recount:
    """Tell in a new place what was said before, once."""

    thread_id: ObjectId
    place: Place
    key: str
    past: Past
    since: datetime | None


@dataclass(frozen=True)
class Reopen:
    """Use an archived channel again."""

    thread_id: ObjectId
    place: Place


@dataclass(frozen=True)
class Report:
    """Tell something about a place, once; without a place, in the conversation's inbox."""

    thread_id: ObjectId
    key: str
    place: Place | None
    remark: Remark
    since: datetime | None


@dataclass(frozen=True)
class Ask:
    """Put a question to the agents, once; `since`: an earlier try may have done it."""

    thread_id: ObjectId
    place: Place
    inquiry: Inquiry
    since: datetime | None


@dataclass(frozen=True)
class Keep:
    """Bring a place up to date; `again`: an earlier try may have done it."""

    thread_id: ObjectId
    place: Place
    deed: Deed
    again: bool = False


ChannelStep = OpenChannel | Furnish | Anchor | Introduce | Recount | Reopen


def place_of(thread: Thread) -> Place | None:
    """Where its messages go; None while that is not settled."""
    return here(thread) if thread.channel.step == "ready" and thread.channel.channel_id else None


def here(thread: Thread) -> Place:
    """Where it is, be that place finished or not."""
    channel = thread.channel
    return Place(channel.channel_id or "", channel.thread_ts, channel.name)


def purpose(thread_id: ObjectId) -> str:
    """What marks a channel as this conversation's."""
    return f"Threadline conversation {thread_id}"


def inquiry_key(what: Inquiry) -> str:
    """What marks a post as that question."""
    return f"review:{what.thread_id}:{what.key}"


def card_key(thread_id: ObjectId) -> str:
    """What marks a post as the card of this conversation."""
    return f"card:{thread_id}"
