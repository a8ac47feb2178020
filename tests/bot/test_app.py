"""The product's door for Slack, over HTTP: who is believed, and what every request is answered."""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.services import agents
from tests.bot.events import AGENT, CHANNEL, TEAM, TS, deleted, edited, envelope, our_post, typed
from tests.bot.office import Office, answers, conversation, product, signature
from tests.clock import FakeClock
from tests.conftest import Serve

JSON = "application/json"
OTHER_VIEW = {"type": "modal", "callback_id": "other", "id": "V1"}


@pytest.fixture
def office(db: object, clock: FakeClock, serve: Serve) -> Office:
    """The product, with the clock at the time of the events."""
    return Office(serve(product(clock)), clock)


def test_an_agents_message_is_committed_before_it_is_acknowledged(office: Office) -> None:
    conversation(office.clock)
    assert office.event(typed("See you at 5")).status_code == 200
    (answer,) = answers()
    assert (answer.body, answer.status) == ("See you at 5", "held")
    assert answer.origin == f"slack:{TEAM}/{CHANNEL}/{TS}"
    assert answer.sent_by is not None
    assert answer.sent_by.key == AGENT


def test_one_event_is_one_text_however_often_it_comes(office: Office) -> None:
    conversation(office.clock)
    for _ in range(3):
        assert office.event(typed()).status_code == 200
    assert len(answers()) == 1


def test_an_edit_changes_the_held_text(office: Office) -> None:
    conversation(office.clock)
    office.event(typed("Se you"))
    office.event(edited("See you"))
    assert [answer.body for answer in answers()] == ["See you"]


def test_a_deletion_cancels_the_held_text(office: Office) -> None:
    conversation(office.clock)
    office.event(typed())
    office.event(deleted())
    assert [answer.status for answer in answers()] == ["canceled"]


def test_a_deletion_that_overtakes_its_message_is_final(office: Office) -> None:
    conversation(office.clock)
    office.event(deleted())
    office.event(typed())
    assert [answer.status for answer in answers()] == ["canceled"]


def test_a_file_is_waited_for(office: Office) -> None:
    conversation(office.clock)
    office.event(typed("Look", subtype="file_share", files=[{"id": "F1"}]))
    (answer,) = answers()
    assert (answer.status, [one.source for one in answer.wanted]) == ("held", ["F1"])


@pytest.mark.parametrize(
    "event",
    [
        typed(thread_ts="1772650000.000100"),
        typed(thread_ts="1772650000.000100", subtype="thread_broadcast"),
        edited("New", thread_ts="1772650000.000100"),
        deleted(thread_ts="1772650000.000100"),
        our_post(),
        typed(channel="C0ELSEWHERE"),
        {"type": "reaction_added", "user": AGENT, "item": {"channel": CHANNEL}},
        {"type": "something_new"},
        {"type": "app_home_opened", "user": AGENT},
        {"type": "message", "subtype": "message_changed"},
    ],
)
def test_everything_else_is_acknowledged_and_sends_nothing(
    office: Office, event: dict[str, Any]
) -> None:
    conversation(office.clock)
    assert office.event(event).status_code == 200
    assert not answers()


@pytest.mark.parametrize(
    "text", ["", "   ", "x" * 1601, "<@U0NOBODY>", ":not_an_emoji:", "\x00\ud83d"]
)
def test_any_wording_is_taken(office: Office, text: str) -> None:
    conversation(office.clock)
    assert office.event(typed(text)).status_code == 200
    assert len(answers()) == 1


def test_somebody_of_another_organisation_is_refused(office: Office) -> None:
    conversation(office.clock)
    office.event(typed(user="U0STRANGER", user_team="T0OTHERCORP"))
    (answer,) = answers()
    assert (answer.status, answer.error_message) == ("refused", answer.decision.message)  # type: ignore[union-attr]


def test_a_signed_challenge_is_answered(office: Office) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    assert office.post(body, JSON).json() == {"challenge": "abc"}


@pytest.mark.parametrize(
    "headers",
    [
        {"x-slack-signature": ""},
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": "nonsense"},
        {"x-slack-request-timestamp": ""},
        {"x-slack-request-timestamp": "abc"},
        {"x-slack-request-timestamp": "12.5"},
        {"x-slack-request-timestamp": "9" * 40},
        {"x-slack-request-timestamp": str(int(time.time()) - 900)},
    ],
)
def test_what_is_not_signed_is_not_believed(office: Office, headers: dict[str, str]) -> None:
    conversation(office.clock)
    body = json.dumps(envelope(typed())).encode()
    assert office.post(body, JSON, **headers).status_code == 401
    assert not answers()


def test_an_old_signature_is_not_believed(office: Office) -> None:
    body = json.dumps(envelope(typed())).encode()
    old = signature(body, at=time.time() - 301)
    assert office.post(body, JSON, **old).status_code == 401


def test_a_body_changed_on_the_way_is_not_believed(office: Office) -> None:
    body = json.dumps(envelope(typed())).encode()
    assert office.post(body + b" ", JSON, **signature(body)).status_code == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", JSON),
        (b"[]", JSON),
        (b"[" * 100_000, JSON),
        (b'{"event": "text"}', JSON),
        (b'{"event": {"type": []}}', JSON),
        (b'{"authorizations": "x", "event": {"type": "message"}}', JSON),
        (b'{"authorizations": [5], "event": {"type": "message"}}', JSON),
        (b'{"type": {}}', JSON),
        (b'{"type": "block_actions", "user": {"id": "U1"}, "actions": []}', JSON),
        (b'{"type": "block_actions", "user": {"id": "U1"}, "actions": [5]}', JSON),
        (b'{"type": "block_actions", "user": 5, "actions": [{"action_id": "reply"}]}', JSON),
        (b'{"type": "block_actions", "user": null, "team": null, "actions": null}', JSON),
        (b'{"type": "view_submission", "user": {"id": "U1"}, "view": 5}', JSON),
        (b'{"type": "view_submission", "user": {"id": "U1"}, "view": {"state": null}}', JSON),
        (b"payload={", "application/x-www-form-urlencoded"),
        (b"payload=%ff%00", "application/x-www-form-urlencoded"),
        (b"payload=[1]", "application/x-www-form-urlencoded"),
    ],
)
def test_signed_nonsense_is_a_bad_request(office: Office, body: bytes, kind: str) -> None:
    assert office.post(body, kind).status_code == 400


def test_a_body_that_is_no_text_is_not_believed(office: Office) -> None:
    assert office.post(b"\xff\xfe", JSON).status_code == 401


def test_a_huge_body_is_refused(office: Office) -> None:
    assert office.post(b"x" * (1024 * 1024 + 1), JSON).status_code == 413


@pytest.mark.parametrize("body", [b"", b"a=b", b"{}", b"ssl_check=1&token=x"])
def test_signed_requests_of_no_known_kind_break_nothing(office: Office, body: bytes) -> None:
    kind = "application/x-www-form-urlencoded"
    assert office.post(body, kind).status_code in (200, 404)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "actions": [{"action_id": "other", "block_id": "b"}]},
        {"type": "view_submission", "view": OTHER_VIEW},
        {"type": "view_closed", "view": OTHER_VIEW},
        {"type": "shortcut", "callback_id": "other"},
        {"type": "message_action", "callback_id": "other"},
        {"type": "block_suggestion", "action_id": "other", "block_id": "b", "value": ""},
    ],
)
def test_clicks_that_nobody_waits_for_are_acknowledged(
    office: Office, payload: dict[str, Any]
) -> None:
    who = {"team": {"id": TEAM}, "user": {"id": AGENT}, "api_app_id": "A0THREADLINE"}
    assert office.interact({**payload, **who}).status_code == 200


def test_a_changed_member_is_looked_up_again(office: Office) -> None:
    conversation(office.clock)
    assert agents.known(AGENT)
    office.event({"type": "user_change", "user": {"id": AGENT, "is_restricted": True}})
    assert agents.trusted(AGENT, office.clock.now()) is None


def failing(work: Callable[[], Any]) -> Awaitable[Any]:
    raise ConnectionError("the database is away")


def test_an_event_that_could_not_be_committed_comes_again(
    db: object, clock: FakeClock, serve: Serve
) -> None:
    office = Office(serve(product(clock, hop=failing)), clock)
    assert office.event(typed()).status_code == 500
