"""Answers to a number abroad whose zone nobody knows: a person says that they may leave."""

from datetime import datetime, timedelta

import pytest

from domain.errors import Refused
from domain.model import Author, Message
from domain.services import outbound
from domain.services.people import contacts
from domain.services.programs import previews, releasing
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    POLICY,
    TIMING,
    conversation,
    draft,
    due,
    fresh,
    later,
    queued,
    received,
    said,
)
from tests.domain.nights import leaves

SATELLITE = "+870773123456"
ANN = Author(kind="agent", key=AGENT, name="Ann Agent")
OURS = later(hours=17)
"""Eight in New York, the next day."""


@pytest.fixture(autouse=True)
def wrote(db: object) -> None:
    """Somebody on a ship wrote."""
    conversation(sender=SATELLITE)


def answer() -> Message:
    made = outbound.answer(said(), NOON, POLICY, TIMING)
    assert made
    return made


def test_a_program_is_told_that_nobody_knows_the_time_there() -> None:
    """Row: §3.5"""
    with pytest.raises(Refused) as no:
        queued("Hello", phone=SATELLITE, key="k1")
    assert (no.value.code, no.value.retry_at) == ("QUIET_HOURS", OURS)
    assert "Nobody knows what time it is" in no.value.message
    made = queued("Hello", phone=SATELLITE, key="k1", confirmed=True)
    assert leaves(NOON) == made.body


def test_it_plans_nothing_for_there_unconfirmed() -> None:
    with pytest.raises(Refused):
        queued("Hello", phone=SATELLITE, send_at=later(hours=1))
    seen = previews.preview(draft(phone=SATELLITE, patient=True), NOON, POLICY).verdict
    assert (seen.needs_confirmation, seen.earliest) == (True, OURS)
    made = queued("Hello", phone=SATELLITE, send_at=later(hours=1), confirmed=True)
    assert leaves(later(hours=1)) == made.body


def test_an_agent_is_asked_and_may_send_it_anyway() -> None:
    held = answer()
    assert (held.status, due(held, "dispatch")) == ("held", None)
    (asked,) = held.notices
    assert asked.text.startswith("Nobody knows what time it is where ")
    assert asked.choices[0].label == "Send anyway"
    outbound.release(held.id, NOON, ANN)
    assert leaves(NOON) == held.body


@pytest.mark.parametrize("at", [NOON, OURS + timedelta(hours=1)])
def test_the_moment_that_an_agent_chose_is_their_word(at: datetime) -> None:
    held = answer()
    releasing.at_opening(held.id, ANN, at)
    received("Hello?", at, sender=SATELLITE)
    assert leaves(max(at, OURS)) == held.body


def test_once_the_zone_is_set_it_leaves_by_its_clock() -> None:
    person = contacts.by_phone(SATELLITE)
    assert person
    contacts.update(person.id, {"timezone": "America/Los_Angeles"}, NOON)
    queued("Hello", phone=SATELLITE)
    assert leaves(NOON) == "Hello"


def test_what_may_leave_while_its_zone_is_known_is_asked_about_when_that_is_gone() -> None:
    person = contacts.by_phone(SATELLITE)
    assert person
    contacts.update(person.id, {"timezone": "America/Los_Angeles"}, NOON)
    held = answer()
    contacts.update(person.id, {"timezone": None}, NOON)
    assert leaves(later(10)) is None
    assert (fresh(held).status, fresh(held).question) == ("held", "night")
