"""The switches: networks, timing and limits, and who may use them."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from twilio.base.exceptions import TwilioRestException

from tests.adapters.sandbox.phone import create
from tests.adapters.sandbox.town import Town

CUSTOMER = "+17605550123"


async def test_a_service_that_is_down_answers_503_and_does_nothing(
    here: Town, slack: AsyncWebClient
) -> None:
    await here.put("/network", {"slack": "down"})
    with pytest.raises(SlackApiError) as caught:
        await slack.chat_postMessage(channel="C0INBOX", text="x")
    assert caught.value.response.status_code == 503
    assert await here.messages() == []
    assert (await create(here, CUSTOMER)).status == "queued"


async def test_a_service_that_is_gone_closes_connections(here: Town, slack: AsyncWebClient) -> None:
    await here.put("/network", {"slack": "dropped", "twilio": "down"})
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await slack.auth_test()
    with pytest.raises(TwilioRestException) as caught:
        await create(here, CUSTOMER)
    assert caught.value.status == 503


async def test_a_service_comes_back(here: Town, slack: AsyncWebClient) -> None:
    await here.put("/network", {"slack": "down"})
    assert await here.put("/network", {"slack": "up"}) == {"twilio": "up", "slack": "up"}
    assert (await slack.auth_test())["ok"]


@pytest.mark.parametrize("body", [{"slack": "sideways"}, {"mail": "up"}, {"slack": None}])
async def test_a_network_that_is_none_is_refused(here: Town, body: object) -> None:
    status, error = await here.refused("PUT", "/network", body)
    assert status == 400
    assert "up, down, dropped" in error


async def test_timing_can_be_changed_while_it_runs(here: Town) -> None:
    speed = await here.put("/speed", {"step": 0.5, "retries": [1, 2], "disorder": 1})
    assert (speed["step"], speed["retries"], speed["disorder"]) == (0.5, [1.0, 2.0], 1.0)
    assert speed["timeout"] == here.config.speed.timeout
    assert await here.get("/speed") == speed


@pytest.mark.parametrize("body", [{"step": "fast"}, {"warp": 9}, {"retries": 5}, {"step": None}])
async def test_a_timing_that_is_none_is_refused(here: Town, body: object) -> None:
    before = await here.get("/speed")
    assert (await here.refused("PUT", "/speed", body))[0] == 400
    assert await here.get("/speed") == before


async def test_the_ledger_can_be_read_from_a_line_on(here: Town) -> None:
    await here.text(CUSTOMER, "one")
    seq = (await here.get("/ledger"))["lines"][-1]["seq"]
    await here.text(CUSTOMER, "two")
    lines = (await here.get(f"/ledger?since={seq}"))["lines"]
    assert [line["method"] for line in lines] == ["deliver.text"]
    assert (await here.refused("GET", "/ledger?since=x"))[0] == 400


FOREIGN = [
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"host": "evil.example"},
    {"host": "["},
    {"origin": "http://127.0.0.1:1"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_foreign_page_cannot_act(here: Town, headers: dict[str, str]) -> None:
    body = {"from": CUSTOMER, "body": "x"}
    answer = await here.http.post("/texts", json=body, headers=headers)
    assert answer.status_code == 403
    assert here.product.received == []


async def test_a_rebound_name_cannot_even_read(here: Town) -> None:
    assert (await here.http.get("/texts", headers={"host": "evil.example"})).status_code == 403


async def test_the_page_itself_may_act(here: Town) -> None:
    origin = here.url.removesuffix("/sandbox")
    headers = {"origin": origin, "sec-fetch-site": "same-origin"}
    body = {"from": CUSTOMER, "body": "x"}
    assert (await here.http.post("/texts", json=body, headers=headers)).status_code == 201


async def test_the_apis_are_guarded_by_their_own_credentials(here: Town) -> None:
    answer = await here.http.post("/slack/api/auth.test", headers={"host": "slack.example"})
    assert answer.json() == {"ok": False, "error": "not_authed"}


@pytest.mark.parametrize("path", ["/nothing", "/slack/nothing", "/twilio/nothing", "/page/x.js"])
async def test_what_is_not_there_is_not_found(here: Town, path: str) -> None:
    assert (await here.http.get(path)).status_code == 404
