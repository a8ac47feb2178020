"""A text that may mean "no more texts" holds its number until a person has read it.

The ledger, the number and all conversations of that person change together. Each number that
wrote one is held for itself; more of the same is asked about with the newest words.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pymongo.client_session import ClientSession

from domain.model import Contact, Number, Thread
from domain.model.nudge import Nudge
from domain.model.review import Review
from domain.policy import Policy
from domain.rules.consent import keywords, working
from domain.services import consent, stale
from domain.services.consent import Statement, holds
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
    """Their newest words are asked about, wherever nothing else is; the first deadline stays.

    What another number of theirs wrote is a question of its own. Who is blocked is not asked about.
    """
    threads_, own = Thread._get_collection(), review.phone
    if Number._get_collection().find_one({"phone": own, "blocked": True}, session=session):
        return
    _before(session, review)
    holds.alone(own, session)
    fields: Raw = {"heldForReview": True, "review": review.to_mongo().to_dict()}
    update = stale.along({"$set": fields, "$inc": {"rev": 1}}, review.said_at)
    asked: Raw = {"heldForReview": True, "review.phone": own}
    threads_.update_many(asked, _anew(review), session=session)
    rest: list[Raw] = [{"phone": own, "$nor": [asked]}]
    if not review.stranger:
        rest.append({"phone": {"$in": theirs(own, session)}, "heldForReview": {"$ne": True}})
    threads_.update_many({"$or": rest}, update, session=session)
    if not threads_.find_one(asked, {"_id": 1}, session=session):
        raise _Settled
    threads_.update_many({"phone": own}, nudges.push(_reminder(review)), session=session)


def _before(session: ClientSession, review: Review) -> None:
    """Make it agree with what the number is held for already."""
    own = review.phone
    match = {"heldForReview": True, "$or": [{"review.phone": own}, {"review.others": own}]}
    for raw in Thread._get_collection().find(match, {"review": 1}, session=session):
        asked = Review._from_son(raw["review"])
        review.due_at = min(review.due_at, asked.due_at)
        if asked.phone == own:
            review.stranger = review.stranger and asked.stranger
            review.others = asked.others


def _anew(review: Review) -> Raw:
    """The question that is there already asks about the newest text; its card stays its card."""
    fields = {
        "review.key": review.key,
        "review.words": review.words,
        "review.saidAt": review.said_at,
        "review.stranger": review.stranger,
    }
    update: Raw = {"$set": fields, "$unset": {"review.refused": ""}, "$inc": {"rev": 1}}
    return stale.along(update, review.said_at)


def _reminder(review: Review) -> Nudge:
    due_at = max(review.due_at - LAST_CALL, review.said_at)
    return Nudge(key=f"{review.key}:{nudges.UNDECIDED}", kind=nudges.UNDECIDED, due_at=due_at)
