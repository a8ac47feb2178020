"""The facts that the gate is given are those of this moment, from the database."""

from datetime import datetime

import pytest

from domain.model import Author, Contact, Thread
from domain.policy import Policy
from domain.rules.gate import Verdict
from domain.services import agents, consent, gate
from domain.services.consent import Statement
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


def test_a_yes_is_stored_without_empty_fields() -> None:
    received()
    stored = gate.as_decision(verdict(), NOON)
    assert None not in stored.values()
    assert stored["reasons"] == ["wrote_recently"]
