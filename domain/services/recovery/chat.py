"""What agents wrote, changed and deleted where nobody heard it, by the chat's own records.

What was missed is taken in by the path that its event would have taken, under the same origin, so
that an event that still comes finds it there; but its author is asked first, whatever its age.
Edits and deletions are what they would have been in time. What was heard is left alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from domain.model import SHUT, Author, Errand, Message, Thread
from domain.policy import Policy, Timing
from domain.rules.status import ERRORS, MessageStatus
from domain.services import agents, edits, messages, outbound, threads
from domain.services.channels import leaving, news
from domain.services.outbound import Answer
from domain.values import Failed, History, Place, Span, Typed

Raw = dict[str, Any]
YOUNG = timedelta(minutes=2)
"""So long the event itself may take: what is younger is left to it."""
CHANGING = timedelta(days=1)
"""What was seen before is read again for so long: it may have been edited or deleted since."""
FURTHEST = timedelta(days=7)
"""No text waits so long that its original is still looked for."""
ACTIVE = timedelta(days=30)
MOST_QUEUED = 5_000
MOST_ROOTS = 20
BEGINNING = "0.000000"


@dataclass(frozen=True)
class Read:
    """Read that part of the records of a conversation."""

    thread_id: ObjectId
    place: Place
    span: Span
    since: str = ""
    doubted: tuple[str, ...] = ()


def active(team_id: str, now: datetime) -> list[ObjectId]:
    """The conversations with a live place, those first in which a text came or left last."""
    match: Raw = {"lastMessageAt": {"$gte": now - ACTIVE}, "channel.channelId": {"$exists": True}}
    match |= {"channel.step": {"$nin": [*SHUT]}} | ({"channel.teamId": team_id} if team_id else {})
    newest = [("lastMessageAt", -1), ("_id", -1)]
    found = Thread._get_collection().find(match, {"_id": 1}).sort(newest).limit(MOST_QUEUED)
    return [one["_id"] for one in found]


def errands(thread: Thread, until: datetime, policy: Policy) -> list[Errand]:
    """What is to be read of a conversation: its own channel, and threads with texts in them."""
    channel = thread.channel
    since = max(channel.looked_at or thread.created_at, until - policy.look_back)
    if not channel.channel_id or channel.step in SHUT or since >= until:
        return []
    known = _typed_in(thread, min(since, until - CHANGING), until)
    after = min([threads.stamp(min(since, until - CHANGING)), *(before(ts) for ts in known)])
    roots = {one.shadow.thread_ts for one in known.values()} - {None}
    places: list[str | None] = [None] if channel.thread_ts is None else []
    places += sorted(filter(None, roots), reverse=True)[:MOST_ROOTS]
    return [
        Errand(
            channel_id=channel.channel_id,
            thread_ts=root,
            team_id=channel.team_id,
            after=after,
            before=threads.stamp(until),
            since=threads.stamp(since),
        )
        for root in places
    ]


def before(ts: str) -> str:
    """A timestamp that is a little earlier, so that a span from there on has that message."""
    seconds, _, _ = ts.partition(".")
    return f"{int(seconds) - 1}.000000" if seconds.isdecimal() else BEGINNING


def strangers(step: Read, page: History, now: datetime) -> list[str]:
    """Authors of what was missed whom the chat must tell us about before they are asked."""
    people = dict.fromkeys(one.user_id for one in missed(step, page))
    return [user for user in people if agents.trusted(user, now) is None]


def missed(step: Read, page: History) -> list[Typed]:
    """The answers among them of which we know nothing, oldest first."""
    thread = Thread.objects(id=step.thread_id).first()
    if thread is None or step.place.thread_ts or step.doubted:
        return []
    fresh = [one for one in page.typed if one.ts > step.since and one.thread_ts is None]
    texts = Message.objects(origin__in=[one.origin for one in fresh]).only("origin")
    stamps, origins = _known(step), {text.origin for text in texts}
    return [
        one
        for one in fresh
        if one.ts not in stamps
        and one.origin not in origins
        and not outbound.is_note(_answer(one, step.place), thread, news=True)
    ]


def take(step: Read, page: History, now: datetime, policy: Policy, timing: Timing) -> list[Message]:
    """Act on a page; safe to repeat. What is gone though the records may not reach so far back."""
    if step.doubted:
        for original in _known(step, *step.doubted).values() if page.there else ():
            _retract(original, now, policy, timing)
        return []
    known = _known(step)
    for one in missed(step, page):
        said = replace(_answer(one, step.place), recovered=True)
        outbound.answer(said, now, policy, timing)
    for one in page.typed:
        text = known.get(one.ts)
        if text is not None and one.edited_ts and (text.edited_ts or "") < one.edited_ts:
            said = replace(_answer(one, step.place), origin=text.origin)
            edits.edit(said, now, policy, timing)
    return list(_gone(page, known, now, policy, timing))


def _gone(
    page: History,
    known: dict[str, Message],
    now: datetime,
    policy: Policy,
    timing: Timing,
) -> Iterator[Message]:
    """Call back what was deleted; what is older than all that is there is in doubt.

    A workspace may keep its records for a day only: then nobody has deleted anything.
    """
    oldest = min(page.there, default=None)
    for ts, text in known.items():
        unread = page.left is not None and page.left.holds(ts)
        if unread or ts in page.there or _is_over(text):
            continue
        if oldest and oldest < ts:
            _retract(text, now, policy, timing)
        else:
            yield text


def _is_over(text: Message) -> bool:
    """Whether its deletion was heard, or changes nothing."""
    heard = text.afterthought is not None and text.afterthought.canceled
    return heard or text.status == MessageStatus.CANCELED or text.status in ERRORS


def refused(step: Read, outcome: Failed, now: datetime) -> None:
    """The records cannot be had: what that says of a conversation's own channel."""
    place = Place(step.place.channel_id)
    if step.place.thread_ts:
        return
    match outcome.code:
        case leaving.IS_ARCHIVED:
            news.closed(step.thread_id, place.channel_id, None, Author(kind="system"), now)
        case "not_in_channel":
            news.removed(place.channel_id, now)
        case code if outcome.gone:
            leaving.lost(step.thread_id, place, code, look_at=now)


def looked(thread_id: ObjectId, until: datetime) -> None:
    """Everything up to that moment has been read."""
    live = {"_id": thread_id, "channel.channelId": {"$exists": True}}
    Thread._get_collection().update_one(live, {"$max": {"channel.lookedAt": until}})


def _typed_in(thread: Thread, after: datetime, until: datetime) -> dict[str, Message]:
    """Texts that agents typed where it lives: since that moment, and those that still wait."""
    recent = Message.objects(thread_id=thread.id, created_at__gte=after, direction="outbound")
    open_ = Message.objects(
        to=thread.phone,
        status__in=[str(one) for one in messages.STOPPABLE],
        thread_id=thread.id,
        created_at__gte=until - FURTHEST,
    )
    here = thread.channel.channel_id
    found = (one for one in [*recent, *open_] if one.shadow.channel_id == here and _is_typed(one))
    return {str(one.shadow.ts): one for one in found}


def _known(step: Read, *only: str) -> dict[str, Message]:
    """The texts that we have of this part of the records, by their originals' timestamps."""
    span: Raw = {"$in": [*only]} if only else {"$gt": step.span.after, "$lt": step.span.before}
    match: Raw = {"shadow.channelId": step.place.channel_id, "shadow.ts": span}
    match |= {"shadow.threadTs": step.place.thread_ts, "threadId": step.thread_id}
    return {str(one.shadow.ts): one for one in Message.objects(__raw__=match) if _is_typed(one)}


def _is_typed(text: Message) -> bool:
    """Whether its original is an agent's own message, and no post of ours."""
    return bool(text.shadow.ts) and text.origin.rpartition("/")[2] == text.shadow.ts


def _retract(text: Message, now: datetime, policy: Policy, timing: Timing) -> None:
    said = Answer(
        origin=text.origin,
        channel_id=text.shadow.channel_id or "",
        thread_ts=text.shadow.thread_ts,
        ts=text.shadow.ts,
        user_id=text.sent_by.key if text.sent_by else "",
        team_id="",
        foreign=False,
        text="",
        said_at=text.created_at,
    )
    edits.retract(said, now, policy, timing)


def _answer(one: Typed, place: Place) -> Answer:
    """As its event would have been read."""
    return Answer(
        origin=one.origin,
        channel_id=place.channel_id,
        thread_ts=one.thread_ts,
        ts=one.ts,
        user_id=one.user_id,
        team_id=one.team_id,
        foreign=one.foreign,
        text=one.text,
        said_at=one.said_at,
        edited_ts=one.edited_ts,
        files=one.files,
    )
