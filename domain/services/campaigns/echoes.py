"""What customers do after a campaign's text: they write, or they want no more."""

from datetime import timedelta

from domain.model import Message
from domain.services import numbers

WITHIN = timedelta(days=7)


def hear(text: Message) -> None:
    """A customer wrote: note it in the last campaign's text before, if that was not long ago.

    The first time counts. Safe to repeat, and nobody sees the text change.
    """
    own = Message._get_collection()
    recent = {"$gte": text.created_at - WITHIN, "$lte": text.created_at}
    theirs = {"threadId": text.thread_id, "campaignId": {"$exists": True}, "createdAt": recent}
    before = own.find_one(theirs, {"_id": 1}, sort=[("createdAt", -1)])
    if before:
        field = "leftAt" if numbers.state_of(text.from_).blocked else "repliedAt"
        own.update_one({"_id": before["_id"]}, {"$min": {field: text.created_at}})
