"""Consent that comes with a table: into the ledger with its proof, never over somebody's no."""

from datetime import UTC, datetime
from typing import Any

import pytest
from mongoengine.connection import get_db

from domain.model import Contact, Message
from domain.rules.consent.privacy import hashed
from domain.services import consent, numbers
from domain.services.consent import Entry, Statement, forgetting, keys
from domain.services.people import contacts
from tests.clock import NOON
from tests.domain.build import later, queued
from tests.domain.tables import (
    JANE,
    JOE,
    POLICY,
    counts,
    csv,
    finished,
    handed_in,
    imported,
    person,
    report,
    row,
)
from tests.ledger import entries

pytestmark = pytest.mark.usefixtures("db")
DAY = datetime(2025, 5, 17, 9, 30, tzinfo=UTC)
AGREED = {
    "smsOptIn": "yes",
    "consentLevel": "written",
    "consentDate": "2025-05-17T09:30:00Z",
    "consentIp": "203.0.113.7",
    "consentWording": "I agree to texts.",
    "consentEvidence": "https://example.com/form/7",
    "consentMethod": "web form",
}
NO_ADVERTS = "This person wants no advertising: an import does not undo that, the rest was read."
KEPT_OUT = "This person has opted out: the rest was read, an import does not undo that."


def stop(phone: str = JANE) -> None:
    """That person said no by themselves."""
    said = Statement("opt_out", "keyword", NOON, level="none", message_sid="SM1")
    consent.record(f"twilio:{phone}", phone, said, NOON)


def events(phone: str = JANE) -> list[Entry]:
    return entries(phone)


def mirrored(phone: str = JANE) -> tuple[bool, bool, bool, Any, Any]:
    """What the contact shows: (texts, advertising, disclosed, when, from where)."""
    contact = person(phone)
    said = contact.consent
    return contact.preferences.sms_opt_in, said.marketing, said.tcpa, said.date, said.ip


def test_a_yes_goes_into_the_ledger_with_all_of_its_proof() -> None:
    made = imported(row(**AGREED))
    (event,) = events()
    assert (event.action, event.level, event.method, event.at) == (
        "opt_in",
        "written",
        "import",
        DAY,
    )
    assert (event.wording, event.ip) == ("I agree to texts.", "203.0.113.7")
    assert (event.evidence_url, event.note) == (
        "https://example.com/form/7",
        "Given by: web form",
    )
    assert event.origin == f"import:{made.id}/2"
    assert (event.contact_id, event.recorded_by.key) == (person().id, "token1")


def test_the_number_and_the_contact_show_it() -> None:
    imported(row(**AGREED))
    number = numbers.state_of(JANE)
    assert (number.level, number.consent_at, number.disclosed) == ("written", DAY, True)
    assert mirrored() == (True, True, True, DAY, "203.0.113.7")
    assert person().rev == 1


def test_the_ledger_comes_to_the_same_as_when_it_is_told_one_by_one() -> None:
    imported(row(**AGREED))
    contacts.add(Contact(first_name="Joe", phone=JOE), NOON)
    said = Statement("opt_in", "import", DAY, level="written", wording="w", ip="203.0.113.7")
    consent.record("form:1", JOE, said, NOON)
    assert mirrored(JANE) == mirrored(JOE)
    one, other = (numbers.state_of(phone).to_mongo().to_dict() for phone in (JANE, JOE))
    same = {"blocked", "level", "consentAt", "disclosed"}
    assert {key: one.get(key) for key in same} == {key: other.get(key) for key in same}
    ids = [keys.current(phone) for phone in (JANE, JOE)]
    stored, told = (get_db()["ledger"].find_one({"number": one}) for one in ids)
    assert stored
    assert told
    assert set(told) == set(stored) - {"evidenceUrl", "note"}


def test_a_bare_yes_is_express_and_of_the_day_of_the_import() -> None:
    imported(row(smsOptIn="yes"))
    (event,) = events()
    assert (event.level, event.at, event.note) == ("express", NOON, None)
    assert mirrored() == (True, False, False, NOON, None)


@pytest.mark.parametrize("cell", ["no", ""])
def test_a_box_that_was_not_ticked_says_nothing(cell: str) -> None:
    imported(row(smsOptIn=cell, consentDate="2025-05-17"))
    assert events() == []
    assert numbers.state_of(JANE).level == "none"


def test_a_yes_that_is_known_is_not_told_again() -> None:
    for said in (AGREED, AGREED, {"smsOptIn": "yes"}):
        imported(row(**said))
    assert len(events()) == 1


def test_a_stronger_yes_is_told_and_a_weaker_one_takes_nothing_away() -> None:
    for level in ("express", "written", "express"):
        imported(row(smsOptIn="yes", consentLevel=level))
    assert [event.level for event in events()] == ["express", "written"]
    assert numbers.state_of(JANE).level == "written"


def test_a_yes_never_lifts_a_block_but_the_rest_is_read() -> None:
    imported(row())
    stop()
    made = imported(row(city="Vista", **AGREED))
    assert report(made) == [(2, "smsOptIn", KEPT_OUT)]
    assert counts(made) == (0, 1, 0)
    assert numbers.state_of(JANE).blocked
    assert [event.action for event in events()] == ["opt_out"]
    assert mirrored()[0] is False


def test_an_import_does_not_undo_a_no_to_advertising() -> None:
    """Row: §6"""
    imported(row(**AGREED))
    said = Statement("opt_out", "email", NOON, level="none", scope="program")
    consent.record("api:1", JANE, said, NOON)
    made = imported(row(**AGREED | {"consentDate": "2026-03-04"}), now=later(60))
    assert report(made) == [(2, "consentLevel", NO_ADVERTS)]
    assert mirrored()[:2] == (True, False)


def test_a_new_contact_of_a_blocked_number_stays_blocked() -> None:
    stop()
    made = imported(row(**AGREED))
    assert (counts(made), len(report(made))) == ((1, 0, 0), 1)
    assert mirrored()[0] is False


def test_a_no_of_one_number_is_a_no_of_the_person() -> None:
    stop(JOE)
    made = imported(row(otherPhones=JOE, **AGREED))
    assert report(made) == [(2, "smsOptIn", KEPT_OUT)]
    assert numbers.state_of(JANE).level == "none"


def test_who_was_forgotten_is_not_texted_when_a_table_brings_them_back() -> None:
    stop()
    forgetting.forget(JANE, hashed(JANE, POLICY.secret), NOON)
    made = imported(row(**AGREED))
    assert report(made) == [(2, "smsOptIn", KEPT_OUT)]
    assert numbers.state_of(JANE).blocked


@pytest.mark.parametrize(
    ("cell", "at"), [("yes", NOON), ("2025-05-17T09:30:00Z", DAY), ("5/17/2025 9:30", DAY)]
)
def test_a_no_is_recorded_for_all_numbers_of_the_person(cell: str, at: datetime) -> None:
    imported(row(otherPhones=JOE, smsOptIn="yes"))
    imported(row(optedOut=cell))
    for phone in (JANE, JOE):
        number = numbers.state_of(phone)
        assert (number.blocked, number.blocked_at) == (True, at)
        assert events(phone)[-1].action == "opt_out"
    assert mirrored()[0] is False


def test_a_no_beside_a_yes_is_a_no() -> None:
    imported(row(optedOut="yes", **AGREED))
    assert [event.action for event in events()] == ["opt_out"]
    assert numbers.state_of(JANE).blocked_at == DAY


def test_a_no_that_is_known_is_not_told_again() -> None:
    for _ in range(2):
        imported(row(optedOut="yes"))
    assert len(events()) == 1


def test_a_no_calls_back_what_waits_to_leave() -> None:
    imported(row(smsOptIn="yes"))
    waiting = queued(phone=JANE)
    imported(row(optedOut="yes"))
    assert Message.objects.get(id=waiting.id).status == "canceled"


def test_a_dry_run_calls_nothing_back_and_tells_what_would_be_refused() -> None:
    stop(JOE)
    imported(row(smsOptIn="yes"))
    waiting = queued(phone=JANE)
    dry = imported(row(optedOut="yes"), row(JOE, "Joe", **AGREED), dry_run=True)
    assert report(dry) == [(3, "smsOptIn", KEPT_OUT)]
    assert Message.objects.get(id=waiting.id).status != "canceled"
    assert not numbers.state_of(JANE).blocked


def test_two_rows_of_one_number_are_judged_in_their_order() -> None:
    made = imported(row(optedOut="yes"), row(smsOptIn="yes"))
    assert [(line, column) for line, column, _ in report(made)] == [(3, "smsOptIn")]
    assert numbers.state_of(JANE).blocked


def test_a_stop_that_comes_meanwhile_is_not_undone() -> None:
    made = handed_in(csv(row(**AGREED)))
    database = get_db()
    database["numbers"].insert_one({"phone": JANE, "blocked": True, "level": "none"})
    after = finished(made)
    assert report(after) == [(2, "smsOptIn", KEPT_OUT)]
