"""What came late is told once in each workspace's inbox: one post for all of a look.

A try to post is written down before it is made, and while it is unclear what became of it, the
post is looked for, never repeated blindly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument

from domain import outbox
from domain.leased import Leased
from domain.model import Bulletin, Message, Thread
from domain.outbox import Claim
from domain.services import channels
from domain.services.channels import waiting
from domain.values import Failed, Latecomer, Latecomers, Place, Postponed, Shown, Unclear

Raw = dict[str, Any]
NOTHING = "-"
MOST_LINES = 20
MOST_TEXTS = 10_000
MOST_NOES = 5
PATIENCE = timedelta(minutes=1)
"""So long it waits for the texts themselves to be shown, so that it can lead to them."""
RARELY = timedelta(minutes=10)

_work = Leased(Bulletin)
claim, renew, earliest = _work.claim, _work.renew, _work.earliest


@dataclass(frozen=True)
class Step:
    """Post that there; `since`: an earlier try may have posted it."""

    place: Place
    key: str
    what: Latecomers
    since: datetime | None = None


def begin(since: datetime, teams: Sequence[str], now: datetime) -> datetime:
    """What came late after `since` is to be told, if there is any; up to when it then is.

    Safe to repeat with the same `since`.
    """
    late = {"recoveredAt": {"$gt": since, "$lte": now}}
    if Message._get_collection().find_one(late, {"_id": 1}) is None:
        return since
    until = now
    for team in teams:
        fresh: Raw = {"until": now, "work": outbox.due(now), "refused": 0, "rev": 1}
        stored = Bulletin._get_collection().find_one_and_update(
            {"since": since, "teamId": team},
            {"$setOnInsert": fresh},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        until = min(until, stored["until"])
    return until


def team(held: Claim) -> str | None:
    """The workspace that is told; None for the only one."""
    return _work.own(held).team_id or None


def next_step(
    held: Claim, inbox: Place, senders: Sequence[str], now: datetime
) -> Step | Postponed | None:
    """What is to be posted; None where there is nothing to tell, Postponed while it appears."""
    told = _work.own(held)
    late, waits = _late(told, senders)
    if not late.count:
        return None
    if waits and now < told.until + PATIENCE:
        return Postponed("not shown yet", 1)
    tried = told.channel_id if told.tried_at else None
    place = replace(inbox, channel_id=tried) if tried else inbox
    return Step(place, f"late:{told.id}", late, told.tried_at)


def trying(held: Claim, step: Step, now: datetime) -> bool:
    """From here on it may be there; whether it is still ours to post it."""
    return _work.write(held, {"triedAt": step.since or now, "channelId": step.place.channel_id})


def rest(
    held: Claim,
    outcome: Shown | Failed | Postponed | Unclear | None,
    now: datetime,
    lease: timedelta,
) -> None:
    """It is there, or there is nothing to tell (None); else it is tried again later.

    A clear no undoes the try; after some of them it is given up.
    """
    noes = _work.own(held).refused if isinstance(outcome, Failed) else 0
    if outcome is None or isinstance(outcome, Shown) or noes >= MOST_NOES:
        _work.close(held, ts=outcome.ts if isinstance(outcome, Shown) else NOTHING)
        return
    pause = RARELY if isinstance(outcome, Failed) else waiting.pause(outcome, 0, lease)
    gone = () if isinstance(outcome, Unclear) else ("triedAt", "channelId")
    no = int(isinstance(outcome, Failed))
    _work.write(held, {"work.due_at": now + pause}, *gone, "work.lease_id", refused=no)


def _late(told: Bulletin, senders: Sequence[str]) -> tuple[Latecomers, bool]:
    """What came late in the conversations of these senders; whether any is not shown yet."""
    texts = Message.objects(recovered_at__gt=told.since, recovered_at__lte=told.until)
    needed = texts.only("thread_id", "recovered_at", "twilio_created_at", "created_at", "shadow.ts")
    found = list(needed.order_by("recovered_at").limit(MOST_TEXTS))
    talks = {one.id: one for one in Thread.objects(id__in=list({one.thread_id for one in found}))}
    ours = [one for one in found if _belongs(talks.get(one.thread_id), senders)]
    lines: dict[Any, list[Message]] = {}
    for text in ours:
        lines.setdefault(text.thread_id, []).append(text)
    shown = [_line(talks[own], texts) for own, texts in list(lines.items())[:MOST_LINES]]
    waits = any(one.shadow.ts is None for one in ours)
    return Latecomers(len(ours), tuple(shown), len(lines) - len(shown)), waits


def _belongs(thread: Thread | None, senders: Sequence[str]) -> bool:
    return thread is not None and (not senders or thread.sender in senders)


def _line(thread: Thread, texts: Sequence[Message]) -> Latecomer:
    """One conversation's."""
    at = min(one.written_at for one in texts)
    return Latecomer(channels.person_of(thread), len(texts), at, channels.place_of(thread))
