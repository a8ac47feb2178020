"""A notice that may not have been heard becomes a post below the message that it is about."""

from collections.abc import Iterator
from datetime import datetime

from domain.model import Aside, Message, Notice, Thread
from domain.services import agents, channels, guard, threads
from domain.services.channels import ChannelStep
from domain.services.relay.notices import choices, is_spent, is_unheard, note
from domain.services.relay.steps import MOST_REFUSALS, Say, place_of
from domain.values import Failed, Place, Post, Postponed, Shown, Unclear

PART = "notice:"
FOR = "For {name}: {text}"
COLLEAGUE = "a colleague"


def aside(message: Message, thread: Thread, now: datetime) -> Say | ChannelStep | None:
    """The next one to post; the try is written down. Without a place there, one is made first."""
    notice = next(_due(message), None)
    if notice is None:
        return None
    post, tried = _worded(message, notice), notice.post
    if tried and tried.channel_id:
        where = Place(tried.channel_id, tried.thread_ts)
        return Say(
            message.id, where, post, tried.tried_at, f"{PART}{notice.key}", trace=message.trace
        )
    place = _place(message, thread, notice)
    if place is None:
        step = channels.next_step(thread, now)
        return step or aside(message, threads.get(thread.id), now)
    trying = Aside(channel_id=place.channel_id, thread_ts=place.thread_ts, tried_at=now)
    note(message.id, notice.key, {"post": trying.to_mongo()})
    return Say(message.id, place, post, None, f"{PART}{notice.key}", trace=message.trace)


def about(step: Say) -> bool:
    """Whether it is one of these."""
    return step.part.startswith(PART)


def adrift(message: Message) -> bool:
    """Whether one of them waits for another place than below the message."""
    return any(notice.refused or not message.shadow.channel_id for notice in _due(message))


def posted(step: Say, outcome: Shown | Failed | Postponed | Unclear) -> None:
    """Heard, not sure, or surely not: then it may be said again, after a no elsewhere."""
    key = step.part.removeprefix(PART)
    if isinstance(outcome, Shown):
        note(step.message_id, key, {"heard": True, "post.ts": outcome.ts})
    elif isinstance(outcome, Postponed):
        note(step.message_id, key, {}, "post")
    elif isinstance(outcome, Failed):
        _refused(Message.objects(id=step.message_id).get(), key, step.place, outcome)


def _due(message: Message) -> Iterator[Notice]:
    """Those whose time to be whispered is over; a question that was decided is none any more."""
    for notice in message.notices:
        asks = any(one.action == guard.RELEASE for one in notice.choices)
        if is_unheard(notice) and is_spent(notice) and (message.question or not asks):
            yield notice


def _worded(message: Message, notice: Notice) -> Post:
    """It asks for nobody's attention; at last it does without its buttons."""
    agent = agents.known(notice.user_id)
    text = FOR.format(name=agent.name if agent else COLLEAGUE, text=notice.text)
    plain = notice.refused > 2 * MOST_REFUSALS
    offered = choices(message.id, notice)
    return Post(f"{message.id}:{PART}{notice.key}", text, buttons=offered, plain=plain)


def _place(message: Message, thread: Thread, notice: Notice) -> Place | None:
    """Below the message; where that was refused, wherever the conversation is now."""
    place = place_of(message, thread)
    if notice.refused or place is None:
        return channels.place_of(thread)
    return Place(place.channel_id, place.thread_ts or message.shadow.ts)


def _refused(message: Message, key: str, place: Place, outcome: Failed) -> None:
    """Where to go on: a question is never given up."""
    notice = next((one for one in message.notices if one.key == key), None)
    if notice is None:
        return
    refused = notice.refused + 1
    given_up = not notice.choices and refused > 2 * MOST_REFUSALS
    note(message.id, key, {"refused": refused, "heard": given_up}, "post")
    home = Place(place.channel_id, message.shadow.thread_ts)
    home = home if place.thread_ts == message.shadow.ts else place
    if outcome.gone:
        channels.lost(message.thread_id, home, outcome.code)
    elif refused > MOST_REFUSALS and home.thread_ts is None:
        channels.to_inbox(message.thread_id)
