"""Broken variants of the product's rules: each must make the judge speak.

A break replaces functions in a child process, by plain assignment, before it starts.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from bson import ObjectId

from adapters.worker.dispatching import Dispatcher
from adapters.worker.once import Once
from domain import outbox
from domain.model import Message, Thread
from domain.outbox import Claim
from domain.policy import Policy, Timing
from domain.rules.gate import Verdict
from domain.rules.status import MessageStatus
from domain.services import messages, outbound
from domain.services.dispatch import Send, outcomes, turns
from domain.services.outbound import Answer
from domain.values import Place


def no_lease() -> None:
    """A worker takes a thread that another has, and begins a text that another has begun."""

    def lease_thread(slot: str, thread_id: ObjectId, now: datetime, until: datetime) -> Claim:
        lease_id = uuid4().hex
        Thread._get_collection().update_one(
            {"_id": thread_id},
            {"$set": {f"{slot}Lease": {"lease_id": lease_id, "lease_until": until}}},
        )
        return Claim(slot, thread_id, lease_id, until)

    def begin(
        message: Message, said: Verdict | None, claim: Claim, now: datetime, timing: Timing
    ) -> Message | None:
        until = now + timing.lease
        fields = {
            "dispatch.state": "leased",
            "dispatch.lease_id": claim.lease_id,
            "dispatch.lease_until": until,
            "dispatch.due_at": until,
        }
        return messages.move({"_id": message.id}, MessageStatus.SENDING, now, fields=fields)

    outbox._lease_thread = lease_thread
    turns._begin = begin


def no_origin() -> None:
    """An agent's message that is told twice counts as two."""
    answer = outbound.answer

    def every_time(said: Answer, now: datetime, policy: Policy, timing: Timing) -> Message | None:
        fresh = replace(said, origin=f"{uuid4().hex}/{said.origin}")
        return answer(fresh, now, policy, timing)

    outbound.answer = every_time


def no_doubt() -> None:
    """What nobody knows the outcome of is simply sent again."""

    def doubt(message: Message, send: Send, reason: str, now: datetime, timing: Timing) -> None:
        again = {"dispatch.state": "due", "dispatch.due_at": now}
        messages.move({"_id": message.id}, MessageStatus.QUEUED, now, fields=again)

    outcomes._doubt = doubt


def no_look() -> None:
    """What may stand in Slack already is posted again."""

    async def nothing_there(_self: Once, _place: Place, _key: str, _since: datetime) -> None:
        return None

    once: Any = Once
    once.seen = nothing_there


def no_watch() -> None:
    """A worker that slept past its lease goes on where it was."""

    async def send_late(self: Dispatcher, step: Send) -> None:
        outcome = await self.sms.send(step.text)
        await self._hop(lambda: outcomes.record(step, outcome, self.clock.now(), self.timing))

    dispatcher: Any = Dispatcher
    dispatcher._send = send_late


BREAKS: dict[str, Callable[[], None]] = {
    "lease": no_lease,
    "origin": no_origin,
    "doubt": no_doubt,
    "look": no_look,
    "watch": no_watch,
}
