"""The facts that the gate is given are those of this moment, from the database."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.model import Author, Contact, Message, Thread
from domain.policy import Policy
from domain.rules.gate import Verdict
from domain.services import agents, consent, gate
from domain.services.consent import Statement
from domain.services.people import contacts
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    CUSTOMER,
    OURS,
    POLICY,
    SERVICE,
    THROUGH_SERVICE,
    later,
    person,
    received,
)

EVENING, NIGHT = later(hours=6), later(hours=9, minutes=40)
"""18:00 where the customer's number is and 21:00 in New York; 21:40 where it is."""
pytestmark = pytest.mark.usefixtures("db")


def verdict(
    now: datetime = NOON,
    purpose: str = "conversation",
    author: Author | None = None,
    sender: str = OURS,
    policy: Policy = POLICY,
) -> Verdict:
    """What the gate says about a text to the customer in their conversation, if there is one."""
    thread = Thread.objects(phone=CUSTOMER).first()
    return gate.ask(CUSTOMER, sender, thread and thread.id, purpose, author, now, policy)


def agreed(level: str, phone: str = CUSTOMER) -> None:
    """They said yes on a form."""
    said = Statement("opt_in", "form", NOON, level=level)
    consent.record(f"form:{phone}/{level}", phone, said, NOON)


def contact(phone: str = CUSTOMER, **known: Any) -> None:
    """What is known of them, besides their number."""
    if contacts.by_phone(phone) is None:
        contacts.add(Contact(first_name="Jo", phone=phone, phones=[phone]), NOON)
    Contact._get_collection().update_one({"phones": phone}, {"$set": known})


def advert(origin: str, phone: str, at: datetime, purpose: str = "marketing") -> None:
    """A text that was attempted then."""
    told = {"direction": "outbound", "status": "sent", "from_": OURS, "to": phone}
    Message(origin=origin, purpose=purpose, attempted_at=at, created_at=at, **told).save()


def test_a_number_that_nobody_has_met_is_not_texted() -> None:
    assert verdict().code == "OPT_IN_REQUIRED"


def test_a_customer_who_wrote_may_be_answered_for_a_day() -> None:
    received()
    assert verdict(later(hours=24)).reasons == ("wrote_recently",)
    assert verdict(later(hours=24, seconds=1)).code == "OPT_IN_REQUIRED"


def test_their_last_text_counts_not_their_first() -> None:
    received()
    received(now=later(hours=20))
    assert verdict(later(hours=30)).allowed


def test_a_yes_in_writing_allows_marketing() -> None:
    assert not verdict(purpose="marketing").allowed
    consent.record("form:1", CUSTOMER, Statement("opt_in", "form", NOON), NOON)
    assert not verdict(purpose="marketing").allowed
    written = Statement("opt_in", "form", NOON, level="written")
    consent.record("form:2", CUSTOMER, written, NOON)
    assert verdict(purpose="marketing").reasons == ("opted_in",)


def test_stop_is_seen_at_once() -> None:
    received()
    assert verdict(later(1)).allowed
    received("STOP", now=later(2))
    assert verdict(later(2)).code == "OPTED_OUT"


def test_a_no_from_one_of_their_numbers_holds_for_all_of_them() -> None:
    received()
    other = "+17605550199"
    Contact.objects(phones=CUSTOMER).update(push__phones=other)
    assert verdict().allowed
    consent.record("stop:1", other, Statement("opt_out", "keyword", NOON), NOON)
    assert verdict().code == "OPTED_OUT"
    consent.record("start:1", other, Statement("opt_in", "keyword", NOON, message_sid="SM1"), NOON)
    assert verdict().allowed


def test_a_sender_that_was_taken_away_is_seen_at_once() -> None:
    received()
    assert verdict(policy=Policy(numbers=("+17605550199",))).code == "NOT_CONFIGURED"


def test_the_messaging_service_is_a_sender_of_ours() -> None:
    received(service_sid=SERVICE, policy=THROUGH_SERVICE)
    assert verdict(sender=SERVICE, policy=THROUGH_SERVICE).allowed
    assert verdict(sender=SERVICE, policy=POLICY).code == "NOT_CONFIGURED"


def test_an_agent_who_became_a_guest_is_seen_at_once() -> None:
    received()
    ann = Author(kind="agent", key=AGENT)
    agents.learn(person(), NOON)
    assert verdict(author=ann).allowed
    agents.learn(person(guest=True), later(1))
    assert verdict(author=ann).code == "FORBIDDEN"


@pytest.mark.parametrize("kind", ["token", "system"])
def test_programs_and_the_system_may_send(kind: str) -> None:
    received()
    assert verdict(author=Author(kind=kind, key=AGENT)).allowed


def test_the_verdict_is_stored_with_its_rules_and_its_time() -> None:
    stored = gate.as_decision(verdict(), later(5))
    assert (stored["allowed"], stored["code"], stored["at"]) == (False, "OPT_IN_REQUIRED", later(5))
    assert stored["rulesVersion"]


def test_their_contact_says_where_they_are() -> None:
    """Row: §3.4"""
    agreed("written")
    assert verdict(EVENING, "marketing").earliest is None
    contact(timezone="America/New_York")
    assert verdict(EVENING, "marketing").reasons == ("quiet_hours", "federal", "usual")
    Contact._get_collection().update_one({"phones": CUSTOMER}, {"$unset": {"timezone": ""}})
    contact(address={"state": "FL", "zip": "33101"})
    assert verdict(EVENING, "marketing").reasons == ("quiet_hours", "federal", "usual", "FL")
    contact(address={"state": "HI"})
    assert verdict(EVENING, "marketing").allowed


def test_a_text_of_19_59_that_is_asked_again_at_20_01_waits_until_the_morning() -> None:
    """Rows: §1.1, §10.2"""
    agreed("written")
    made = NOON + timedelta(hours=7, minutes=59)
    assert verdict(made, "marketing").allowed
    later_ = verdict(made + timedelta(minutes=2), "marketing")
    assert (later_.code, later_.earliest) == ("QUIET_HOURS", NOON + timedelta(hours=21))


def test_a_florida_number_of_somebody_in_california_keeps_floridas_rules() -> None:
    """Rows: §2.FL, §10.2"""
    phone = "+13055550101"
    agreed("written", phone)
    contact(phone, address={"state": "CA", "city": "San Francisco"})
    law = replace(POLICY, consent=replace(POLICY.consent, hours="law"))
    evening = later(hours=8, minutes=30)  # 20:30 in California, where nothing narrows the hours
    assert gate.ask(phone, OURS, None, "marketing", None, evening, law).reasons == (
        "quiet_hours",
        "FL",
    )


@pytest.mark.parametrize("phone", ["+18005550107", "+16055550108"])
def test_toll_free_and_divided_numbers_have_the_narrowest_hours(phone: str) -> None:
    """Rows: §3.2, §3.5, §10.2"""
    agreed("written", phone)
    asked = {
        hour: gate.ask(phone, OURS, None, "marketing", None, NOON.replace(hour=hour), POLICY)
        for hour in (15, 19)
    }
    assert [one for one, said in asked.items() if said.allowed] == [19]


def test_three_advertisements_in_24_hours_to_all_numbers_of_a_person_are_enough() -> None:
    agreed("written")
    other = "+17605550199"
    contact(phones=[CUSTOMER, other])
    for number, (phone, ago) in enumerate([(CUSTOMER, 23), (other, 5), (CUSTOMER, 4), (other, 25)]):
        advert(f"ad:{number}", phone, later(hours=-ago))
    advert("info", CUSTOMER, later(hours=-1), purpose="informational")
    capped = verdict(purpose="marketing")
    assert (capped.reasons, capped.earliest) == (("daily_cap", "usual"), later(hours=1))
    assert verdict(purpose="informational").allowed
    assert verdict(later(hours=1), "marketing").allowed
    itself = gate.ask(CUSTOMER, OURS, None, "marketing", None, NOON, POLICY, origin="ad:1")
    assert itself.allowed, "an advertisement does not count itself"


def test_of_two_advertisements_that_begin_together_each_sees_the_other() -> None:
    agreed("written")
    for number, at in enumerate([later(hours=-2), later(hours=-1), NOON, later(seconds=1)]):
        advert(f"ad:{number}", CUSTOMER, at)
    for own, now in (("ad:2", NOON), ("ad:3", later(seconds=1))):
        again = gate.ask(CUSTOMER, OURS, None, "marketing", None, now, POLICY, origin=own)
        assert again.reasons == ("daily_cap", "usual")


def test_who_is_held_gets_nothing_automatic_until_a_working_day_is_over() -> None:
    received()
    agreed("written")
    consent.record("held:1", CUSTOMER, Statement("held", "keyword", NOON, level="none"), NOON)
    waits = verdict(later(60), "marketing")
    assert (waits.reasons, waits.earliest) == (("held",), later(days=1))
    assert verdict(later(60)).allowed


def test_an_answer_at_night_waits_for_a_persons_word() -> None:
    received(now=later(hours=9))
    asked = verdict(NIGHT)
    assert (asked.needs_confirmation, asked.earliest) == (True, NOON + timedelta(hours=20))
    thread = Thread.objects(phone=CUSTOMER).first()
    told = (CUSTOMER, OURS, thread.id, "conversation", None, NIGHT, POLICY)
    assert gate.ask(*told, confirmed=True).allowed


def test_a_yes_is_stored_without_empty_fields() -> None:
    received()
    stored = gate.as_decision(verdict(), NOON)
    assert None not in stored.values()
    assert stored["reasons"] == ["wrote_recently"]
