"""What Slack last said of our tokens, and the client that listens for it."""

from typing import Any

import pytest
from pymongo.database import Database
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation

from adapters.settings import Settings
from adapters.slack.access import BY_SETTINGS, Access, Standing, scopes_of
from adapters.slack.account import Account, ensure_indexes
from adapters.slack.client import authorize_url, web_client
from tests.adapters.sandbox.town import Town, town
from tests.clock import FakeClock

WANTED = ("chat:write", "commands")
KEY = "k" * 32


@pytest.fixture
def access(db: Database[dict[str, Any]], clock: FakeClock) -> Access:
    return Access(db, clock)


def test_of_whom_nothing_was_heard_nothing_is_said(access: Access) -> None:
    assert access.standings(["T1"], WANTED) == []


def test_a_void_token_is_told_until_it_is_good_again(access: Access) -> None:
    access.heard("T1", "token_revoked")
    assert access.standings(["T1", "T2"], WANTED) == [Standing("T1", "token_revoked", ())]
    access.heard("T1", None)
    assert access.standings(["T1"], WANTED) == []


def test_missing_scopes_are_told_by_name(access: Access) -> None:
    access.heard("T1", "invalid_auth")
    access.granted("T1", ["chat:write", "files:read"])
    assert access.standings(["T1"], WANTED) == [Standing("T1", None, ("commands",))]
    access.granted("T1", WANTED)
    assert access.standings(["T1"], WANTED) == []


def test_a_workspace_that_is_not_asked_about_is_not_told_of(access: Access) -> None:
    access.heard("T1", "account_inactive")
    assert access.standings(["T2"], WANTED) == []


@pytest.fixture
def settings() -> Settings:
    given: dict[str, Any] = {
        "slack_bot_token": "xoxb-sandbox",
        "slack_signing_secret": "s",
        "slack_inbox_channel": "C0INBOX",
    }
    return Settings(**given)


async def revoke(place: Town, method: str, code: str) -> None:
    body = {"ok": False, "error": code}
    rule = {"method": f"slack.{method}", "action": "answer", "times": 1, "body": body}
    (await place.http.put("/faults", json=[rule | {"status": 200}])).raise_for_status()


async def test_a_client_tells_a_void_token_once_and_that_it_is_good_again() -> None:
    heard: list[str | None] = []
    async with town() as place:
        client = web_client("xoxb-sandbox", f"{place.url}/slack/api/", 5, heard.append)
        await client.team_info()
        await client.team_info()
        assert heard == [None]
        await revoke(place, "team.info", "token_revoked")
        with pytest.raises(SlackApiError):
            await client.team_info()
        with pytest.raises(SlackApiError):
            await client.users_info(user="U0NOBODY")  # refused, but not for the token's sake
        await client.team_info()
    assert heard == [None, "token_revoked", None]


async def test_what_tokens_may_do_is_asked_when_the_product_starts(
    db: Database[dict[str, Any]], clock: FakeClock, settings: Settings
) -> None:
    async with town() as place:
        there = settings.model_copy(update={"slack_api_url": f"{place.url}/slack/api"})
        mine = Account(there, db, clock)
        await mine.look([*WANTED, "chat:shout"])
        assert mine.standings([*WANTED, "chat:shout"]) == [
            Standing(BY_SETTINGS, None, ("chat:shout",))
        ]
        await revoke(place, "auth.test", "invalid_auth")
        await mine.look(WANTED)
        assert mine.standings(WANTED) == [Standing(BY_SETTINGS, "invalid_auth", ())]


async def test_a_slack_that_does_not_answer_says_nothing_of_our_tokens(
    db: Database[dict[str, Any]], clock: FakeClock, settings: Settings
) -> None:
    away = settings.model_copy(update={"slack_api_url": "http://127.0.0.1:9/api"})
    mine = Account(away, db, clock)
    assert await scopes_of(mine.client()) is None
    await mine.look(WANTED)
    assert mine.standings(WANTED) == []


async def test_every_workspace_that_is_in_is_asked(
    db: Database[dict[str, Any]], clock: FakeClock
) -> None:
    async with town(slack_bot_token="xoxb-1") as place:
        given: dict[str, Any] = {
            "slack_client_id": "1.2",
            "slack_client_secret": "s",
            "slack_signing_secret": "s",
            "secret_key": KEY,
            "slack_api_url": f"{place.url}/slack/api",
        }
        mine = Account(Settings(**given), db, clock)
        assert mine.installations is not None
        for team_id, token in (("T1", "xoxb-1"), ("T2", "xoxb-gone")):
            made = Installation(team_id=team_id, bot_token=token, user_id="U1")
            await mine.installations.async_save(made)
        await mine.look(["chat:shout"])
        assert mine.standings(["chat:shout"]) == [
            Standing("T1", None, ("chat:shout",)),
            Standing("T2", "invalid_auth", ()),
        ]


def test_a_token_in_the_settings_means_one_workspace(
    db: Database[dict[str, Any]], clock: FakeClock, settings: Settings
) -> None:
    mine = Account(settings, db, clock)
    assert mine.installations is None
    assert mine.workspace.inbox == "C0INBOX"
    assert mine.client().token == "xoxb-sandbox"
    assert mine.client("", "T1").token == ""


@pytest.mark.parametrize(
    ("api_url", "page"),
    [
        (None, "https://slack.com/oauth/v2/authorize"),
        ("http://127.0.0.1:1/s/slack/api/", "http://127.0.0.1:1/s/slack/oauth/v2/authorize"),
        ("http://127.0.0.1:1/slack/api", "http://127.0.0.1:1/slack/oauth/v2/authorize"),
    ],
)
def test_the_page_of_consent_is_beside_the_api(api_url: str | None, page: str) -> None:
    assert authorize_url(api_url) == page


def test_the_stores_have_their_index(db: Database[dict[str, Any]]) -> None:
    assert ensure_indexes(db) == ["slackstates.expired"]
    assert ensure_indexes(db) == ["slackstates.expired"]
