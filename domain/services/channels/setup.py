"""How a place comes about: a channel of its own, or a thread of the inbox channel.

Each step is written down before it is tried, so that after a crash our own channel and our own
posts are found instead of made twice. When no channel is to be had, the conversation goes to the
inbox. All of it is done under the conversation's relay lease.
"""

from datetime import datetime
from typing import Any

from bson import ObjectId

from domain.model import SHUT, Thread
from domain.rules.naming import channel_name
from domain.services import stale, threads
from domain.services.channels import history, leaving, state
from domain.services.channels.cards import card_of, digest, person_of, title
from domain.services.channels.steps import (
    Anchor,
    ChannelStep,
    Furnish,
    Introduce,
    OpenChannel,
    Recount,
    Reopen,
    here,
)
from domain.services.channels.tidings import MOVED, tiding
from domain.values import Failed, Opened, Place, Postponed, Shown, Unclear

INBOX_ONLY = "inbox_only"
NAME_TAKEN = "name_taken"
UNSURE = "unsure"


def next_step(thread: Thread, now: datetime) -> ChannelStep | None:
    """What to do next for a conversation that has no place yet; the try is written down.

    None when it was moved since it was read, or when it came further without the chat.
    """
    match thread.channel.step:
        case "open":
            return Furnish(thread.id, here(thread), card_of(thread, own_channel=True))
        case "furnished":
            return _introduce(thread, now)
        case "carded":
            return _recount(thread, now)
        case "anchoring":
            return _anchor(thread, now)
        case shut if shut in SHUT:
            return Reopen(thread.id, here(thread))
        case _:
            return _open(thread, now)


def _open(thread: Thread, now: datetime) -> OpenChannel | None:
    channel = thread.channel
    name = channel_name(person_of(thread), thread.phone, str(thread.id), channel.tries)
    if not state.move(thread.id, expected=channel.step, step="naming", name=name, triedAt=now):
        return None
    return OpenChannel(thread.id, name, channel.tried_at is not None, channel.awaited)


def _anchor(thread: Thread, now: datetime) -> Anchor | None:
    channel = thread.channel
    if not state.move(thread.id, expected=channel.step, triedAt=now):
        return None
    card = card_of(thread, own_channel=False)
    return Anchor(thread.id, card, channel.tried_at, channel.inbox_id)


def _introduce(thread: Thread, now: datetime) -> Introduce | None:
    """Its card; a channel that is used again has one already."""
    channel = thread.channel
    if channel.card_ts:
        _go_on(thread.id, channel.step, step="carded")
        return None
    if not state.move(thread.id, expected=channel.step, triedAt=now):
        return None
    card = card_of(thread, own_channel=True)
    return Introduce(thread.id, here(thread), card, channel.tried_at)


def _recount(thread: Thread, now: datetime) -> Recount | None:
    """What was said before, if anything; then the place is ready."""
    channel, place = thread.channel, here(thread)
    told = history.unseen(thread, place)
    if told is None:
        _ready(thread, now)
        return None
    if not state.move(thread.id, expected=channel.step, triedAt=now):
        return None
    return Recount(thread.id, place, *told, channel.tried_at)


def opened(step: OpenChannel, outcome: Opened | Failed | Postponed | Unclear) -> None:
    """The channel is there, its name is taken, or the conversation goes to the inbox."""
    match outcome:
        case Opened():
            _entered(step, outcome.place)
        case Failed(code) if code == NAME_TAKEN:
            another = leaving.another_name(threads.get(step.thread_id))
            match = {"_id": step.thread_id, "channel.step": "naming"}
            Thread._get_collection().update_one(match, another)
        case Unclear():
            return  # the try stays written down: the next one looks first
        case Postponed(seconds=None):
            state.forget(step.thread_id, "triedAt")  # out of reach, so the inbox would be too
        case Failed(code) | Postponed(code):
            leaving.to_inbox(step.thread_id, code)


def _entered(step: OpenChannel, place: Place) -> None:
    """It is ours; one that the conversation has lived in before has its card already."""
    thread = threads.get(step.thread_id)
    left = {one.channel_id: one.card_ts for one in thread.channel.earlier}
    known = left.get(place.channel_id)
    fields: dict[str, Any] = {"step": "open", "name": place.name or step.name}
    fields |= state.address(place) | ({"cardTs": known} if known else {})
    fields |= state.away(thread, Place(place.channel_id))
    gone = ("threadTs", "triedAt", "inboxId", *state.OF_PLACE)
    state.move(step.thread_id, gone=tuple(one for one in gone if one not in fields), **fields)


def furnished(step: Furnish, outcome: Failed | Postponed | Unclear | None) -> None:
    """A topic or invitation that is refused for good does not keep texts waiting."""
    if isinstance(outcome, Failed) and outcome.gone:
        leaving.lost(step.thread_id, step.place, outcome.code)
    elif outcome is None or isinstance(outcome, Failed):
        topic = title(step.card)
        state.move(
            step.thread_id, expected="open", step="furnished", topic=topic, gone=("triedAt",)
        )


def introduced(step: Introduce, outcome: Shown | Failed | Postponed | Unclear) -> None:
    """The card is there, or there will be none: that does not keep texts waiting either."""
    match outcome:
        case Shown(ts):
            # What an earlier try said may differ from what this one would have said.
            said = digest(step.card) if step.since is None else UNSURE
            _go_on(step.thread_id, "furnished", step="carded", cardTs=ts, card=said)
        case Failed(code) if not outcome.gone:
            _go_on(step.thread_id, "furnished", step="carded", card=code)
        case _:
            _not_posted(step, outcome)


def recounted(step: Recount, outcome: Shown | Failed | Postponed | Unclear, now: datetime) -> None:
    """What was said before is told, or cannot be: the place is ready."""
    if isinstance(outcome, Shown) or (isinstance(outcome, Failed) and not outcome.gone):
        _ready(threads.get(step.thread_id), now)
    else:
        _not_posted(step, outcome)


def _not_posted(step: Introduce | Recount, outcome: object) -> None:
    if isinstance(outcome, Failed):
        leaving.lost(step.thread_id, step.place, outcome.code)
    elif isinstance(outcome, Postponed):
        state.forget(step.thread_id, "triedAt")


def _go_on(thread_id: ObjectId, expected: str, **fields: Any) -> None:
    state.move(thread_id, expected=expected, gone=("triedAt",), **fields)


def anchored(step: Anchor, outcome: Shown | Failed | Postponed | Unclear, inbox: Place) -> None:
    """The inbox thread exists; without a clear yes the try stays written down or is undone."""
    if isinstance(outcome, Shown):
        card = digest(step.card) if step.since is None else UNSURE
        fields = {"step": "carded", "threadTs": outcome.ts, "cardTs": outcome.ts, "card": card}
        gone = ("triedAt", "name", "inboxId", "topic", "pinned", "barred")
        thread = threads.get(step.thread_id)
        fields |= state.away(thread, Place(inbox.channel_id, outcome.ts))
        state.move(step.thread_id, gone=gone, **fields, **state.address(inbox))
    elif not isinstance(outcome, Unclear):
        state.forget(step.thread_id, "triedAt", "inboxId")


def anchoring(step: Anchor, inbox: Place) -> None:
    """The inbox of this try is written down, so that a later one looks there."""
    state.move(step.thread_id, expected="anchoring", inboxId=inbox.channel_id)


def reopened(step: Reopen, outcome: Failed | Postponed | Unclear | None, now: datetime) -> None:
    """It is used again, and its people are asked in again; or another goes on from it."""
    thread = threads.get(step.thread_id)
    if thread.channel.step not in SHUT or isinstance(outcome, Postponed | Unclear):
        return
    if isinstance(outcome, Failed):
        leaving.succeeded(step.thread_id)
        return
    update = leaving.opening(thread, state.setting({"step": "open"}, "triedAt"))
    Thread._get_collection().update_one(leaving.as_read(thread), stale.along(update, now))


def _ready(thread: Thread, now: datetime) -> None:
    """Texts may come; the place that was left says where the conversation went on."""
    update = state.setting({"step": "ready"}, "triedAt", "awaited", "farewell")
    place, last = here(thread), thread.channel.left[-1:]
    if thread.channel.farewell and last:
        old = Place(last[0].channel_id, last[0].thread_ts)
        if (old.channel_id, old.thread_ts) != (place.channel_id, place.thread_ts):
            said = tiding(MOVED[place.thread_ts is None], old, place)
            update |= {"$push": {"tidings": said}}
    match = {"_id": thread.id, "channel.step": "carded"}
    Thread._get_collection().update_one(match, stale.along(update, now))
