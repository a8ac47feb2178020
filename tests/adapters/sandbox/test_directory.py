"""Tokens, the workspace and its people, asked for by the real Slack SDK."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.sandbox.error import error_of
from tests.adapters.sandbox.town import Town


async def test_the_bot_learns_who_it_is(slack: AsyncWebClient) -> None:
    answer = await slack.auth_test()
    assert answer["user_id"] == "U0THREADLINE"
    assert answer["bot_id"] == "B0THREADLINE"
    assert answer["team_id"] == "T0SANDBOX"


async def test_the_scopes_are_in_a_header(slack: AsyncWebClient) -> None:
    scopes = (await slack.auth_test()).headers["x-oauth-scopes"].split(",")
    assert {"chat:write", "chat:write.customize", "groups:write", "commands"} <= set(scopes)
    assert "chat:write.public" not in scopes


async def test_a_wrong_token_is_refused(here: Town) -> None:
    assert await error_of(here.slack("xoxb-wrong").auth_test()) == "invalid_auth"


async def test_no_token_is_refused(here: Town) -> None:
    answer = await here.http.post("/slack/api/auth.test")
    assert answer.json() == {"ok": False, "error": "not_authed"}


async def test_a_token_may_be_an_argument(here: Town) -> None:
    answer = await here.http.post("/slack/api/auth.test", data={"token": "xoxb-sandbox"})
    assert answer.json()["ok"]


async def test_a_method_that_is_none_is_refused(slack: AsyncWebClient) -> None:
    assert await error_of(slack.api_call("chat.shout")) == "unknown_method"


async def test_json_form_and_query_are_read_alike(here: Town) -> None:
    headers = {"authorization": "Bearer xoxb-sandbox"}
    path = "/slack/api/users.info"
    by_json = await here.http.post(path, json={"user": "U0SAM"}, headers=headers)
    by_form = await here.http.post(path, data={"user": "U0SAM"}, headers=headers)
    by_query = await here.http.get(f"{path}?user=U0SAM", headers=headers)
    names = {answer.json()["user"]["name"] for answer in (by_json, by_form, by_query)}
    assert names == {"sam"}


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe", b"null"])
async def test_a_body_that_is_garbage_is_no_server_error(here: Town, content: bytes) -> None:
    headers = {"authorization": "Bearer xoxb-sandbox", "content-type": "application/json"}
    answer = await here.http.post("/slack/api/users.info", content=content, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["error"] == "user_not_found"


async def test_people_are_told_apart(slack: AsyncWebClient) -> None:
    users = {}
    for name in ("U0DANA", "U0GUEST", "U0STRANGER", "U0STANDUP", "U0THREADLINE"):
        users[name] = (await slack.users_info(user=name))["user"]
    assert users["U0DANA"]["is_admin"]
    assert users["U0GUEST"]["is_restricted"]
    assert users["U0STRANGER"]["is_stranger"]
    assert users["U0STRANGER"]["team_id"] != "T0SANDBOX"
    assert users["U0STANDUP"]["is_bot"]
    assert not users["U0DANA"]["is_restricted"]


async def test_an_unknown_user_is_not_found(slack: AsyncWebClient) -> None:
    assert await error_of(slack.users_info(user="U0NOBODY")) == "user_not_found"


async def test_the_list_has_no_strangers_and_comes_in_pages(slack: AsyncWebClient) -> None:
    first = await slack.users_list(limit=4)
    cursor = first["response_metadata"]["next_cursor"]
    second = await slack.users_list(limit=4, cursor=cursor)
    names = [user["id"] for page in (first, second) for user in page["members"]]
    assert len(names) == len(set(names)) == 6
    assert "U0STRANGER" not in names
    assert second["response_metadata"]["next_cursor"] == ""


async def test_people_are_found_by_email(slack: AsyncWebClient) -> None:
    found = await slack.users_lookupByEmail(email="Dana@Demo.example")
    assert found["user"]["id"] == "U0DANA"
    assert await error_of(slack.users_lookupByEmail(email="x@y.example")) == "users_not_found"
    assert (
        await error_of(slack.users_lookupByEmail(email="olga@other.example")) == "users_not_found"
    )


async def test_the_agents_are_a_group(slack: AsyncWebClient) -> None:
    group = (await slack.usergroups_list(include_users=True))["usergroups"][0]
    users = (await slack.usergroups_users_list(usergroup=group["id"]))["users"]
    assert group["users"] == users == ["U0DANA", "U0SAM", "U0PRIYA"]
    assert await error_of(slack.usergroups_users_list(usergroup="S0NONE")) == "no_such_subteam"


async def test_the_team_and_the_bot_are_shown(slack: AsyncWebClient) -> None:
    assert (await slack.team_info())["team"]["id"] == "T0SANDBOX"
    assert (await slack.bots_info(bot="B0STANDUP"))["bot"]["user_id"] == "U0STANDUP"
    assert await error_of(slack.bots_info(bot="B0NONE")) == "bot_not_found"
