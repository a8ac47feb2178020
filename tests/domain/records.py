"""A workspace's records, as a page of them is handed to the domain."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.model import Message, Thread
from domain.outbox import Claim
from domain.policy import Policy
from domain.services import threads
from domain.services.recovery import chat, rounds
from domain.services.recovery.chat import Read
from domain.values import History, Typed
from tests.clock import NOON
from tests.domain.build import AGENT, CHANNEL, POLICY, TIMING

LEASE = TIMING.lease


def typed(text: str = "Hi there", at: datetime = NOON, **changes: Any) -> Typed:
    """What an agent typed in the conversation's channel; its ts is its time."""
    ts = threads.stamp(at)
    made = Typed(f"slack:T1/{CHANNEL}/{ts}", ts, None, AGENT, "T1", False, text, at)
    return replace(made, **changes)


def page(*found: Typed, others: tuple[str, ...] = (), **more: Any) -> History:
    """These stand there, and posts by nobody in particular."""
    return History(found, frozenset({*others, *(one.ts for one in found)}), **more)


def at_work(now: datetime, policy: Policy = POLICY) -> tuple[Claim, Read]:
    """A worker has the round, and is to read something: there must be such a thing."""
    rounds.begin([""], now)
    held = rounds.claim(now, LEASE)
    assert held
    step = rounds.next_read(held, now, policy)
    assert step
    return held, step


def read(
    history: History, now: datetime = NOON + timedelta(minutes=5), policy: Policy = POLICY
) -> Read:
    """A whole round that finds this in the first place where it looks, and nothing elsewhere."""
    held, first = at_work(now, policy)
    step: Read | None = first
    rounds.took(held, first, history, now, policy, TIMING)
    while step := rounds.next_read(held, now, policy):
        rounds.took(held, step, page(), now, policy, TIMING)
    rounds.done(held, now)
    return first


def looked(thread: Thread) -> datetime | None:
    """Up to when its records have been read."""
    return threads.get(thread.id).channel.looked_at


def outgoing() -> list[Message]:
    """What agents wrote, oldest first."""
    return list(Message.objects(direction="outbound").order_by("position"))


__all__ = ["LEASE", "at_work", "chat", "looked", "outgoing", "page", "read", "typed"]
