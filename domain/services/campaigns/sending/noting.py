"""What a turn's texts change in their conversations and people, written for all of them at once.

That is done where nobody ever wrote. The others' effects stay open, and so do all of a turn that
was cut short: then they are carried out text by text, like any text's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import UpdateOne

from domain import outbox
from domain.model import Contact, Message, Noun, Thread
from domain.services.automation import usage

SLOT = "effects"
PATIENCE = timedelta(seconds=30)
"""So long nobody else looks at the effects of a text."""


def later(now: datetime) -> datetime:
    """When a text's effects are due for whoever finds them."""
    return now + PATIENCE


def noted(texts: Sequence[Message]) -> None:
    """These were made just now; safe to repeat, and to end in the middle."""
    own = Message._get_collection()
    wrote = set(own.distinct("from", {"from": {"$in": [one.to for one in texts]}}))
    first = [one for one in texts if one.to not in wrote]
    if not first:
        return
    _all(Thread, [_summed(one) for one in first])
    _all(Contact, [_touched(one) for one in first if one.contact_id])
    for template_id in {one.template_id for one in first if one.template_id}:
        usage.touch(template_id, first[-1].created_at)
    ids = [one.id for one in first]
    own.update_many({"_id": {"$in": ids}, f"{SLOT}.state": "due"}, outbox.closed(SLOT))


def _summed(text: Message) -> UpdateOne:
    """Nothing is unread or waited for, and what came since counts more."""
    match = {"_id": text.thread_id, "lastMessageAt": {"$lte": text.created_at}}
    last = {"lastMessageId": text.id, "lastMessageAt": text.created_at, "unreadCount": 0}
    return UpdateOne(match, {"$set": last, "$inc": {"rev": 1}})


def _touched(text: Message) -> UpdateOne:
    never = {"lastContactDate": {"$exists": False}}
    before = {"lastContactDate": {"$lt": text.created_at}}
    last = {"lastContactDate": text.created_at, "lastContactMethod": "sms"}
    match = {"_id": text.contact_id, "$or": [never, before]}
    return UpdateOne(match, {"$set": last, "$inc": {"rev": 1}})


def _all(noun: type[Noun], changes: Sequence[UpdateOne]) -> None:
    if changes:
        noun._get_collection().bulk_write([*changes], ordered=False)
