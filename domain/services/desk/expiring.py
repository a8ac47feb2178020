"""What nobody has decided within a working day counts as an opt-out, whoever is there to see it.

Claiming one is doing it: the ledger, the end of the hold and what is called back are one
transaction, and of several workers one gets through.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from pymongo.client_session import ClientSession

from domain.errors import Conflict
from domain.model import Author, Thread
from domain.model.nudge import Nudge
from domain.services import numbers, stale
from domain.services.desk import nudges, reviews
from domain.services.desk.reviews import Verdict

Raw = dict[str, Any]
SLOT = "reviewing"
NOTE = "Nobody decided within one working day."


def expire(now: datetime) -> Thread | None:
    """Record the opt-out that is due first; None when all may wait on."""
    while found := _next({"$lte": now}):
        if found.review and not numbers.state_of(found.review.phone).held:
            _forget(found, now)
            continue
        try:
            system = Author(kind="system")
            verdict = Verdict(found, system, now, reviews.EXPIRED, NOTE)
            reviews.opted_out(verdict, partial(_tell, thread=found, now=now))
        except Conflict:
            continue  # somebody has decided meanwhile
        return found
    return None


def earliest() -> datetime | None:
    """When the next one is due."""
    found = _next({"$exists": True})
    return found.review.due_at if found and found.review else None


def _next(when: Mapping[str, object]) -> Thread | None:
    found: Thread | None = (
        Thread.objects(__raw__={"heldForReview": True, "review.dueAt": when})
        .order_by("review.due_at")
        .first()
    )
    return found


def _tell(session: ClientSession, thread: Thread, now: datetime) -> None:
    """Its agents hear of it where the text came in."""
    assert thread.review
    key = f"{thread.review.key}:{nudges.EXPIRED}"
    told = nudges.push(Nudge(key=key, kind=nudges.EXPIRED, due_at=now))
    match = {"phone": thread.review.phone, "review.key": thread.review.key}
    Thread._get_collection().update_many(match, told, session=session)


def _forget(thread: Thread, now: datetime) -> None:
    """Their number is not held, as when its person was forgotten: there is nothing to decide."""
    assert thread.review
    update: Raw = {"$set": {"heldForReview": False}, "$unset": {"review": ""}, "$inc": {"rev": 1}}
    match = {"heldForReview": True, "review.key": thread.review.key}
    match |= {"review.phone": thread.review.phone}
    Thread._get_collection().update_many(match, stale.along(update, now))
