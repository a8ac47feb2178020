"""What customers do after a campaign's text: they write, or they want no more."""

from datetime import timedelta

from domain.model import Campaign, Message
from domain.services import numbers
from domain.services.campaigns import doubts

WITHIN = timedelta(days=7)


def hear(text: Message) -> None:
    """A customer wrote: note it in the last campaign's text before, if that was not long ago.

    The first time counts. Safe to repeat, and nobody sees the text change.
    """
    own = Message._get_collection()
    recent = {"$gte": text.created_at - WITHIN, "$lte": text.created_at}
    theirs = {"threadId": text.thread_id, "campaignId": {"$exists": True}, "createdAt": recent}
    before = own.find_one(theirs, {"campaignId": 1}, sort=[("createdAt", -1)])
    if before:
        left = numbers.state_of(text.from_).blocked
        field = "leftAt" if left else "repliedAt"
        noted = own.update_one({"_id": before["_id"]}, {"$min": {field: text.created_at}})
        if left:
            doubts.raised(before["campaignId"])
        if noted.modified_count:
            moved(before["campaignId"])


def moved(campaign_id: object) -> None:
    """A count of a campaign has changed that no text of it shows: whoever follows it looks."""
    Campaign._get_collection().update_one({"_id": campaign_id}, {"$inc": {"rev": 1}})
