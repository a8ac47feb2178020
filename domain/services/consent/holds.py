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


def ended(event: Entry, session: ClientSession) -> None:
    """What was asked about a text from that number is answered, together with the event itself."""
    if not is_end(event):
        return
    fields: Raw = {
        "heldForReview": False,
        "review.outcome": event.action,
        "review.method": event.method,
        "review.by": event.recorded_by.to_mongo(),
        "review.decidedAt": event.recorded_at,
    }
    update = stale.along({"$set": fields, "$inc": {"rev": 1}}, event.recorded_at)
    match = {"heldForReview": True, "review.phone": event.phone}
    Thread._get_collection().update_many(match, update, session=session)
