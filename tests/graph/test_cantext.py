"""Could this person be texted, now or then, and why? The gate answers over the API."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.services import consent
from domain.services.consent import Statement
from tests.clock import NOON, FakeClock
from tests.graph.conftest import Api
from tests.graph.desk import POLICY, Program, conversation, person, program, text

QUERY = """query($id: ID!, $purpose: Purpose!, $at: DateTime) {
  canText(contactId: $id, purpose: $purpose, at: $at) { allowed reasons rulesVersion earliest
    needsConfirmation problem { code message help } } }"""
RECORD = """mutation($id: ID!, $input: ConsentInput!) { recordConsent(contactId: $id, input: $input)
  { __typename } }"""


def could(me: Program, contact_id: object, purpose: str = "INFORMATIONAL", at: Any = None) -> Any:
    """The verdict for that contact."""
    given = {"id": str(contact_id), "purpose": purpose, "at": at}
    return me.ask(QUERY, **given)["canText"]


def ago(days: float) -> str:
    return (NOON - timedelta(days=days)).isoformat()


def recorded(me: Program, contact_id: object, action: str, days: float) -> None:
    """Something that was said so many days ago is written down now."""
    said = {"action": action, "method": "FORM", "at": ago(days), "wording": "I agree to texts."}
    assert me.do(RECORD, id=str(contact_id), input=said)["__typename"] == "ConsentEvent"


def test_a_person_of_whom_nothing_is_known_is_not_texted(me: Program) -> None:
    verdict = could(me, person().id)
    assert (verdict["allowed"], verdict["reasons"]) == (False, ["no_consent"])
    assert verdict["problem"]["code"] == "OPT_IN_REQUIRED"
    assert verdict["problem"]["help"]
    assert verdict["rulesVersion"]


def test_advertising_needs_written_consent(me: Program) -> None:
    contact = person()
    recorded(me, contact.id, "OPT_IN", 30)
    assert could(me, contact.id)["allowed"]
    assert could(me, contact.id, "MARKETING")["reasons"] == ["no_written_consent"]


def test_what_is_too_late_says_when_it_may_leave_and_by_which_rules(me: Program) -> None:
    contact = person()
    recorded(me, contact.id, "OPT_IN", 30)
    evening = could(me, contact.id, at=(NOON + timedelta(hours=9)).isoformat())
    assert (evening["allowed"], evening["needsConfirmation"]) == (False, False)
    assert evening["reasons"] == ["quiet_hours", "federal"]
    assert evening["earliest"] == "2026-03-05T16:00:00.000Z"
    assert evening["problem"]["code"] == "QUIET_HOURS"
    assert "8:00 AM PST" in evening["problem"]["message"]


def test_the_past_is_judged_by_what_was_said_then(me: Program) -> None:
    contact = person()
    recorded(me, contact.id, "OPT_IN", 30)
    recorded(me, contact.id, "OPT_OUT", 10)
    asked = {days: could(me, contact.id, at=ago(days)) for days in (40, 30, 20, 10, 5)}
    assert [days for days, verdict in asked.items() if verdict["allowed"]] == [30, 20]
    assert asked[40]["problem"]["code"] == "OPT_IN_REQUIRED"
    assert asked[5]["problem"]["code"] == could(me, contact.id)["problem"]["code"] == "OPTED_OUT"


def test_who_wrote_may_be_answered_until_the_window_ends(me: Program, clock: FakeClock) -> None:
    contact = person()
    text(conversation(contact))
    assert could(me, contact.id, "CONVERSATION")["reasons"] == ["wrote_recently"]
    assert not could(me, contact.id, "CONVERSATION", ago(1))["allowed"]
    clock.advance(hours=24, seconds=1)
    assert not could(me, contact.id, "CONVERSATION")["allowed"]
    assert could(me, contact.id, "CONVERSATION", NOON.isoformat())["allowed"]


def test_a_block_on_any_of_their_numbers_is_a_no(me: Program) -> None:
    contact = person(phones=["+17605551234", "+17605550199"])
    recorded(me, contact.id, "OPT_IN", 30)
    assert could(me, contact.id)["allowed"]
    stop = Statement("opt_out", "keyword", NOON, level="none", message_sid="SM1")
    consent.record("twilio:SM1", "+17605550199", stop, NOON)
    assert could(me, contact.id)["problem"]["code"] == "OPTED_OUT"
    assert could(me, contact.id, at=ago(1))["allowed"]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_any_moment_may_be_asked_for(me: Program, at: str) -> None:
    assert not could(me, person().id, at=at)["allowed"]


@pytest.mark.parametrize("purpose", ["AUTO_REPLY", "HELP", "OPTOUT_CONFIRMATION"])
def test_our_own_purposes_are_not_asked_about(me: Program, purpose: str) -> None:
    refused = me.refused(QUERY, id=str(person().id), purpose=purpose)
    assert refused["extensions"]["code"] == "INVALID_INPUT"
    assert refused["extensions"]["fields"][0]["field"] == "purpose"


@pytest.mark.parametrize("contact_id", ["0" * 24, "nonsense", "\0", ""])
def test_nobody_unknown_is_judged(me: Program, contact_id: str) -> None:
    refused = me.refused(QUERY, id=contact_id, purpose="MARKETING")
    assert refused["extensions"]["code"] == "NOT_FOUND"


def test_without_a_sender_nobody_can_be_texted(api: Api) -> None:
    me = program(api(policy=replace(POLICY, numbers=())), "read")
    assert could(me, person().id)["problem"]["code"] == "NOT_CONFIGURED"
