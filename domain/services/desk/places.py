"""People move a conversation between a channel of its own and the inbox channel.

The new place is made at once, and the old one says where the conversation goes on; until then
agents find it where it was.
"""

from datetime import datetime

from domain.errors import Conflict
from domain.model import Author, Thread
from domain.services import threads
from domain.services.channels import state
from domain.services.desk import changes
from domain.services.desk.changes import Line, Raw

JUST_MADE = "Its place in Slack is just being made: try again in a moment."
MOVED = {
    True: "Moved to a channel of its own.",
    False: "Moved to the inbox channel.",
}


def move(thread_id: object, own: bool, author: Author, now: datetime) -> Thread:
    """Let it live in a channel of its own, or in the inbox; Conflict while a place is being made.

    Where it is already, or is going to, nothing changes.
    """
    line = Line("thread_place", MOVED[own], author, now)
    thread = threads.get(thread_id)
    while not lives(thread, own=own):
        if not _movable(thread):
            raise Conflict(JUST_MADE)
        update = _to_own(thread, now) if own else _to_inbox(thread)
        thread = changes.commit(_as_read(thread), update, line) or threads.get(thread.id)
    return thread


def lives(thread: Thread, *, own: bool) -> bool:
    """Whether it is there, or on its way there."""
    place = thread.channel
    below = place.thread_ts is not None and place.step in ("carded", "ready")
    return own is not (place.step == "anchoring" or below)


def _movable(thread: Thread) -> bool:
    """Whether no call is under way whose outcome would bring it back."""
    place = thread.channel
    return place.step in ("wanted", "ready", "archived") or (
        place.step == "anchoring" and place.tried_at is None
    )


def _as_read(thread: Thread) -> Raw:
    """The conversation, if its place is still what it was when we looked."""
    place = thread.channel
    return {"_id": thread.id, "channel.step": place.step, "channel.triedAt": place.tried_at}


def _to_own(thread: Thread, now: datetime) -> Raw:
    """By the time of a try, an earlier channel of its own is looked for before one is made."""
    before = any(one.thread_ts is None for one in thread.channel.left)
    fields = {"step": "wanted", "tries": 0, "firstTry": 0} | _leaving(thread)
    if before:
        return state.setting(fields | {"triedAt": now}, "name")
    return state.setting(fields, "name", "triedAt")


def _to_inbox(thread: Thread) -> Raw:
    return state.setting({"step": "anchoring"} | _leaving(thread), "name", "triedAt")


def _leaving(thread: Thread) -> Raw:
    """Somebody waits for it, and the place that is left will say where it went."""
    return {"awaited": True, "farewell": True, "earlier": state.left(thread)}
