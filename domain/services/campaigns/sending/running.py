"""A campaign's work, a turn at a time, by whoever holds its lease: its list, then its texts."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from pymongo import ReturnDocument

from domain.model import Campaign
from domain.model.campaign import RUNNING, SCHEDULED
from domain.policy import Policy
from domain.ports import Clock, Line
from domain.services.campaigns.sending import doubts, freezing, releasing
from domain.services.campaigns.sending.leases import LEASE, Lost, held_by, leased
from domain.services.campaigns.sending.steering import SLOT

TURN = timedelta(seconds=4)


def claim(now: datetime, lease: timedelta = LEASE) -> Campaign | None:
    """Lease the campaign that is due first, which begins it; None when there is none.

    All in one step: whoever changes it was in time, and these are its words, or is too late.
    """
    due = {f"{SLOT}.due_at": {"$lte": now}, "status": {"$in": [SCHEDULED, RUNNING]}}
    fields = {f"{SLOT}.lease_id": uuid4().hex, f"{SLOT}.state": "leased"} | leased(now + lease)
    begins = {"$cond": [{"$eq": ["$status", SCHEDULED]}, 1, 0]}  # which people see
    begun = {"status": RUNNING, "startedAt": {"$min": ["$startedAt", now]}}
    found = Campaign._get_collection().find_one_and_update(
        due,
        [{"$set": fields | begun | {"rev": {"$add": ["$rev", begins]}}}],
        sort=[(f"{SLOT}.due_at", 1)],
        return_document=ReturnDocument.AFTER,
    )
    held: Campaign | None = Campaign._from_son(found) if found else None
    return held


def earliest() -> datetime | None:
    """When the next turn of any campaign is due."""
    due = Campaign._get_collection().find_one(
        {f"{SLOT}.due_at": {"$exists": True}},
        {f"{SLOT}.due_at": 1},
        sort=[(f"{SLOT}.due_at", 1)],
    )
    return due[SLOT]["due_at"] if due else None


def work(
    held: Campaign, pace: Line, clock: Clock, policy: Policy, lease: timedelta = LEASE
) -> None:
    """One turn: pages of the list, or the next texts; nothing when the campaign is lost."""
    ends = clock.now() + TURN
    if doubts.weighed(held, clock.now(), policy) != RUNNING:
        return
    with suppress(Lost):
        while not held.frozen and clock.now() < ends:
            freezing.page(held, clock.now(), lease)
        until: datetime | None = clock.now()
        if held.frozen:
            until = releasing.batch(held, pace, clock.now(), policy, lease)
        if until:
            held_by(held, {"$set": leased(until)})
