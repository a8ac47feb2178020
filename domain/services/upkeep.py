"""What follows from a text once it is committed, or called back.

Its conversation is summed up anew; an answer ends a wait, and takes what nobody has.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from domain import outbox
from domain.model import Message
from domain.rules.status import MessageStatus
from domain.services import messages, summaries, threads
from domain.services.automation import usage
from domain.services.campaigns.sending import echoes
from domain.services.desk import conversations, responses

SLOT = "effects"
MOST_LOOKS = 5
"""So often somebody whom nobody knows yet is waited for: they are looked up before it leaves."""


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


def carry_out(message: Message, answer: Callable[[Message], object] | None = None) -> None:
    """Do what is due for it and close the slot; safe to repeat.

    `answer` gives a customer's text the answer that it gets by itself, if any.
    """
    if message.template_id:
        usage.touch(message.template_id, message.created_at)
    if message.thread_id:
        if answer and message.direction == "inbound":
            answer(message)
        summaries.refresh(message.thread_id)
        if message.direction == "inbound":
            echoes.hear(message)
        if responses.is_answer(message):
            responses.record(message)
            if not _taken(message):
                return  # it is found again when its lease ends
    lease_id = message.effects.lease_id if message.effects else None
    Message._get_collection().update_one(
        {"_id": message.id, f"{SLOT}.lease_id": lease_id}, outbox.closed(SLOT)
    )


def _taken(message: Message) -> bool:
    """Who answers first takes the conversation; False while nobody knows who that is."""
    by, attempts = message.sent_by, message.effects.attempts if message.effects else 0
    if by is None or by.kind != "agent" or attempts > MOST_LOOKS:
        return True
    if MessageStatus(message.status) in messages.WITHDRAWN:
        return True
    thread = threads.get(message.thread_id)
    if thread.assigned_to:
        return True
    return conversations.answered_first(thread.id, by.key, message.created_at)
