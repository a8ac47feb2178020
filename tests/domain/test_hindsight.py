"""Could we text that person at that moment? The ledger and the texts of then decide."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from domain.model import Author, Contact, Message
from domain.policy import Policy
from domain.rules.gate import Verdict
from domain.services import agents, consent, gate, hindsight
from domain.services.consent import Statement
from domain.services.hindsight import Asked
from domain.services.people import contacts
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    CUSTOMER,
    OURS,
    POLICY,
    STRANGER,
    TOKEN,
    customer,
    later,
    person,
    received,
)

pytestmark = pytest.mark.usefixtures("db")
NOW = later(days=30)


@pytest.fixture
def jane() -> Contact:
    """A contact of two numbers, of whom nothing is known."""
    made = Contact(first_name="Jane", phone=CUSTOMER, phones=[CUSTOMER, STRANGER])
    return contacts.add(made, NOON)


def could(
    contact: Contact, at: datetime, purpose: str = "informational", policy: Policy = POLICY
) -> Verdict:
    """What the gate says of that moment, asked a month later."""
    return hindsight.can_text(Asked(contact, purpose, at, TOKEN), NOW, policy)


def said(action: str, days: float, phone: str = CUSTOMER) -> None:
    """Something was said then, and written down at once."""
    at = later(days=days)
    level = "none" if action == "opt_out" else "express"
    proof = "I agree." if action == "opt_in" else None
    told = Statement(action, "form", at, level=level, wording=proof)
    consent.record(f"test:{phone}/{days}", phone, told, at)


def test_consent_counts_from_when_it_was_given_until_it_was_revoked(jane: Contact) -> None:
    said("opt_in", 1)
    said("opt_out", 5)
    said("opt_in", 9)
    asked = {day: could(jane, later(days=day)) for day in (0.5, 1, 4, 5, 8, 9, 29)}
    assert [day for day, verdict in asked.items() if verdict.allowed] == [1, 4, 9, 29]
    assert asked[0.5].code == "OPT_IN_REQUIRED"
    assert asked[5].reasons == asked[8].reasons == ("opted_out",)


def test_what_was_recorded_later_counts_from_when_it_was_said(jane: Contact) -> None:
    consent.record("late", CUSTOMER, Statement("opt_in", "import", later(days=1)), later(days=20))
    assert could(jane, later(days=2)).allowed


def test_the_present_is_what_the_gate_itself_says(jane: Contact) -> None:
    received()
    for action, days in (("opt_in", 1), ("opt_out", 2), ("opt_in", 3)):
        said(action, days)
        for purpose in ("conversation", "marketing"):
            own = gate.ask(CUSTOMER, OURS, None, purpose, TOKEN, NOW, POLICY)
            assert could(jane, NOW, purpose) == own


def test_who_wrote_could_be_answered_for_a_day(jane: Contact) -> None:
    received(now=later(days=2))
    asked = {
        hours: could(jane, later(days=2, hours=hours), "conversation") for hours in (-1, 0, 24)
    }
    assert [hours for hours, verdict in asked.items() if verdict.allowed] == [0, 24]
    assert not could(jane, later(days=3, seconds=1), "conversation").allowed
    assert not could(jane, later(days=2, hours=1), "marketing").allowed


def test_they_may_have_written_to_any_of_our_numbers(jane: Contact) -> None:
    received(recipient="+17605550101", policy=Policy(numbers=(OURS, "+17605550101")))
    assert could(jane, later(60), "conversation").allowed


def test_the_first_number_decides_but_a_block_on_any_is_a_no(jane: Contact) -> None:
    said("opt_in", 1, phone=STRANGER)
    assert could(jane, later(days=2)).code == "OPT_IN_REQUIRED"
    said("opt_in", 3)
    assert could(jane, later(days=4)).allowed
    said("opt_out", 5, phone=STRANGER)
    assert could(jane, later(days=6)).code == "OPTED_OUT"
    assert could(jane, NOW).code == "OPTED_OUT"


def test_the_customers_own_words_count_in_the_past_too() -> None:
    received("Hello")
    received("STOP", now=later(hours=2))
    received("START", now=later(hours=4))
    jane = customer()
    asked = [could(jane, later(hours=hours)).code for hours in (1, 2, 3, 4)]
    assert asked == ["OPT_IN_REQUIRED", "OPTED_OUT", "OPTED_OUT", None]


def test_a_moment_to_come_is_judged_by_what_is_known_now(jane: Contact) -> None:
    said("opt_in", 1)
    assert could(jane, later(days=400)).allowed
    assert could(jane, datetime.max.replace(tzinfo=NOON.tzinfo)).allowed
    assert not could(jane, datetime.min.replace(tzinfo=NOON.tzinfo)).allowed


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu"])
def test_even_the_ends_of_time_have_an_answer(jane: Contact, zone: str) -> None:
    consent.record("w", CUSTOMER, Statement("opt_in", "form", NOON, level="written"), NOON)
    jane.timezone = zone
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    for purpose in ("marketing", "informational"):
        assert could(jane, first, purpose).code == "OPT_IN_REQUIRED"
        assert could(jane, last, purpose).code in (None, "QUIET_HOURS")


def test_the_hours_of_that_moment_count_where_they_are(jane: Contact) -> None:
    """Row: §3.6"""
    said("opt_in", 1)
    night = later(days=1, hours=10)  # 22:00 where the number is
    assert (could(jane, night).code, could(jane, night).earliest) == (
        "QUIET_HOURS",
        later(days=1, hours=20),
    )
    jane.timezone = "Pacific/Honolulu"
    assert could(jane, night).allowed


def test_what_they_had_had_in_the_24_hours_before_counts(jane: Contact) -> None:
    consent.record("w", CUSTOMER, Statement("opt_in", "form", NOON, level="written"), NOON)
    for number in range(3):
        at = later(days=1, hours=-number)
        told = {"direction": "outbound", "status": "sent", "from_": OURS, "to": STRANGER}
        text = Message(origin=f"ad:{number}", purpose="marketing", created_at=at, **told)
        text.attempted_at = at
        text.save()
    assert could(jane, later(days=1, seconds=1), "marketing").reasons == ("daily_cap", "usual")
    assert could(jane, later(days=1, hours=-1), "marketing").allowed
    assert could(jane, later(days=1, hours=23), "marketing").reasons[0] != "daily_cap"


def test_without_a_sender_nobody_can_be_texted(jane: Contact) -> None:
    said("opt_in", 1)
    assert could(jane, NOW, policy=Policy()).code == "NOT_CONFIGURED"


def test_one_who_may_not_send_cannot(jane: Contact) -> None:
    said("opt_in", 1)
    agents.learn(person(guest=True), NOON)
    guest = Author(kind="agent", key=AGENT)
    asked = Asked(jane, "informational", NOW, guest)
    assert hindsight.can_text(asked, NOW, POLICY).code == "FORBIDDEN"


def test_the_past_is_read_by_indexes_alone(jane: Contact, db: Database[dict[str, Any]]) -> None:
    received()
    said("opt_in", 1)
    db.command("profile", 2)
    could(jane, later(days=2))
    db.command("profile", 0)
    seen = list(db["system.profile"].find({"planSummary": {"$exists": True}}))
    db["system.profile"].drop()
    assert len(seen) >= 3
    assert [one["ns"] for one in seen if "COLLSCAN" in one["planSummary"]] == []
    assert [(one["ns"], one["command"]) for one in seen if one.get("hasSortStage")] == []
