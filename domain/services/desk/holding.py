"""A text that may mean "no more texts" holds its number until a person has read it.

The ledger, the number and all conversations of that person change together. Whoever is held
already stays so until the first moment; whoever has opted out needs no hold.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pymongo.client_session import ClientSession

from domain.model import Contact, Number, Thread
from domain.model.nudge import Nudge
from domain.model.review import Review
from domain.policy import Policy
from domain.rules import keywords, working
from domain.services import consent, stale
from domain.services.consent import Statement
from domain.services.desk import nudges

Raw = dict[str, Any]
METHOD = "keyword"
MOST_WORDS = 1_000
LAST_CALL = timedelta(hours=2)
"""So long before the end whoever should decide is reminded."""


class _Settled(Exception):
    """There is nothing to hold, so nothing is written."""


def hold(origin: str, sid: str, phone: str, body: str, now: datetime, policy: Policy) -> None:
    """Hold who wrote this until the next working day, once per text.

    `origin` is the text's own, and the event's; its conversation is there already.
    """
    review = Review(
        key=origin,
        phone=phone,
        words=body[:MOST_WORDS],
        stranger=keywords.wrong_number(body),
        said_at=now,
        due_at=working.day_after(now, policy.consent.zone),
    )
    said = Statement("held", METHOD, now, level="none", message_sid=sid)
    with suppress(_Settled):
        consent.record(origin, phone, said, now, within=lambda txn: _mark(txn, review))


def theirs(phone: str, session: ClientSession | None = None) -> list[str]:
    """All numbers of the person who has that one, be it alone."""
    person = Contact._get_collection().find_one({"phones": phone}, {"phones": 1}, session=session)
    return sorted({phone, *(person or {}).get("phones", ())})


def _mark(session: ClientSession, review: Review) -> None:
    """The conversations of all their numbers wait; a held or blocked person's are left alone."""
    phones, threads_ = {"$in": theirs(review.phone, session)}, Thread._get_collection()
    waits = threads_.find_one({"phone": phones, "heldForReview": True}, {"_id": 1}, session=session)
    blocked = Number._get_collection().find_one(
        {"phone": phones, "blocked": True}, {"_id": 1}, session=session
    )
    if waits or blocked:
        raise _Settled
    fields: Raw = {"heldForReview": True, "review": review.to_mongo().to_dict()}
    update = stale.along({"$set": fields, "$inc": {"rev": 1}}, review.said_at)
    if not threads_.update_many({"phone": phones}, update, session=session).matched_count:
        raise _Settled
    reminder = nudges.push(_reminder(review))
    threads_.update_many({"phone": review.phone}, reminder, session=session)


def _reminder(review: Review) -> Nudge:
    due_at = max(review.due_at - LAST_CALL, review.said_at)
    return Nudge(key=f"{review.key}:{nudges.UNDECIDED}", kind=nudges.UNDECIDED, due_at=due_at)
