"""Slack is asked by its own library, and whatever it answers becomes a line."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.doctor import chat
from adapters.doctor.chat import Asked, Heard
from adapters.slack.client import web_client
from domain.ports import Finding
from tests import local
from tests.adapters.sandbox.town import Town, town
from tests.clock import NOON

URL = "https://texts.example.com/slack/events"
EARLIER = NOON - timedelta(hours=1)


@pytest.fixture
async def here() -> AsyncIterator[Town]:
    async with town(slack_app_token="xapp-1") as place:
        yield place


def asked(here: Town, inbox: str | None = "C0INBOX", token: str = "xoxb-sandbox") -> Asked:
    """One workspace."""
    client = web_client(token, f"{here.url}/slack/api/", local.PATIENCE)
    return Asked("Acme", client, inbox, by_settings=True)


async def looked(*asked: Asked) -> dict[str, Finding]:
    """What is said of each part."""
    found = await chat.look(asked)
    assert all(one.status == "ok" or one.fix for one in found)
    return {one.name: one for one in found}


async def test_a_workspace_in_order_is_said_so(here: Town) -> None:
    found = await looked(asked(here), asked(here))
    assert {name: one.status for name, one in found.items()} == {
        "slack_token": "ok",
        "slack_inbox": "ok",
    }


async def test_of_several_the_one_that_is_out_is_named(here: Town) -> None:
    found = await looked(asked(here), asked(here, token="xoxb-other"))
    assert "Acme: Slack does not take our token (invalid_auth)" in found["slack_token"].message
    assert found["slack_inbox"].status == "ok"


async def test_an_inbox_that_is_not_there_or_not_ours_is_named(here: Town) -> None:
    found = await looked(asked(here, "C0NOWHERE"))
    assert "no inbox channel C0NOWHERE" in found["slack_inbox"].message
    found = await looked(asked(here, "C0GENERAL"))
    assert (found["slack_inbox"].status, "/invite" in str(found["slack_inbox"].fix)) == (
        "failed",
        True,
    )


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ({"action": "answer", "status": 429}, "warning"),
        ({"action": "answer", "status": 500}, "failed"),
        ({"action": "answer", "status": 200, "body": "<html>"}, "failed"),
        ({"action": "answer", "status": 200, "body": {"ok": False, "error": "x"}}, "failed"),
        ({"action": "drop_request"}, "failed"),
    ],
)
async def test_whatever_slack_does_is_a_line(here: Town, fault: dict[str, Any], state: str) -> None:
    await here.put("/faults", [{"method": "slack.*", **fault}])
    found = await looked(asked(here))
    assert found["slack_token"].status == state
    assert "slack_inbox" not in found
    await here.put("/faults", [{"method": "slack.conversations.info", **fault}])
    assert (await looked(asked(here)))["slack_inbox"].status == state


async def test_whether_we_may_listen(here: Town) -> None:
    client = asked(here).client
    assert (await chat.socket(client, "xapp-1")).status == "ok"
    refused = await chat.socket(client, "xapp-2")
    assert (refused.status, "invalid_auth" in refused.message) == ("failed", True)
    await here.put("/faults", [{"method": "slack.*", "action": "drop_request"}])
    assert (await chat.socket(client, "xapp-1")).status == "failed"


@pytest.mark.parametrize(
    ("heard", "state", "words"),
    [
        (Heard(), "warning", "not told us of anything yet"),
        (Heard(heard_at=EARLIER), "ok", "last at 2026-03-04 19:00 UTC"),
        (Heard(heard_at=EARLIER, refused_at=EARLIER - timedelta(1)), "ok", "last at"),
        (Heard(refused_at=EARLIER), "failed", "wrong signature"),
        (Heard(heard_at=EARLIER, refused_at=NOON), "failed", "wrong signature"),
        (Heard(refused_at=NOON - timedelta(days=2)), "warning", "not told"),
        (Heard(posted_at=EARLIER), "failed", "tells us nothing"),
        (Heard(heard_at=EARLIER - timedelta(days=1), posted_at=EARLIER), "failed", "nothing"),
        (Heard(heard_at=EARLIER - timedelta(minutes=1), posted_at=EARLIER), "ok", "last at"),
        (Heard(posted_at=NOON), "warning", "not told"),
    ],
)
def test_whether_slack_tells_us_anything(heard: Heard, state: str, words: str) -> None:
    found = chat.events(heard, URL, NOON)
    assert (found.status, words in found.message) == (state, True), found
