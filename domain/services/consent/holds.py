"""What a customer meant is settled, by whoever it was: the conversations that waited go on."""

from typing import Any

from pymongo.client_session import ClientSession

from domain.model import Thread
from domain.services import stale
from domain.services.consent.reading import Entry

Raw = dict[str, Any]


def is_end(event: Entry) -> bool:
    """Whether after it nobody need decide any more; a no to the programme alone settles nothing."""
    return event.action == "released" or (event.action == "opt_out" and event.scope == "all")


def ended(event: Entry, session: ClientSession) -> list[str]:
    """What was asked about a text from that number is answered, together with the event itself.

    The numbers that are held for the same text, of which the same is to be said.
    """
    if not is_end(event):
        return []
    threads_, own = Thread._get_collection(), event.phone
    asked: Raw = {"heldForReview": True, "review.phone": own}
    others = threads_.distinct("review.others", asked, session=session)
    fields: Raw = {
        "heldForReview": False,
        "review.outcome": event.action,
        "review.method": event.method,
        "review.by": event.recorded_by.to_mongo(),
        "review.decidedAt": event.recorded_at,
    }
    update = stale.along({"$set": fields, "$inc": {"rev": 1}}, event.recorded_at)
    along: Raw = {"phone": own, "review.others": own}
    match = {"heldForReview": True, "$or": [{"review.phone": own}, along]}
    threads_.update_many(match, update, session=session)
    alone(own, session)
    return [one for one in others if one != own]


def carried(phone: str, to: str, session: ClientSession) -> None:
    """The question about that number is about another one of the person, too."""
    match = {"heldForReview": True, "$or": [{"review.phone": phone}, {"review.others": phone}]}
    update = {"$addToSet": {"review.others": to}, "$inc": {"rev": 1}}
    Thread._get_collection().update_many(match, update, session=session)


def alone(phone: str, session: ClientSession) -> None:
    """That number is held, or is not, for reasons of its own: no other one's answer is its."""
    match = {"heldForReview": True, "review.others": phone}
    update = {"$pull": {"review.others": phone}, "$inc": {"rev": 1}}
    Thread._get_collection().update_many(match, update, session=session)


def strangers(phone: str) -> bool:
    """Whether that number is held because it may be somebody else's."""
    match = {"heldForReview": True, "review.phone": phone, "review.stranger": True}
    return Thread._get_collection().find_one(match, {"_id": 1}) is not None
