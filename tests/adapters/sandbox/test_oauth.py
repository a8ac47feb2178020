"""Installing the app: consent in a browser, the code, the token, and the way out."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.adapters.sandbox.error import error_of
from tests.adapters.sandbox.town import Town, town

CLIENT, SECRET = "111.222", "client-secret"
REDIRECT = "https://texts.example.com/slack/oauth_redirect"
ASKED = {"client_id": CLIENT, "scope": "chat:write", "redirect_uri": REDIRECT, "state": "s1"}
PAGE = f"/slack/oauth/v2/authorize?{urlencode(ASKED)}"


@pytest.fixture
async def fresh() -> AsyncIterator[Town]:
    """A workspace that the app is not in."""
    more: dict[str, Any] = {
        "team_id": "T0SECOND",
        "team_name": "Second",
        "slack_bot_token": "xoxb-second",
    }
    async with town(slack_client_id=CLIENT, slack_client_secret=SECRET, **more) as built:
        yield built


async def answered(place: Town, answer: str) -> dict[str, str]:
    """What the browser brings back to the product."""
    back = await place.http.post(PAGE, data={"answer": answer})
    assert back.status_code == 302
    assert back.headers["location"].startswith(f"{REDIRECT}?")
    query = parse_qs(urlsplit(back.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


async def fetched(place: Town, code: str, secret: str = SECRET, uri: str = REDIRECT) -> Any:
    form = {"client_id": CLIENT, "client_secret": secret, "code": code, "redirect_uri": uri}
    return await place.slack("").api_call("oauth.v2.access", data=form)


async def test_the_page_names_the_workspace_and_what_is_asked_for(fresh: Town) -> None:
    page = await fresh.http.get(PAGE)
    assert "access to Second" in page.text
    assert "chat:write" in page.text
    assert (await fresh.refused("GET", PAGE.replace(CLIENT, "9.9")))[0] == 400


async def test_who_allows_it_brings_a_code_that_is_worth_a_token_once(fresh: Town) -> None:
    brought = await answered(fresh, "allow")
    assert brought["state"] == "s1"
    got = await fetched(fresh, brought["code"])
    assert (got["access_token"], got["team"]["id"]) == ("xoxb-second", "T0SECOND")
    assert await error_of(fetched(fresh, brought["code"])) == "code_already_used"


async def test_the_client_may_be_named_in_a_header(fresh: Town) -> None:
    form = {"code": (await answered(fresh, "allow"))["code"], "redirect_uri": REDIRECT}
    path = "/slack/api/oauth.v2.access"
    got = await fresh.http.post(path, data=form, auth=(CLIENT, SECRET))
    assert got.json()["access_token"] == "xoxb-second"


async def test_who_does_not_brings_an_error(fresh: Town) -> None:
    assert await answered(fresh, "cancel") == {"error": "access_denied", "state": "s1"}


async def test_the_token_is_good_from_then_on_with_what_was_allowed(fresh: Town) -> None:
    assert await error_of(fresh.slack("xoxb-second").auth_test()) == "account_inactive"
    await fetched(fresh, (await answered(fresh, "allow"))["code"])
    told = await fresh.slack("xoxb-second").auth_test()
    assert (told["team_id"], told["team"]) == ("T0SECOND", "Second")
    assert told.headers["x-oauth-scopes"] == "chat:write"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"secret": "guessed"}, "bad_client_secret"),
        ({"uri": "https://elsewhere.example.com"}, "bad_redirect_uri"),
        ({"code": "T0SECOND.guessed"}, "invalid_code"),
    ],
)
async def test_nothing_is_given_for_what_is_wrong(
    fresh: Town, wrong: dict[str, str], code: str
) -> None:
    given = {"code": (await answered(fresh, "allow"))["code"]} | wrong
    assert await error_of(fetched(fresh, **given)) == code


async def test_secrets_are_not_in_the_ledger(fresh: Town) -> None:
    await fetched(fresh, (await answered(fresh, "allow"))["code"])
    (call,) = await fresh.calls("slack.oauth.v2.access")
    assert set(call["args"]) == {"client_id", "redirect_uri"}


async def test_who_removes_the_app_is_told_of_and_its_token_is_void(fresh: Town) -> None:
    await fetched(fresh, (await answered(fresh, "allow"))["code"])
    assert (await fresh.http.delete("/slack/installation")).json()["ok"]
    await fresh.product.event(lambda _: True, "app_uninstalled")
    revoked = await fresh.product.event(lambda _: True, "tokens_revoked")
    assert revoked["tokens"]["bot"] == ["U0THREADLINE"]
    assert await error_of(fresh.slack("xoxb-second").auth_test()) == "account_inactive"


async def test_the_app_may_leave_by_itself(fresh: Town) -> None:
    await fetched(fresh, (await answered(fresh, "allow"))["code"])
    slack = fresh.slack("xoxb-second")
    guessed = slack.apps_uninstall(client_id=CLIENT, client_secret="guessed")
    assert await error_of(guessed) == "bad_client_secret"
    await slack.apps_uninstall(client_id=CLIENT, client_secret=SECRET)
    await fresh.product.event(lambda _: True, "app_uninstalled")


async def test_a_revoked_token_is_told_of(fresh: Town) -> None:
    await fetched(fresh, (await answered(fresh, "allow"))["code"])
    assert (await fresh.slack("xoxb-second").auth_revoke())["revoked"]
    await fresh.product.event(lambda _: True, "tokens_revoked")


async def test_people_and_channels_of_another_workspace_have_ids_of_their_own(fresh: Town) -> None:
    await fetched(fresh, (await answered(fresh, "allow"))["code"])
    shown = await fresh.get("/slack")
    assert {"U0DANASECOND", "U0STRANGER"} <= {user["id"] for user in shown["users"]}
    assert {channel["id"] for channel in shown["channels"]} == {"C0INBOXSECOND", "C0GENERALSECOND"}
    written = await fresh.say(user="U0DANASECOND", channel="C0INBOXSECOND")
    assert written["team"] == "T0SECOND"
    heard = (await fresh.product.count(1))[0].json
    assert (heard["team_id"], heard["authorizations"][0]["team_id"]) == ("T0SECOND", "T0SECOND")
