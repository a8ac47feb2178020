"""A conversation in which people write across one another, under a guard of four seconds."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain import outbox
from domain.model import Author, Message
from domain.policy import Policy
from domain.services import agents, dispatch, outbound
from domain.services.dispatch import Send
from tests.clock import NOON
from tests.domain.build import (
    POLICY,
    TIMING,
    accepted_as,
    conversation,
    fresh,
    later,
    new_sid,
    person,
    received,
    said,
)

GUARDED = replace(POLICY, collision=timedelta(seconds=4))
SAM = Author(kind="agent", key="U2", name="Sam")
CALM = later(seconds=60)
"""Long after the customer's first text."""


def talk() -> None:
    """A conversation with Ann and Sam in it, and nothing happening."""
    conversation()
    agents.learn(person("U2", name="Sam"), NOON)


def answer(text: str = "Hi there", at: datetime = CALM, **changes: Any) -> Message:
    made = outbound.answer(said(text, at, **changes), at, GUARDED, TIMING)
    assert made
    return made


def leaves(seconds: float = 5, policy: Policy = GUARDED) -> str | None:
    """The body of what leaves so long after the calm moment, if anything does."""
    now = CALM + timedelta(seconds=seconds)
    claim = outbox.claim("dispatch", now, TIMING.lease)
    if claim is None:
        return None
    step = dispatch.next_step(claim, now, policy, TIMING)
    outbox.release(claim)
    if not isinstance(step, Send):
        return None
    dispatch.record(step, accepted_as(new_sid()), now, TIMING)
    return step.text.body


def asked(message: Message) -> list[str]:
    return [notice.text for notice in fresh(message).notices]


def writes(seconds: float, body: str = "Actually, can we do 6?") -> Message:
    return received(body, now=CALM + timedelta(seconds=seconds))
