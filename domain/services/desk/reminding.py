"""Agents are reminded of a customer who waits, and told when a snoozed conversation is back.

A customer waits from their first text that nobody has answered or read. Once for each such wait,
after the owner's time, the conversation's agent is reminded; or all of its agents, when it is
nobody's. Never while it is snoozed or closed, nor of somebody who has opted out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import NotFound
from domain.model import Thread
from domain.policy import Policy
from domain.services import agents, channels, numbers, threads
from domain.services.desk import nudges
from domain.services.desk.nudges import Held
from domain.values import Place, Post, Workspace

SLOT = "reminding"
MOST_MENTIONED = 20
AWAKE = "The conversation with {name} is open again: it was snoozed until now."
WAITING = "{name} has been waiting for an answer for {time}."
UNDECIDED = (
    "{name} may have asked for no more texts, and nobody has decided yet. In {time} it counts as "
    "an opt-out."
)
EXPIRED = "Nobody decided what {name} meant, so it counts as an opt-out: no text leaves any more."
TEXTS = {
    nudges.AWAKE: AWAKE,
    nudges.WAITING: WAITING,
    nudges.UNDECIDED: UNDECIDED,
    nudges.EXPIRED: EXPIRED,
}
UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


@dataclass(frozen=True)
class Call:
    """Post this there, or in the inbox channel where the place does not take it.

    `since`: an earlier try may have posted it, so look first.
    """

    place: Place
    post: Post
    since: datetime | None
    inbox: Place


def claim(now: datetime, lease: timedelta, policy: Policy) -> Held | None:
    """Lease the next line that is due, be it a reminder that has just become so."""
    _remind(now, policy.remind_after)
    return nudges.claim(now, lease)


def earliest(policy: Policy) -> datetime | None:
    """When there will be something to claim."""
    found = _next() if policy.remind_after else None
    waiting = found.waiting.counted_from + policy.remind_after if found and found.waiting else None
    return min((one for one in (nudges.earliest(), waiting) if one), default=None)


def wanted(held: Held, workspace: Workspace, now: datetime, policy: Policy) -> Call | None:
    """What to post and where; None when it is not to be said any more."""
    nudge = held.nudge
    try:
        thread = threads.get(held.thread_id)
    except NotFound:
        return None
    if not _holds(thread, held, policy):
        return None
    name = channels.person_of(thread)
    words = TEXTS[nudge.kind].format(name=name, time=spell(_time(thread, nudge.kind, now)))
    post = Post(nudge.key, words, mentions=_mentioned(thread, workspace))
    inbox = Place(channels.route_of(thread.id, workspace).inbox or workspace.inbox)
    if nudge.channel_id:
        place = Place(nudge.channel_id, nudge.thread_ts)
    else:
        place = channels.place_of(thread) or inbox
    return Call(place, post, nudge.tried_at, inbox)


def home(held: Held) -> tuple[str | None, str | None]:
    """The workspace where the conversation lives, and its sender."""
    thread: Thread | None = Thread.objects(id=held.thread_id).first()
    return (thread.channel.team_id, thread.sender) if thread else (None, None)


def spell(time: timedelta) -> str:
    """A stretch of time as people say it."""
    seconds = time.total_seconds()
    size, unit = next(((size, unit) for size, unit in UNITS if seconds >= size), UNITS[-1])
    count = max(1, int(seconds // size))
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _remind(now: datetime, after: timedelta) -> None:
    """Turn the longest wait into a reminder, if it is overdue; nobody else does the same."""
    while after and (found := _next(now - after)) and found.waiting:
        position, opened = found.waiting.position, found.opened_at
        match = {"_id": found.id, "status": "open", "waiting.position": position}
        match |= {"waiting.open": True}
        threads_ = Thread._get_collection()
        if opened and opened > found.waiting.counted_from:  # it was put off until then
            threads_.update_one(match, {"$set": {"waiting.countedFrom": opened}})
            continue
        taken = {"$set": {"waiting.open": False}, "$max": {"remindedUpTo": position}}
        reminder = nudges.push(nudges.waiting(found, position, now))
        if threads_.update_one(match, taken | reminder).matched_count:
            return


def _next(before: datetime | None = None) -> Thread | None:
    when = {"$lte": before} if before else {"$exists": True}
    found: Thread | None = (
        Thread.objects(
            __raw__={"waiting.open": True, "status": "open", "waiting.countedFrom": when}
        )
        .order_by("waiting.counted_from")
        .only("waiting", "opened_at")
        .first()
    )
    return found


def _holds(thread: Thread, held: Held, policy: Policy) -> bool:
    """Whether the customer still waits for the same; news of waking holds while it is open.

    What hangs on a decision is told of closed conversations, too.
    """
    review = thread.review
    if held.nudge.kind in (nudges.UNDECIDED, nudges.EXPIRED):
        decides = held.nudge.kind == nudges.UNDECIDED
        same = review is not None and held.nudge.key.startswith(f"{review.key}:")
        return same and thread.held_for_review is decides
    if thread.status != "open" or held.nudge.kind == nudges.AWAKE:
        return thread.status == "open"
    waits = thread.waiting is not None and thread.waiting.position == held.nudge.position
    return waits and not numbers.judged(thread.phone, policy.secret).blocked


def _time(thread: Thread, kind: str, now: datetime) -> timedelta:
    """How long a customer has waited, or how long there is to decide."""
    if kind == nudges.UNDECIDED and thread.review:
        return thread.review.due_at - now
    return now - thread.waiting.since if thread.waiting else timedelta(0)


def _mentioned(thread: Thread, workspace: Workspace) -> tuple[str, ...]:
    """The agent it is assigned to, if they still answer; else all agents of its place."""
    agent = agents.known(thread.assigned_to) if thread.assigned_to else None
    if thread.assigned_to and (agent is None or agent.may_send):
        return (thread.assigned_to,)
    return tuple(channels.route_of(thread.id, workspace).agents)[:MOST_MENTIONED]
