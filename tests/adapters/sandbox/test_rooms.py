"""What people do to channels, and what the owner of the workspace allows the app."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.sandbox.error import error_of
from tests.adapters.sandbox.town import Town, town

BOT_USER = "U0THREADLINE"


async def made(slack: AsyncWebClient, *, private: bool = True) -> str:
    answer = await slack.conversations_create(name="sms-jane", is_private=private)
    return str(answer["channel"]["id"])


async def change(here: Town, channel: str, **changes: Any) -> Any:
    answer = await here.http.patch(f"/slack/channels/{channel}", json=changes)
    assert answer.is_success, answer.text
    return answer.json()


@pytest.mark.parametrize(("private", "kind"), [(True, "group"), (False, "channel")])
async def test_a_person_archives_and_the_bot_is_put_out(
    here: Town, slack: AsyncWebClient, *, private: bool, kind: str
) -> None:
    channel = await made(slack, private=private)
    await slack.conversations_invite(channel=channel, users="U0DANA")
    shown = await change(here, channel, user="U0SAM", archived=True)
    assert (shown["archived"], shown["members"]) == (True, ["U0DANA"])
    event = await here.product.event(lambda _: True, f"{kind}_archive")
    assert (event["channel"], event["user"]) == (channel, "U0SAM")
    note = await here.product.event(lambda event: event.get("subtype") == "channel_archive")
    assert note["user"] == "U0SAM"


async def test_a_person_opens_a_channel_again_without_the_bot(
    here: Town, slack: AsyncWebClient
) -> None:
    channel = await made(slack, private=False)
    await slack.conversations_archive(channel=channel)
    shown = await change(here, channel, user="U0SAM", archived=False)
    assert (shown["archived"], shown["members"]) == (False, ["U0SAM"])
    event = await here.product.event(lambda _: True, "channel_unarchive")
    assert event["user"] == "U0SAM"
    assert (await slack.conversations_join(channel=channel))["ok"]


async def test_a_private_channel_opens_again_unheard(here: Town, slack: AsyncWebClient) -> None:
    channel = await made(slack)
    await slack.conversations_archive(channel=channel)
    await change(here, channel, archived=False)
    await here.post("/slack/members", channel=channel, user=BOT_USER, by="U0DANA")
    joined = await here.product.event(lambda _: True, "member_joined_channel")
    assert (joined["user"], joined["inviter"]) == (BOT_USER, "U0DANA")
    assert here.product.events("group_unarchive") == []


async def test_a_bot_cannot_open_a_channel_again_unless_slack_lets_it(
    here: Town, slack: AsyncWebClient
) -> None:
    channel = await made(slack)
    not_yet = slack.conversations_unarchive(channel=channel)
    assert await error_of(not_yet) == "not_archived"
    await slack.conversations_archive(channel=channel)
    assert await error_of(slack.conversations_unarchive(channel=channel)) == "not_in_channel"
    await here.put("/slack/switches", {"unarchive": True})
    await slack.conversations_unarchive(channel=channel)
    shown = await here.channel(channel)
    assert (shown["archived"], shown["members"]) == (False, [BOT_USER])
    assert await here.product.event(lambda _: True, "group_unarchive")


@pytest.mark.parametrize(("switch", "method"), [("create", "create"), ("archive", "archive")])
async def test_an_owner_can_forbid_apps_to_do_it(
    here: Town, slack: AsyncWebClient, switch: str, method: str
) -> None:
    channel = await made(slack)
    assert (await here.put("/slack/switches", {switch: False}))[switch] is False
    arguments = {"name": "other"} if method == "create" else {"channel": channel}
    asked = slack.api_call(f"conversations.{method}", json=arguments)
    assert await error_of(asked) == "restricted_action"


@pytest.mark.parametrize("wanted", [{"unarchive": 1}, {"fly": True}])
async def test_switches_are_known_and_on_or_off(here: Town, wanted: Any) -> None:
    assert (await here.refused("PUT", "/slack/switches", wanted))[0] == 400
    assert (await here.get("/slack/switches"))["unarchive"] is False


async def test_a_person_renames_a_channel(here: Town, slack: AsyncWebClient) -> None:
    channel = await made(slack)
    await change(here, channel, user="U0DANA", name="sms-joan")
    event = await here.product.event(lambda _: True, "group_rename")
    assert (event["channel"]["id"], event["channel"]["name"]) == (channel, "sms-joan")
    note = await here.product.event(lambda event: event.get("subtype") == "channel_name")
    assert (note["old_name"], note["name"]) == ("sms-jane", "sms-joan")
    taken = await here.refused("PATCH", f"/slack/channels/{channel}", {"name": "inbox"})
    assert taken == (409, "name_taken")
    bad = await here.refused("PATCH", f"/slack/channels/{channel}", {"name": "Oh no"})
    assert bad == (400, "invalid_name_specials")


async def test_a_person_sets_the_topic(here: Town, slack: AsyncWebClient) -> None:
    channel = await made(slack)
    await change(here, channel, topic="Call her")
    info = (await slack.conversations_info(channel=channel))["channel"]
    assert info["topic"]["value"] == "Call her"


async def test_the_bot_renames_only_what_it_made(here: Town, slack: AsyncWebClient) -> None:
    foreign = slack.conversations_rename(channel="C0INBOX", name="other")
    assert await error_of(foreign) == "not_authorized"


@pytest.mark.parametrize(("private", "kind"), [(True, "group"), (False, "channel")])
async def test_a_deleted_channel_is_gone_and_its_name_free(
    here: Town, slack: AsyncWebClient, *, private: bool, kind: str
) -> None:
    channel = await made(slack, private=private)
    await here.http.request("DELETE", f"/slack/channels/{channel}", json={"user": "U0DANA"})
    event = await here.product.event(lambda _: True, f"{kind}_deleted")
    assert event["channel"] == channel
    assert await error_of(slack.conversations_info(channel=channel)) == "channel_not_found"
    assert await made(slack) != channel


async def test_a_channel_can_get_another_id(here: Town, slack: AsyncWebClient) -> None:
    channel = await made(slack)
    sent = await slack.chat_postMessage(channel=channel, text="kept")
    after = (await here.post(f"/slack/channels/{channel}/id"))["id"]
    event = await here.product.event(lambda _: True, "channel_id_changed")
    assert (event["old_channel_id"], event["new_channel_id"]) == (channel, after)
    assert await error_of(slack.conversations_info(channel=channel)) == "channel_not_found"
    history = (await slack.conversations_history(channel=after))["messages"]
    assert sent["ts"] in {message["ts"] for message in history}


@pytest.mark.parametrize(("private", "kind"), [(True, "group"), (False, "channel")])
async def test_the_bot_is_told_that_it_was_removed(
    here: Town, slack: AsyncWebClient, *, private: bool, kind: str
) -> None:
    channel = await made(slack, private=private)
    body = {"channel": channel, "user": BOT_USER, "by": "U0SAM"}
    await here.http.request("DELETE", "/slack/members", json=body)
    event = await here.product.event(lambda _: True, f"{kind}_left")
    assert (event["channel"], event["actor_id"]) == (channel, "U0SAM")


async def test_the_bot_leaves(here: Town, slack: AsyncWebClient) -> None:
    channel = await made(slack, private=False)
    await slack.conversations_leave(channel=channel)
    assert (await here.channel(channel))["members"] == []
    assert (await slack.conversations_leave(channel=channel))["not_in_channel"]
    await slack.conversations_join(channel="C0GENERAL")
    general = slack.conversations_leave(channel="C0GENERAL")
    assert await error_of(general) == "cant_leave_general"
    assert await error_of(slack.conversations_archive(channel="C0GENERAL")) == (
        "cant_archive_general"
    )


async def test_a_person_makes_a_channel(here: Town, slack: AsyncWebClient) -> None:
    shown = await here.post("/slack/channels", name="sales", user="U0SAM")
    assert shown["members"] == ["U0SAM"]
    created = await here.product.event(lambda _: True, "channel_created")
    assert created["channel"]["name"] == "sales"
    private = await here.post("/slack/channels", name="hidden", private=True)
    assert await error_of(slack.conversations_info(channel=private["id"])) == "channel_not_found"


async def test_what_was_done_is_still_so_after_a_restart(tmp_path: Any) -> None:
    ledger = tmp_path / "ledger.jsonl"
    async with town(ledger=ledger) as here:
        channel = (await here.post("/slack/channels", name="sales"))["id"]
        await here.http.request("DELETE", f"/slack/channels/{channel}", json={})
        await here.http.patch("/slack/users/dana", json={"guest": True})
        await here.put("/slack/groups/agents", {"users": ["sam"]})
    async with town(ledger=ledger) as here:
        slack = here.slack()
        assert await error_of(slack.conversations_info(channel=channel)) == "channel_not_found"
        assert (await slack.users_info(user="U0DANA"))["user"]["is_restricted"]
        agents = await slack.usergroups_users_list(usergroup="S0AGENTS")
        assert agents["users"] == ["U0SAM"]
