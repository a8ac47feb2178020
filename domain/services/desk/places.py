"""People move a conversation between a channel of its own and the inbox channel.

It is shown in its new place from its next text on; until then agents find it where it was.
"""

from datetime import datetime
from typing import Any

from domain.errors import Conflict
from domain.model import Author, Thread
from domain.services import threads
from domain.services.desk import changes
from domain.services.desk.changes import Line

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
        update = _to_own(now) if own else _to_inbox()
        thread = changes.commit(_as_read(thread), update, line) or threads.get(thread.id)
    return thread


def lives(thread: Thread, *, own: bool) -> bool:
    """Whether it is there, or on its way there."""
    place = thread.channel
    in_inbox = place.step == "anchoring" or (place.step == "ready" and place.thread_ts is not None)
    return own is not in_inbox


def _movable(thread: Thread) -> bool:
    """Whether no call is under way whose outcome would bring it back."""
    place = thread.channel
    return place.step in ("wanted", "ready") or (
        place.step == "anchoring" and place.tried_at is None
    )


def _as_read(thread: Thread) -> dict[str, Any]:
    """The conversation, if its place is still what it was when we looked."""
    place = thread.channel
    return {"_id": thread.id, "channel.step": place.step, "channel.triedAt": place.tried_at}


def _to_own(now: datetime) -> dict[str, Any]:
    """By the time of a try, an earlier channel of its own is looked for before one is made."""
    fields = {"channel.step": "wanted", "channel.tries": 0, "channel.triedAt": now}
    return {"$set": fields, "$unset": {"channel.name": ""}}


def _to_inbox() -> dict[str, Any]:
    gone = {"channel.name": "", "channel.triedAt": ""}
    return {"$set": {"channel.step": "anchoring"}, "$unset": gone}
