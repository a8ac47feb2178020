"""Texts over the API after they were made: changed, put off, tried again, corrected."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from domain.model import Message, Number, Thread
from tests.clock import NOON, FakeClock
from tests.graph.desk import Program, answered, conversation, person, text
from tests.graph.test_texts import CANCEL, RELEASE, send

SHOWN = """{ __typename
  ... on Message { id status body segments sendAt origin tags purpose
    retryOf { id status } correctionOf { id body } thread { id } }
  ... on Problem { code message help retryAt conflictId fields { field message } } }"""
UPDATE = f"mutation($id: ID!, $body: String!) {{ updateMessage(id: $id, body: $body) {SHOWN} }}"
MOVE = f"""mutation($id: ID!, $at: DateTime!) {{
  rescheduleMessage(id: $id, sendAt: $at) {SHOWN} }}"""
RETRY = f"mutation($id: ID!) {{ retryMessage(id: $id) {SHOWN} }}"
CORRECT = f"""mutation($id: ID!, $body: String!) {{
  sendCorrection(id: $id, body: $body) {SHOWN} }}"""
JANE = "+17605551234"
WRONG_IDS = ["", "nonsense", "0" * 24, "x\0", "é" * 100, "1" * 10_000]


@pytest.fixture
def thread() -> Thread:
    """Jane has agreed and written."""
    Number(phone=JANE, level="express", consent_at=NOON).save()
    made = conversation(person(JANE))
    text(made)
    return made


@pytest.fixture
def later(me: Program, thread: Thread) -> dict[str, Any]:
    """A text for two hours later."""
    return send(me, threadId=str(thread.id), body="At nine", sendAt="2026-03-04T22:00:00Z")


def test_a_scheduled_text_gets_new_words(me: Program, later: dict[str, Any]) -> None:
    changed = me.do(UPDATE, id=later["id"], body="At ten " + "x" * 160)
    assert (changed["body"][:6], changed["segments"]) == ("At ten", 2)
    assert (changed["status"], changed["sendAt"]) == ("SCHEDULED", later["sendAt"])


@pytest.mark.parametrize(
    ("body", "code"),
    [("", "MESSAGE_EMPTY"), ("x" * 1601, "MESSAGE_TOO_LONG"), ("a\0b", "INVALID_INPUT")],
)
def test_words_that_cannot_be_sent_are_a_problem(
    me: Program, later: dict[str, Any], body: str, code: str
) -> None:
    problem = me.do(UPDATE, id=later["id"], body=body)
    assert (problem["code"], problem["fields"][0]["field"]) == (code, "body")
    assert Message.objects.get(id=later["id"]).body == "At nine"


@pytest.mark.parametrize("body", ["مرحبا", "👩‍👩‍👧‍👦" * 50, "\u202eabc", "Zürich – 9 €"])
def test_words_in_any_script_are_taken(me: Program, later: dict[str, Any], body: str) -> None:
    assert me.do(UPDATE, id=later["id"], body=body)["body"] == body


def test_words_that_have_left_are_too_late_and_can_be_corrected(
    me: Program, thread: Thread
) -> None:
    gone = answered(thread, twilio_sid="SM1", body="At nine")
    problem = me.do(UPDATE, id=str(gone.id), body="At ten")
    assert (problem["code"], problem["help"]) == ("TOO_LATE", "To put it right, send a correction.")
    made = me.do(CORRECT, id=str(gone.id), body="At ten")
    assert made["correctionOf"] == {"id": str(gone.id), "body": "At nine"}
    assert (made["status"], made["thread"], made["retryOf"]) == (
        "QUEUED",
        {"id": str(thread.id)},
        None,
    )
    assert me.do(CORRECT, id=str(gone.id), body="At ten")["id"] == made["id"]


def test_a_scheduled_text_is_put_off_and_brought_forward(
    me: Program, later: dict[str, Any]
) -> None:
    moved = me.do(MOVE, id=later["id"], at="2026-03-05T08:00:00-08:00")
    assert (moved["status"], moved["sendAt"]) == ("SCHEDULED", "2026-03-05T16:00:00.000Z")
    at_once = me.do(MOVE, id=later["id"], at="2026-03-04T20:00:00Z")
    assert (at_once["status"], at_once["sendAt"]) == ("QUEUED", None)
    assert me.do(MOVE, id=later["id"], at="2026-03-05T16:00:00Z")["code"] == "TOO_LATE"


@pytest.mark.parametrize(
    "at", ["2026-03-04T19:58:00Z", "0001-01-01T00:00:00Z", "2027-03-10T00:00:00Z", "9999-12-31"]
)
def test_a_time_that_has_passed_or_is_too_far_is_a_problem(
    me: Program, later: dict[str, Any], at: str
) -> None:
    problem = me.do(MOVE, id=later["id"], at=at)
    assert (problem["code"], problem["fields"][0]["field"]) == ("INVALID_INPUT", "sendAt")
    assert Message.objects.get(id=later["id"]).status == "scheduled"


def test_a_text_for_a_far_away_day_is_not_taken(me: Program, thread: Thread) -> None:
    problem = send(me, threadId=str(thread.id), body="Later", sendAt="9999-12-31T00:00:00Z")
    assert (problem["code"], problem["fields"]) == ("INVALID_INPUT", [{"field": "sendAt"}])


def test_a_failed_text_is_tried_again_once(me: Program, thread: Thread) -> None:
    failed = answered(thread, status="failed", body="At nine", tags=["crm"])
    first = me.do(RETRY, id=str(failed.id))
    assert first["retryOf"] == {"id": str(failed.id), "status": "FAILED"}
    assert (first["body"], first["tags"], first["status"]) == ("At nine", ["crm"], "QUEUED")
    assert me.do(RETRY, id=str(failed.id)) == first


def test_clicks_at_the_same_moment_are_one_text(me: Program, thread: Thread) -> None:
    failed = answered(thread, status="undelivered")
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: me.do(RETRY, id=str(failed.id)), range(6)))
    assert len({one["id"] for one in made}) == 1
    assert Message.objects(retry_of=failed.id).count() == 1


@pytest.mark.parametrize("status", ["unknown", "queued", "delivered"])
def test_what_may_have_arrived_is_a_conflict(me: Program, thread: Thread, status: str) -> None:
    problem = me.do(RETRY, id=str(answered(thread, status=status).id))
    assert problem["code"] == "CONFLICT"
    assert problem["message"]


def test_somebody_who_left_gets_neither_a_try_nor_a_correction(me: Program, thread: Thread) -> None:
    failed, gone = answered(thread, status="failed"), answered(thread, status="delivered")
    Number.objects(phone=JANE).update(set__blocked=True)
    before = Message.objects.count()
    assert me.do(RETRY, id=str(failed.id))["code"] == "OPTED_OUT"
    assert me.do(CORRECT, id=str(gone.id), body="At ten")["code"] == "OPTED_OUT"
    assert Message.objects.count() == before


@pytest.mark.parametrize("wrong", WRONG_IDS, ids=lambda wrong: wrong[:8])
def test_a_text_that_does_not_exist_is_not_found(me: Program, wrong: str) -> None:
    moved = {"at": "2026-03-05T16:00:00Z"}
    asks: list[tuple[str, dict[str, str]]] = [
        (UPDATE, {"body": "x"}),
        (MOVE, moved),
        (RETRY, {}),
        (CORRECT, {"body": "x"}),
        (CANCEL, {}),
        (RELEASE, {}),
    ]
    assert [me.do(query, id=wrong, **more)["code"] for query, more in asks] == ["NOT_FOUND"] * 6


def test_an_id_of_another_kind_is_not_found(me: Program, thread: Thread) -> None:
    assert me.do(RETRY, id=str(thread.id))["code"] == "NOT_FOUND"


def test_what_cannot_be_called_back_or_released_says_why(
    me: Program, later: dict[str, Any], thread: Thread
) -> None:
    problem = me.do(RELEASE, id=later["id"])
    assert problem == {"code": "CONFLICT", "message": "This text is scheduled, not held."}
    problem = me.do(CANCEL, id=str(answered(thread, twilio_sid="SM2").id))
    assert problem == {"code": "TOO_LATE", "message": "This text has left already."}
    me.do(CANCEL, id=later["id"])
    problem = me.do(CANCEL, id=later["id"])
    assert problem["message"] == "This text was called back, so nothing will leave."


def test_a_key_is_honoured_for_a_day_and_more(
    me: Program, thread: Thread, clock: FakeClock
) -> None:
    wish = {"threadId": str(thread.id), "body": "Hello", "idempotencyKey": "k1"}
    first = send(me, **wish)
    clock.advance(days=2)
    assert send(me, **wish)["id"] == first["id"]


@pytest.mark.parametrize(
    "other",
    [
        {"tags": ["x"]},
        {"purpose": "INFORMATIONAL"},
        {"sendAt": "2026-03-05T10:00:00Z"},
        {"mediaUrls": ["https://m.example/1"]},
    ],
)
def test_a_key_with_any_other_wish_is_a_conflict(
    me: Program, thread: Thread, other: dict[str, Any]
) -> None:
    wish = {"threadId": str(thread.id), "body": "Hello", "idempotencyKey": "k1"}
    first = send(me, **wish)
    problem = send(me, **(wish | other))
    assert (problem["code"], problem["conflictId"]) == ("CONFLICT", first["id"])
    assert Message.objects(direction="outbound").count() == 1


def test_requests_at_the_same_moment_with_one_key_are_one_text(me: Program, thread: Thread) -> None:
    wish = {"threadId": str(thread.id), "body": "Hello", "idempotencyKey": "k1"}
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: send(me, **wish), range(6)))
    assert len({one["id"] for one in made}) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"idempotencyKey": "k" * 201}, "idempotencyKey"),
        ({"idempotencyKey": ""}, "idempotencyKey"),
        ({"tags": ["t" * 51]}, "tags"),
        ({"tags": [str(n) for n in range(51)]}, "tags"),
        ({"mediaUrls": ["https://m.example/" + "x" * 2_000]}, "mediaUrls"),
        ({"senderId": "s" * 65}, "senderId"),
    ],
)
def test_what_is_beyond_the_limits_is_named(
    me: Program, thread: Thread, said: dict[str, Any], field: str
) -> None:
    problem = send(me, threadId=str(thread.id), body="Hello", **said)
    assert problem["fields"] == [{"field": field}]
    assert Message.objects(direction="outbound").count() == 0


def test_confirming_quiet_hours_is_accepted(me: Program, thread: Thread) -> None:
    sent = send(me, threadId=str(thread.id), body="Hello", confirmQuietHours=True)
    assert sent["status"] == "QUEUED"
