"""What customers do after a text of ours: they write, or they want no more."""

from datetime import timedelta
from typing import Any

from domain.model import Campaign, Message
from domain.services import numbers
from domain.services.campaigns.sending import doubts

WITHIN = timedelta(days=7)
PLANNED = timedelta(days=35)
"""So long before it left a text that is answered may have been written."""
ASKING = ("conversation", "informational", "marketing")
UNHEARD = ("refused", "canceled", "failed", "undelivered")


def hear(text: Message) -> None:
    """A customer wrote: note it in the last text of ours, and in the last campaign's, before.

    Not if that was long ago. The first time counts. Safe to repeat, and nobody sees it change.
    """
    _echoed(text)  # first: whoever follows a campaign is told by whether this notes anything
    if not numbers.state_of(text.from_).blocked:
        _answered(text)


def _answered(text: Message) -> None:
    """The last text of ours has its answer; what leaves by itself asks for none."""
    ours = {"threadId": text.thread_id, "direction": "outbound", "purpose": {"$in": ASKING}}
    own = Message._get_collection()
    before = own.find_one(ours | _left_before(text), {"_id": 1}, sort=[("attemptedAt", -1)])
    if before:
        own.update_one({"_id": before["_id"]}, {"$min": {"repliedAt": text.written_at}})


def _echoed(text: Message) -> None:
    """The last campaign whose text has left to them: of what only waits they know nothing."""
    own = Message._get_collection()
    theirs = {"threadId": text.thread_id, "campaignId": {"$exists": True}} | _left_before(text)
    before = own.find_one(theirs, {"campaignId": 1}, sort=[("attemptedAt", -1)])
    if before:
        left = numbers.state_of(text.from_).blocked
        field = "leftAt" if left else "repliedAt"
        noted = own.update_one({"_id": before["_id"]}, {"$min": {field: text.written_at}})
        if left:
            doubts.raised(before["campaignId"])
        if noted.modified_count:
            moved(before["campaignId"])


def _left_before(text: Message) -> dict[str, Any]:
    """What a text of ours is like that they may have had in hand when they wrote this one."""
    recent = {"$gte": text.written_at - WITHIN, "$lte": text.written_at}
    written = {"$gte": text.written_at - PLANNED, "$lte": text.written_at}
    return {"attemptedAt": recent, "createdAt": written, "status": {"$nin": UNHEARD}}


def moved(campaign_id: object) -> None:
    """A count of a campaign has changed that no text of it shows: whoever follows it looks."""
    Campaign._get_collection().update_one({"_id": campaign_id}, {"$inc": {"rev": 1}})
