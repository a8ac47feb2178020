"""Who people are: profiles and user groups that change, and are told of."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.sandbox.error import error_of
from tests.adapters.sandbox.town import Town


async def change(here: Town, user: str, **changes: Any) -> Any:
    answer = await here.http.patch(f"/slack/users/{user}", json=changes)
    assert answer.is_success, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"guest": True}, {"is_restricted": True, "is_ultra_restricted": False}),
        ({"guest": True, "single": True}, {"is_restricted": True, "is_ultra_restricted": True}),
        ({"admin": True}, {"is_admin": True}),
        ({"owner": True}, {"is_owner": True}),
        ({"deleted": True}, {"deleted": True}),
        ({"real_name": "Samuel Okafor"}, {"real_name": "Samuel Okafor"}),
        ({"tz": "America/New_York"}, {"tz": "America/New_York"}),
    ],
)
async def test_a_changed_profile_is_told_and_shown(
    here: Town, slack: AsyncWebClient, changes: Any, shown: Any
) -> None:
    await change(here, "sam", **changes)
    event = await here.product.event(lambda _: True, "user_change")
    info = (await slack.users_info(user="U0SAM"))["user"]
    for user in (event["user"], info):
        assert {name: user[name] for name in shown} == shown


async def test_the_time_zone_has_its_offset(here: Town, slack: AsyncWebClient) -> None:
    await change(here, "sam", tz="Asia/Kolkata")
    assert (await slack.users_info(user="U0SAM"))["user"]["tz_offset"] == 19_800


@pytest.mark.parametrize(
    "changes", [{"bot": "B0X"}, {"admin": "yes"}, {"tz": "Mars/Base"}, {"tz": "../x"}]
)
async def test_a_profile_has_known_fields_only(here: Town, changes: Any) -> None:
    assert (await here.refused("PATCH", "/slack/users/sam", changes))[0] == 400


async def test_somebody_new_joins_the_team(here: Town, slack: AsyncWebClient) -> None:
    await here.post("/slack/users", name="lena", real_name="Lena Park")
    event = await here.product.event(lambda _: True, "team_join")
    assert event["user"]["id"] == "U0LENA"
    assert (await slack.users_info(user="U0LENA"))["user"]["real_name"] == "Lena Park"
    again = {"name": "lena", "real_name": "Other"}
    assert (await here.refused("POST", "/slack/users", again))[0] == 409


async def test_somebody_who_was_deactivated_does_nothing_more(
    here: Town, slack: AsyncWebClient
) -> None:
    await change(here, "sam", deleted=True)
    body = {"channel": "C0INBOX", "user": "U0SAM", "text": "x"}
    assert (await here.refused("POST", "/slack/messages", body))[0] == 403
    made = (await slack.conversations_create(name="sms-jane", is_private=True))["channel"]["id"]
    inviting = slack.conversations_invite(channel=made, users="U0SAM")
    assert await error_of(inviting) == "cant_invite"


async def test_a_guest_of_one_channel_is_in_one(here: Town, slack: AsyncWebClient) -> None:
    await change(here, "gus", single=True)
    first = (await slack.conversations_create(name="one"))["channel"]["id"]
    second = (await slack.conversations_create(name="two"))["channel"]["id"]
    await slack.conversations_invite(channel=first, users="U0GUEST")
    inviting = slack.conversations_invite(channel=second, users="U0GUEST")
    assert await error_of(inviting) == "ura_max_channels"


async def test_a_group_loses_and_gains_members(here: Town, slack: AsyncWebClient) -> None:
    await here.put("/slack/groups/agents", {"users": ["dana", "gus"]})
    moved = await here.product.event(lambda _: True, "subteam_members_changed")
    assert (moved["subteam_id"], moved["added_users"]) == ("S0AGENTS", ["U0GUEST"])
    assert moved["removed_users"] == ["U0SAM", "U0PRIYA"]
    updated = await here.product.event(lambda _: True, "subteam_updated")
    assert updated["subteam"]["users"] == ["U0DANA", "U0GUEST"]
    listed = await slack.usergroups_users_list(usergroup="S0AGENTS")
    assert listed["users"] == ["U0DANA", "U0GUEST"]


async def test_a_new_group_is_made(here: Town, slack: AsyncWebClient) -> None:
    made = await here.put("/slack/groups/sellers", {"users": ["sam"]})
    assert made == {"id": "S0SELLERS", "handle": "sellers", "name": "Sellers", "users": ["U0SAM"]}
    assert (await here.product.event(lambda _: True, "subteam_created"))["subteam"]["id"]
    groups = (await slack.usergroups_list(include_users=True))["usergroups"]
    assert {group["handle"]: group["users"] for group in groups}["sellers"] == ["U0SAM"]
    assert [one["handle"] for one in (await here.get("/slack/groups"))["groups"]] == [
        "agents",
        "sellers",
    ]


async def test_a_group_is_of_people_who_exist(here: Town) -> None:
    assert (await here.refused("PUT", "/slack/groups/agents", {"users": "dana"}))[0] == 400
    assert (await here.refused("PUT", "/slack/groups/agents", {"users": ["nobody"]}))[0] == 404
