"""Campaigns as people are told of them: counts, pace, and when the end is to be expected."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from domain.model import Campaign
from domain.model.campaign import DRAFT, RUNNING, SCHEDULED
from domain.policy import Policy
from domain.services.campaigns.showing import counting, results
from domain.services.lists import pages
from domain.services.lists.pages import Page, Window
from domain.services.lists.wanted import Wanted
from domain.values import Outcome, Progress, Tally

Raw = Mapping[str, Any]
UNDER_WAY = (DRAFT, SCHEDULED, RUNNING)
MINUTE = timedelta(minutes=1)
LATER = timedelta(minutes=2)
"""What is due only so much later waits for its hour, and not for its turn."""


def told(found: Sequence[Raw], now: datetime) -> list[Progress]:
    """These raw campaigns, in their order, counted anew."""
    counts = counting.counted(found)
    return [_progress(Campaign._from_son(dict(one)), counts[one["_id"]], now) for one in found]


def latest(window: Window, senders: Sequence[str]) -> Page:
    """Of these senders, or (none given) of all; the newest first."""
    wanted = Wanted(rest=({"sender": {"$in": list(senders)}},) if senders else ())
    return pages.page(Campaign, wanted, window)


def of(found: Campaign, now: datetime, policy: Policy) -> Progress:
    """One campaign; with what came of it, unless it is under way."""
    if found.status in UNDER_WAY:
        return told([found.to_mongo().to_dict()], now)[0]
    return whole(found, now, policy)


def whole(found: Campaign, now: datetime, policy: Policy) -> Progress:
    """The same with what has come of it so far."""
    raw = found.to_mongo().to_dict()
    outcome = _outcome(results.of([raw], policy)[found.id], policy)
    return replace(told([raw], now)[0], outcome=outcome)


def _progress(found: Campaign, counts: counting.Counts, now: datetime) -> Progress:
    tally = Tally(**asdict(counts))
    return Progress(
        campaign_id=str(found.id),
        name=found.name,
        status=found.status,
        per_minute=found.per_minute,
        tally=tally,
        by=found.author.name,
        start_at=found.start_at,
        started_at=found.started_at,
        finished_at=found.finished_at,
        ends_at=_end(found, tally, now),
        goes_on_at=_pause(found, now),
        reason=found.breaker_reason or "",
    )


def _outcome(found: results.Results, policy: Policy) -> Outcome:
    failures = tuple(found.failures.items())
    return Outcome(failures, found.cost, found.value, found.roi, policy.rates.unit)


def _end(found: Campaign, tally: Tally, now: datetime) -> datetime | None:
    """To the minute, so that it changes only when it says something else."""
    if found.status != RUNNING or not tally.queued or not found.frozen:
        return None
    begins = max(now, _pause(found, now) or now)
    ends = begins + tally.queued * MINUTE / found.per_minute + MINUTE
    return ends.replace(second=0, microsecond=0)


def _pause(found: Campaign, now: datetime) -> datetime | None:
    """When its next turn is, if everybody who is left may be texted only later."""
    due_at = found.run.due_at if found.run and found.status == RUNNING else None
    return due_at if due_at and due_at > now + LATER else None
