"""What follows from a text once it is committed: its conversation is summed up anew."""

from datetime import datetime, timedelta
from uuid import uuid4

from domain import outbox
from domain.model import Message
from domain.services import summaries

SLOT = "effects"


def claim(now: datetime, lease: timedelta) -> Message | None:
    """Lease one message whose effects are due; None when there is none."""
    until = now + lease
    fields = {
        f"{SLOT}.state": "leased",
        f"{SLOT}.lease_id": uuid4().hex,
        f"{SLOT}.lease_until": until,
        f"{SLOT}.due_at": until,
    }
    found: Message | None = (
        Message.objects(__raw__={f"{SLOT}.due_at": {"$lte": now}})
        .order_by(f"{SLOT}.due_at")
        .modify(__raw__={"$set": fields, "$inc": {f"{SLOT}.attempts": 1}}, new=True)
    )
    return found


def carry_out(message: Message) -> None:
    """Do what is due for it and close the slot; safe to repeat."""
    if message.thread_id:
        summaries.refresh(message.thread_id)
    lease_id = message.effects.lease_id if message.effects else None
    Message._get_collection().update_one(
        {"_id": message.id, f"{SLOT}.lease_id": lease_id}, outbox.closed(SLOT)
    )
