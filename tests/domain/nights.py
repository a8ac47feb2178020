"""An evening with a customer in California: what is said when, and what leaves."""

from datetime import datetime, timedelta
from typing import Any

from domain import outbox
from domain.model import Contact, Message
from domain.policy import Policy
from domain.services import agents, consent, dispatch
from domain.services.consent import Statement
from domain.services.dispatch import Send
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    TIMING,
    accepted_as,
    conversation,
    customer,
    later,
    new_sid,
    person,
    received,
)

NIGHT = later(hours=11, minutes=40)
"""23:40 in Los Angeles."""
MORNING = later(hours=20)
"""8:00 there, the next day."""
NEXT_NIGHT = NIGHT + timedelta(days=1)
DUSK = later(hours=8, minutes=59, seconds=58)
"""Two seconds before nine in the evening, there."""


def jane() -> Contact:
    """The customer has a name, and people know where they live."""
    found = customer()
    names = {"first_name": "Jane", "last_name": "Doe", "timezone": "America/Los_Angeles"}
    Contact.objects(id=found.id).update(**{f"set__{name}": one for name, one in names.items()})
    return customer()


def talk(at: datetime = NOON, **changes: Any) -> None:
    """Jane wrote, and an agent is known who is looked up anew whenever it matters."""
    conversation(at, **changes)
    jane()


def writes(at: datetime) -> Message:
    """Jane writes again."""
    return received("Are you there?", now=at)


def agreed(level: str = "express", at: datetime = NOON) -> None:
    """Jane agreed to texts."""
    said = Statement("opt_in", "form", at, level=level, wording="Yes, text me.")
    consent.record(f"form:{level}", CUSTOMER, said, at)


def leaves(at: datetime, policy: Policy = POLICY) -> str | None:
    """The body of what leaves at that moment, if anything does; its author is known then."""
    agents.learn(person(), at)
    claim = outbox.claim("dispatch", at, TIMING.lease)
    if claim is None:
        return None
    step = dispatch.next_step(claim, at, policy, TIMING)
    outbox.release(claim)
    if not isinstance(step, Send):
        return None
    dispatch.record(step, accepted_as(new_sid()), at, TIMING)
    return step.text.body
