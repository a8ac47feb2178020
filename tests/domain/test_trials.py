"""A campaign's words are tried on one number, as a text like any other."""

from typing import Any

import pytest

from domain.errors import DomainError, InvalidInput, NotFound, Refused
from domain.model import Message, Recipient
from domain.services.campaigns.planning import trials
from domain.services.campaigns.showing import counting
from tests.clock import NOON
from tests.domain.audience import drafted, people, people_at, phone, strangers
from tests.domain.build import OURS, POLICY, TOKEN, later, received

pytestmark = pytest.mark.usefixtures("db")
MINE = "+17605550177"


def tried(made: Any, to: str = MINE, now: Any = NOON, key: str | None = None) -> Message:
    return trials.send(made.id, to, TOKEN, now, POLICY, key=key)


def test_it_is_a_text_with_the_values_of_that_numbers_contact() -> None:
    people_at([MINE])
    made = drafted(tags=("spring",))
    text = tried(made, "(760) 555-0177")
    assert (text.to, text.from_, text.purpose, text.status) == (MINE, OURS, "marketing", "queued")
    assert text.body.startswith("Hi P0!")
    assert "STOP" in text.body
    assert text.sent_by == TOKEN


def test_it_is_no_part_of_the_campaign() -> None:
    people_at([MINE])
    made = drafted(tags=("spring",))
    text = tried(made)
    assert (text.campaign_id, text.template_id, text.tags) == (None, None, ["test"])
    counts = counting.counted([made.to_mongo().to_dict()])[made.id]
    assert not any(vars(counts).values())
    assert Recipient.objects.count() == 0


def test_the_same_test_is_sent_once() -> None:
    people_at([MINE])
    made = drafted()
    first = tried(made)
    assert tried(made, now=later(30)).id == first.id
    assert tried(made, now=later(61)).id != first.id
    assert tried(made, key="click", now=later(90)).id == tried(made, key="click", now=later(999)).id
    assert tried(drafted(body="Other", key="2")).id != first.id


def test_without_consent_it_says_what_to_do_and_may_be_tried_after_that() -> None:
    made = drafted(body="Hello")
    with pytest.raises(Refused) as told:
        tried(made)
    assert told.value.code == "OPT_IN_REQUIRED"
    assert "Make a contact of this number first" in (told.value.help or "")
    strangers(1, 0)
    with pytest.raises(Refused) as told:
        tried(made, phone(0))
    assert "Record in the contact" in (told.value.help or "")
    assert Message.objects.count() == 0
    people_at([MINE])
    assert tried(made).status == "queued"


def test_who_said_stop_gets_no_test_either() -> None:
    people(1)
    received("STOP", sender=phone(0))
    with pytest.raises(Refused) as told:
        tried(drafted(), phone(0))
    assert told.value.code == "OPTED_OUT"
    assert "START" in (told.value.help or "")


@pytest.mark.parametrize(
    ("body", "to", "code"),
    [("In {city}", MINE, "MISSING_VARIABLE"), ("Hi", "call me", "INVALID_PHONE")],
)
def test_what_cannot_be_sent_is_said(body: str, to: str, code: str) -> None:
    people_at([MINE])
    with pytest.raises(InvalidInput) as told:
        tried(drafted(body=body), to)
    assert told.value.code == code
    assert "E.164" not in told.value.message
    assert Message.objects.count() == 0


def test_at_night_it_waits_like_any_other() -> None:
    people_at([MINE])
    text = tried(drafted(), now=later(hours=9))
    assert text.status == "scheduled"
    assert text.send_at
    assert text.send_at > later(hours=12)


def test_an_unknown_campaign_cannot_be_tried() -> None:
    with pytest.raises(NotFound):
        trials.send("x", MINE, TOKEN, NOON, POLICY)
    with pytest.raises(DomainError):
        trials.send(drafted().id, MINE, TOKEN, NOON, POLICY, key="")
