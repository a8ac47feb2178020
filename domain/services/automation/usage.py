"""How often templates are used: counted anew after they were, never added up.

A text that was made of a template opens the template's slot; many texts at once are one count. What
is made while it is counted opens it again, so that no text is left out.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from bson import ObjectId

from domain import outbox
from domain.model import Message, Template

SLOT = "usage"
REST = timedelta(seconds=5)
LEASE = timedelta(minutes=1)
_DUE = f"{SLOT}.due_at"


def touch(template_id: ObjectId, at: datetime) -> None:
    """A text was made of it at that time: it is to be counted soon. Safe to repeat."""
    soon = {"$set": {f"{SLOT}.state": "due"}, "$min": {_DUE: at + REST}}
    again = {"$unset": {f"{SLOT}.lease_id": ""}}
    Template._get_collection().update_one({"_id": template_id}, soon | again)


def recount(now: datetime) -> Template | None:
    """Count the texts of the template that is due first; None when there is none."""
    lease_id, until = uuid4().hex, now + LEASE
    taken = {f"{SLOT}.state": "leased", f"{SLOT}.lease_id": lease_id, _DUE: until}
    held: Template | None = (
        Template.objects(__raw__={_DUE: {"$lte": now}})
        .order_by(_DUE)
        .modify(__raw__={"$set": taken}, new=True)
    )
    if held:
        count(held.id)
        mine = {"_id": held.id, f"{SLOT}.lease_id": lease_id}
        Template._get_collection().update_one(mine, outbox.closed(SLOT))
    return held


def count(template_id: ObjectId) -> None:
    """Write down how many texts there are of it now; a removed one still shows it."""
    times = Message._get_collection().count_documents({"templateId": template_id})
    Template.objects(id=template_id).update_one(set__times_used=times)


def earliest() -> datetime | None:
    """When the next count is due."""
    due = Template._get_collection().find_one(
        {_DUE: {"$exists": True}}, {_DUE: 1}, sort=[(_DUE, 1)]
    )
    return due[SLOT]["due_at"] if due else None
