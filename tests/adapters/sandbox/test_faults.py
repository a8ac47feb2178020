"""Failures on order, met by the real SDKs."""

import asyncio

import aiohttp
import httpx2
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from twilio.base.exceptions import TwilioRestException

from adapters.sandbox.faults import BadRule, Faults, parse_rules
from tests import local
from tests.adapters.sandbox.phone import create
from tests.adapters.sandbox.town import Town

CUSTOMER, OTHER = "+17605550123", "+17605550124"


async def test_a_dropped_reply_is_a_deed_done_without_a_byte(here: Town) -> None:
    rule = {"method": "twilio.messages.create", "action": "drop_reply", "times": 1}
    await here.put("/faults", [rule])
    with pytest.raises(httpx2.RemoteProtocolError, match="without sending a response"):
        await create(here, CUSTOMER, "did it")
    assert [text["body"] for text in await here.texts()] == ["did it"]


async def test_a_dropped_request_is_nothing_done(here: Town) -> None:
    rule = {"method": "twilio.messages.create", "action": "drop_request", "times": 1}
    await here.put("/faults", [rule])
    with pytest.raises(httpx2.RemoteProtocolError):
        await create(here, CUSTOMER)
    assert await here.texts() == []
    assert (await create(here, CUSTOMER)).status == "queued"


async def test_slack_can_drop_a_reply_too(here: Town, slack: AsyncWebClient) -> None:
    rule = {"method": "slack.chat.postMessage", "action": "drop_reply", "times": 1}
    await here.put("/faults", [rule])
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await slack.chat_postMessage(channel="C0INBOX", text="posted once")
    assert [message["text"] for message in await here.messages()] == ["posted once"]


async def test_the_ledger_says_whether_the_deed_was_done(here: Town) -> None:
    actions = [{"action": "drop_reply"}, {"action": "drop_request"}, {"action": "refuse"}]
    rules = [{"method": "twilio.messages.create", "times": 1, **action} for action in actions]
    await here.put("/faults", rules)
    for _ in actions:
        with pytest.raises((httpx2.RemoteProtocolError, TwilioRestException)):
            await create(here, CUSTOMER)
    lines = await here.calls("twilio.messages.create")
    assert [(line["fault"], line["done"]) for line in lines] == [
        ("drop_reply", True),
        ("drop_request", False),
        ("refuse", False),
    ]


async def test_an_answer_may_carry_headers_and_a_body(here: Town) -> None:
    rule = {
        "method": "slack.chat.postMessage",
        "action": "answer",
        "status": 429,
        "headers": {"Retry-After": "7"},
        "body": {"ok": False, "error": "rate_limited"},
    }
    await here.put("/faults", [rule])
    answer = await here.http.post("/slack/api/chat.postMessage", json={"channel": "C0INBOX"})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "7"
    assert answer.json()["error"] == "rate_limited"


async def test_an_answer_may_be_anything_at_all(here: Town) -> None:
    html = {"method": "twilio.*", "action": "answer", "status": 502, "body": "<h1>Bad gateway</h1>"}
    await here.put("/faults", [html])
    with pytest.raises(TwilioRestException) as caught:
        await create(here, CUSTOMER)
    assert caught.value.status == 502


async def test_without_a_body_the_service_speaks_in_its_own_form(
    here: Town, slack: AsyncWebClient
) -> None:
    await here.put("/faults", [{"method": "*", "action": "answer", "status": 429}])
    with pytest.raises(TwilioRestException) as twilio:
        await create(here, CUSTOMER)
    with pytest.raises(SlackApiError) as refused:
        await slack.auth_test()
    assert twilio.value.code == 20429
    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.headers["Retry-After"] == "1"


async def test_the_first_text_of_every_recipient_can_be_refused(here: Town) -> None:
    rule = {"method": "twilio.messages.create", "action": "answer", "status": 429}
    await here.put("/faults", [{**rule, "per": "to", "times": 1}])
    for to in (CUSTOMER, OTHER):
        with pytest.raises(TwilioRestException):
            await create(here, to)
        await create(here, to)
    assert [text["to"] for text in await here.texts()] == [CUSTOMER, OTHER]


async def test_a_rule_may_be_for_some_calls_only(here: Town) -> None:
    rule = {"method": "twilio.messages.create", "action": "refuse", "match": {"body": "secret"}}
    await here.put("/faults", [rule])
    await create(here, CUSTOMER, "harmless")
    with pytest.raises(TwilioRestException) as caught:
        await create(here, CUSTOMER, "a secret thing")
    assert caught.value.status == 503


async def test_a_delay_makes_the_caller_wait(here: Town) -> None:
    await here.put("/faults", [{"method": "slack.auth.test", "action": "delay", "seconds": 0.3}])
    async with asyncio.timeout(local.PATIENCE):
        answer = await here.http.post("/slack/api/auth.test")
    assert answer.elapsed.total_seconds() >= 0.3
    with pytest.raises(httpx2.ReadTimeout):
        await here.http.post("/slack/api/auth.test", timeout=0.1)


async def test_a_delivery_can_come_twice(here: Town) -> None:
    await here.put("/faults", [{"method": "deliver.text", "action": "duplicate", "times": 1}])
    text = await here.text(CUSTOMER)
    assert [item.form["MessageSid"] for item in here.product.received] == [text["sid"]] * 2


async def test_rules_can_be_added_shown_and_cleared(here: Town) -> None:
    await here.put("/faults", [{"id": "a", "method": "x", "action": "refuse"}])
    await here.post("/faults", id="b", method="slack.auth.test", action="refuse")
    await here.http.post("/slack/api/auth.test")
    shown = (await here.get("/faults"))["rules"]
    assert [(rule["id"], rule["seen"]) for rule in shown] == [("a", 0), ("b", 1)]
    await here.http.delete("/faults")
    assert (await here.get("/faults"))["rules"] == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([{"action": "refuse"}], "needs method"),
        ([{"method": "x"}], "needs action"),
        ([{"method": "x", "action": "explode"}], "action is one of"),
        ([{"method": "x", "action": "answer", "status": 999}], "HTTP status"),
        ([{"method": "x", "action": "refuse", "times": "many"}], "wrong type"),
        ([5], "list of rules"),
        ("x", "list of rules"),
        ({"rules": 5}, "list of rules"),
        ([{"method": "x", "action": "refuse", "match": 5}], "wrong type"),
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(here: Town, body: object, words: str) -> None:
    status, error = await here.refused("PUT", "/faults", body)
    assert status == 400
    assert words in error
    assert (await here.get("/faults"))["rules"] == []


def rules(*raw: dict[str, object]) -> Faults:
    faults = Faults()
    faults.replace(parse_rules(list(raw)))
    return faults


def test_a_rule_is_used_up_after_its_times() -> None:
    faults = rules({"method": "a", "action": "refuse", "times": 2})
    assert [faults.take("a", {}) is not None for _ in range(4)] == [True, True, False, False]


def test_a_rule_may_begin_later() -> None:
    faults = rules({"method": "a", "action": "refuse", "after": 2, "times": 1})
    assert [faults.take("a", {}) is not None for _ in range(4)] == [False, False, True, False]


def test_the_first_rule_that_fits_decides() -> None:
    faults = rules(
        {"method": "slack.chat.*", "action": "delay", "times": 1},
        {"method": "slack.*", "action": "refuse"},
    )
    taken = [faults.take("slack.chat.update", {}) for _ in range(2)]
    assert [fault.action for fault in taken if fault] == ["delay", "refuse"]


def test_a_chance_is_sometimes() -> None:
    faults = rules({"method": "a", "action": "refuse", "probability": 0.5})
    taken = [faults.take("a", {}) is not None for _ in range(200)]
    assert 60 < sum(taken) < 140


def test_a_rule_for_another_method_does_nothing() -> None:
    assert rules({"method": "slack.*", "action": "refuse"}).take("twilio.messages.list", {}) is None


def test_matching_looks_into_any_value() -> None:
    faults = rules({"method": "a", "action": "refuse", "match": {"blocks": "button"}})
    assert faults.take("a", {"blocks": [{"type": "button"}]}) is not None
    assert faults.take("a", {"blocks": [{"type": "image"}]}) is None
    assert faults.take("a", {}) is None


def test_a_bad_rule_says_so_before_anything_is_forgotten() -> None:
    with pytest.raises(BadRule):
        parse_rules([{"method": "a", "action": "refuse"}, {}])
