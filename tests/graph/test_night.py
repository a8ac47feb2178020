"""Texts into the night over the API: told, confirmed, put off, and let go."""

from datetime import timedelta
from typing import Any

import pytest

from domain.model import Message, Number, Thread
from tests.clock import NOON, FakeClock
from tests.domain.nights import MORNING, NIGHT
from tests.graph.desk import Program, answered, conversation, person, text

JANE = "+17605551234"
AT_EIGHT = "2026-03-05T16:00:00.000Z"
SHOWN = """{ __typename
  ... on Message { id status sendAt body decision { allowed earliest needsConfirmation reasons
    problem { code message retryAt } } }
  ... on Problem { code message help retryAt conflictId } }"""
SEND = f"mutation($input: SendMessageInput!) {{ sendMessage(input: $input) {SHOWN} }}"
SEND_ALL = f"mutation($input: SendMessagesInput!) {{ sendMessages(input: $input) {SHOWN} }}"
RELEASE = f"mutation($id: ID!) {{ releaseMessage(id: $id) {SHOWN} }}"
MOVE = f"""mutation($id: ID!, $at: DateTime!) {{
  rescheduleMessage(id: $id, sendAt: $at) {SHOWN} }}"""
UPDATE = f"mutation($id: ID!, $body: String!) {{ updateMessage(id: $id, body: $body) {SHOWN} }}"
RETRY = f"""mutation($id: ID!, $yes: Boolean) {{
  retryMessage(id: $id, confirmQuietHours: $yes) {SHOWN} }}"""
CORRECT = f"""mutation($id: ID!, $yes: Boolean) {{
  sendCorrection(id: $id, body: "Other words", confirmQuietHours: $yes) {SHOWN} }}"""
PREVIEW = """query($input: SendMessageInput!) { previewMessage(input: $input) {
  decision { allowed earliest needsConfirmation problem { code retryAt } } } }"""
MAY = """query($id: ID!, $at: DateTime) { canText(contactId: $id, purpose: CONVERSATION, at: $at) {
  allowed earliest needsConfirmation problem { code retryAt } } }"""


@pytest.fixture
def thread(clock: FakeClock) -> Thread:
    """Jane, who agreed, wrote at noon; now it is twenty to twelve at night."""
    Number(phone=JANE, level="express", consent_at=NOON).save()
    made = conversation(person(JANE))
    text(made)
    clock.set(NIGHT)
    return made


def send(me: Program, thread: Thread, **said: Any) -> dict[str, Any]:
    return dict(me.do(SEND, input={"threadId": str(thread.id), "body": "On my way"} | said))


def informational(me: Program, thread: Thread) -> dict[str, Any]:
    return send(me, thread, purpose="INFORMATIONAL")


def test_an_answer_at_night_is_a_problem_with_two_ways_out(me: Program, thread: Thread) -> None:
    problem = send(me, thread, idempotencyKey="k")
    assert (problem["code"], problem["retryAt"]) == ("QUIET_HOURS", AT_EIGHT)
    assert "confirmQuietHours" in problem["help"]
    assert "sendAt" in problem["help"]
    assert problem["conflictId"] is None
    assert Message.objects(direction="outbound").count() == 0


def test_the_same_key_works_with_the_confirmation(me: Program, thread: Thread) -> None:
    send(me, thread, idempotencyKey="k")
    sent = send(me, thread, idempotencyKey="k", confirmQuietHours=True)
    assert (sent["status"], sent["decision"]["allowed"]) == ("QUEUED", True)
    assert send(me, thread, idempotencyKey="k")["id"] == sent["id"]


def test_the_same_key_works_in_the_morning(me: Program, thread: Thread, clock: FakeClock) -> None:
    send(me, thread, idempotencyKey="k")
    clock.set(MORNING)
    assert send(me, thread, idempotencyKey="k")["status"] == "QUEUED"


def test_preview_and_can_text_say_the_same(me: Program, thread: Thread) -> None:
    said = {"threadId": str(thread.id), "body": "On my way"}
    asked = {
        "allowed": False,
        "earliest": AT_EIGHT,
        "needsConfirmation": True,
        "problem": {"code": "QUIET_HOURS", "retryAt": AT_EIGHT},
    }
    assert me.ask(PREVIEW, input=said)["previewMessage"]["decision"] == asked
    assert me.ask(MAY, id=str(thread.contact_id))["canText"] == asked
    sure = me.ask(PREVIEW, input=said | {"confirmQuietHours": True})["previewMessage"]["decision"]
    assert (sure["allowed"], sure["earliest"]) == (True, None)


def test_another_text_is_taken_for_the_morning(me: Program, thread: Thread) -> None:
    made = informational(me, thread)
    assert (made["status"], made["sendAt"]) == ("SCHEDULED", AT_EIGHT)
    decision = made["decision"]
    assert (decision["allowed"], decision["earliest"]) == (False, AT_EIGHT)
    assert decision["problem"]["code"] == "QUIET_HOURS"
    assert not decision["needsConfirmation"]


def test_it_can_be_reworded_and_moved_but_not_let_go(me: Program, thread: Thread) -> None:
    made = informational(me, thread)
    changed = me.do(UPDATE, id=made["id"], body="Other words")
    assert (changed["body"], changed["status"]) == ("Other words", "SCHEDULED")
    problem = me.do(RELEASE, id=made["id"])
    assert (problem["code"], problem["retryAt"]) == ("QUIET_HOURS", AT_EIGHT)
    night = (NIGHT + timedelta(days=1)).isoformat()
    moved = me.do(MOVE, id=made["id"], at=night)
    assert (moved["status"], moved["sendAt"]) == ("SCHEDULED", "2026-03-06T16:00:00.000Z")


def test_to_let_an_answer_go_is_to_confirm_it(me: Program, thread: Thread) -> None:
    made = send(me, thread, sendAt=(NIGHT + timedelta(minutes=5)).isoformat())
    assert (made["status"], made["sendAt"]) == ("SCHEDULED", AT_EIGHT)
    assert me.do(RELEASE, id=made["id"])["status"] == "QUEUED"
    assert Message.objects.get(id=made["id"]).quiet_confirmed


def test_each_recipient_has_an_answer(me: Program, thread: Thread) -> None:
    to, said = [JANE, "+12125550123"], {"body": "On my way"}
    first, second = me.do(SEND_ALL, input={"to": to, "message": said})
    assert (first["code"], first["retryAt"]) == ("QUIET_HOURS", AT_EIGHT)
    assert second["code"] == "OPT_IN_REQUIRED"
    sure = me.do(SEND_ALL, input={"to": [JANE], "message": said | {"confirmQuietHours": True}})
    assert [one["status"] for one in sure] == ["QUEUED"]


@pytest.mark.parametrize(("once_more", "status"), [(RETRY, "failed"), (CORRECT, "delivered")])
def test_once_more_at_night_is_confirmed_too(
    me: Program, thread: Thread, once_more: str, status: str
) -> None:
    sent = answered(thread, status=status)
    problem = me.do(once_more, id=str(sent.id))
    assert (problem["code"], problem["retryAt"]) == ("QUIET_HOURS", AT_EIGHT)
    assert me.do(once_more, id=str(sent.id), yes=True)["status"] == "QUEUED"
