"""Rounds through a workspace's conversations, an hour apart, a page of the records at a time.

Where a round stands is written down under a lease after each page, and a page may be taken twice:
who is killed loses nothing, and of several workers one is at it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain import outbox
from domain.leased import LEASE_ID, Leased
from domain.model import Errand, Message, Process, Round, Thread
from domain.outbox import Claim
from domain.policy import Policy, Timing
from domain.rules.status import MessageStatus
from domain.services.recovery import chat
from domain.services.recovery.chat import Read
from domain.values import Failed, History, Place, Span

Raw = dict[str, Any]
EVERY = timedelta(hours=1)
GAP = timedelta(minutes=2)
"""Who was away for so long has missed more than the chat tells again."""
SHORT = timedelta(seconds=20)
"""Two words of a process that listens; who was away for so long may have missed something."""
MUTE = timedelta(seconds=45)
RETRIED = timedelta(minutes=6)
"""By then the chat has told again what it will: at once, after a minute, after five more."""
_work = Leased(Round)
claim, renew, earliest = _work.claim, _work.renew, _work.earliest
own, write = _work.own, _work.write
"""Where the round stands, and fields of one that is still ours."""


def begin(teams: Sequence[str], now: datetime) -> None:
    """Each workspace has its rounds, the first at once."""
    for team in teams:
        fresh = {"work": outbox.due(now), "rev": 1}
        Round._get_collection().update_one({"teamId": team}, {"$setOnInsert": fresh}, upsert=True)


def heed(now: datetime, heard: datetime | None = None) -> None:
    """Somebody listens to the chat, and somebody works; after a gap something may have been missed.

    The next round then waits until what was written last is old enough to be looked for. `heard`
    is when whoever listens said so last.
    """
    rounds, gap = Round._get_collection(), now - GAP
    back = {"heardAt": {"$lt": gap}, "work.lease_id": {"$exists": False}}
    soon = {"$min": {"work.due_at": now + chat.YOUNG}, "$set": {"heardAt": heard or now}}
    rounds.update_many(back, soon)
    rounds.update_many({"heardAt": {"$not": {"$lt": gap}}}, {"$max": {"heardAt": heard or now}})


def listened(listeners: Sequence[Process], now: datetime) -> None:
    """These hear the chat. After a shorter gap its own repetitions are waited for, then looked."""
    present = [one for one in listeners if one.seen_at > now - SHORT]
    if not present:
        return
    began, heard = min(one.started_at for one in present), max(one.seen_at for one in present)
    rounds, again = Round._get_collection(), now + RETRIED
    short = {"heardAt": {"$lte": max(began - SHORT, heard - MUTE), "$gte": now - GAP}}
    rounds.update_many(short, {"$max": {"gapAt": again}})
    free = {"gapAt": again, "work.lease_id": {"$exists": False}}
    rounds.update_many(short | free, {"$min": {"work.due_at": again}})
    heed(now, heard)


def next_read(held: Claim, now: datetime, policy: Policy) -> Read | None:
    """What is to be read next; None when the round is through."""
    present = own(held)
    if present.begun_at is None or (present.done_at and present.done_at >= present.begun_at):
        queue = chat.active(present.team_id, now)
        fresh: Raw = {"begunAt": now, "queue": queue, "errands": [], "found": []}
        write(held, fresh, "threadId", "until", "triedAt", "channelId")
    while not (present := own(held)).errands:
        if present.thread_id and present.until:
            chat.looked(present.thread_id, present.until)
        if not present.queue:
            write(held, {}, "threadId", "until")
            return None
        if not _turn_to_next(held, present, now, policy):
            return None
    return _read(present)


def _turn_to_next(held: Claim, present: Round, now: datetime, policy: Policy) -> bool:
    """The next conversation, and what is to be read of it; whether the lease is still ours."""
    first, until = present.queue[0], now - chat.YOUNG
    thread = Thread.objects(id=first).first()
    found = chat.errands(thread, until, policy) if thread else []
    fields: Raw = {"queue": present.queue[1:], "errands": [one.to_mongo() for one in found]}
    if not found:
        return write(held, fields, "threadId", "until")
    return write(held, fields | {"threadId": first, "until": until})


def took(
    held: Claim, step: Read, page: History, now: datetime, policy: Policy, timing: Timing
) -> None:
    """Act on a page; what it makes is noted before, so that no crash hides it from the summary."""
    if origins := [one.origin for one in chat.missed(step, page)]:
        noted = {"$addToSet": {"found": {"$each": origins}}}
        Round._get_collection().update_one({"_id": held.thread_id, LEASE_ID: held.lease_id}, noted)
    doubted = [str(one.shadow.ts) for one in chat.take(step, page, now, policy, timing)]
    later = own(held).errands[1:]
    if doubted:
        later.insert(0, _errand(step, Span(chat.BEGINNING, min(doubted)), doubted))
    if page.left and not step.doubted:
        later.insert(0, _errand(step, page.left))
    write(held, {"errands": [one.to_mongo() for one in later]})


def refused(held: Claim, step: Read, outcome: Failed, now: datetime) -> None:
    """The rest of that conversation is not read now."""
    chat.refused(step, outcome, now)
    if step.place.thread_ts:
        write(held, {"errands": [one.to_mongo() for one in own(held).errands[1:]]})
    else:
        write(held, {"errands": []}, "threadId", "until")


def waiting(held: Claim) -> list[Message]:
    """What was missed in this round and still waits for a click."""
    waits = Message.objects(
        origin__in=own(held).found, status=str(MessageStatus.HELD), question__exists=True
    )
    return list(waits.order_by("created_at", "id"))


def put_off(held: Claim, until: datetime, reason: str = "") -> None:
    """It goes on then, whoever has the next turn."""
    write(held, {"work.due_at": until, "work.last_error": reason}, "work.lease_id")


def done(held: Claim, now: datetime) -> None:
    """The round is through; the next begins an hour after this one has, or after a gap in it."""
    present = own(held)
    begun = present.begun_at or now
    gap = present.gap_at if present.gap_at and present.gap_at > begun else begun + EVERY
    gone = ("triedAt", "channelId", "work.lease_id", "work.last_error")
    fields: Raw = {"doneAt": now, "found": [], "work.due_at": max(now, min(gap, begun + EVERY))}
    write(held, fields, *gone)


def _read(present: Round) -> Read:
    first = present.errands[0]
    place = Place(first.channel_id, first.thread_ts, team_id=first.team_id)
    span = Span(first.after, first.before)
    return Read(present.thread_id, place, span, first.since, tuple(first.doubted))


def _errand(step: Read, span: Span, doubted: Sequence[str] = ()) -> Errand:
    return Errand(
        channel_id=step.place.channel_id,
        thread_ts=step.place.thread_ts,
        team_id=step.place.team_id,
        after=span.after,
        before=span.before,
        since=step.since,
        doubted=list(doubted),
    )
