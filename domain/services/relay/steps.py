"""What a worker can be asked to do in the chat, and where a message is in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId

from domain import outbox
from domain.model import Message, Notice, Thread
from domain.services import channels
from domain.services.channels import ChannelStep
from domain.values import Place, Post

SLOT = "relay"
MOST_REFUSALS = 3


@dataclass(frozen=True)
class Say:
    """Show a post once; `since`: an earlier try may have shown it, so look first.

    `changes`: it may say something else later. `came_at`: when that customer's text came.
    """

    message_id: ObjectId
    place: Place
    post: Post
    since: datetime | None
    part: str  # "text" | "failure" | "notice:<its key>"
    changes: bool = False
    trace: str | None = None
    came_at: datetime | None = None


@dataclass(frozen=True)
class Tell:
    """Tell one agent something that nobody else sees."""

    message_id: ObjectId
    place: Place
    notice: Notice
    trace: str | None = None


@dataclass(frozen=True)
class Mark:
    """Bring the marks on a message up to date; `rev` is the state they stand for."""

    message_id: ObjectId
    place: Place
    ts: str
    want: frozenset[str]
    have: frozenset[str]
    passing: bool
    rev: int
    trace: str | None = None


@dataclass(frozen=True)
class Reword:
    """Change a post of ours to what its text says now."""

    message_id: ObjectId
    place: Place
    ts: str
    post: Post
    trace: str | None = None


Step = ChannelStep | Say | Tell | Mark | Reword


def place_of(message: Message, thread: Thread) -> Place | None:
    """Where the message itself is, which may be an older place than the thread's present one."""
    if message.shadow.channel_id:
        return Place(message.shadow.channel_id, message.shadow.thread_ts)
    return channels.place_of(thread)


def write(message_id: ObjectId, fields: dict[str, Any], *unset: str) -> None:
    """What is known of how the chat shows it; nothing that a person could see elsewhere."""
    update: dict[str, Any] = {"$set": fields} if fields else {}
    update |= {"$unset": dict.fromkeys(unset, "")} if unset else {}
    if update:
        Message._get_collection().update_one({"_id": message_id}, update)


def finish(message_id: ObjectId, rev: int) -> None:
    """Up to date as of `rev`; a later change keeps the slot open."""
    ending: dict[str, Any] = outbox.closed(SLOT)
    ending["$set"] |= {f"{SLOT}.attempts": 0}
    Message._get_collection().update_one({"_id": message_id, "rev": rev}, ending)
