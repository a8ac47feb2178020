"""The conversations.* methods, called by the real Slack SDK."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.sandbox.error import error_of, refused
from tests.adapters.sandbox.town import Town


async def made(slack: AsyncWebClient, name: str = "sms-jane", *, private: bool = True) -> str:
    answer = await slack.conversations_create(name=name, is_private=private)
    return str(answer["channel"]["id"])


async def test_a_private_channel_is_made_with_the_bot_in_it(slack: AsyncWebClient) -> None:
    channel = (await slack.conversations_create(name="sms-jane-1234", is_private=True))["channel"]
    assert channel["is_private"]
    assert channel["is_member"]
    assert channel["creator"] == "U0THREADLINE"
    members = await slack.conversations_members(channel=channel["id"])
    assert members["members"] == ["U0THREADLINE"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("Upper", "invalid_name_specials"),
        ("with space", "invalid_name_specials"),
        ("jane.doe", "invalid_name_specials"),
        ("ümlaut", "invalid_name_specials"),
        ("---", "invalid_name_punctuation"),
        ("x" * 81, "invalid_name_maxlength"),
    ],
)
async def test_a_bad_name_is_refused(slack: AsyncWebClient, name: str, error: str) -> None:
    assert await error_of(slack.conversations_create(name=name)) == error


async def test_the_longest_name_is_taken(slack: AsyncWebClient) -> None:
    assert await made(slack, "x" * 80)


async def test_a_name_stays_taken_after_archiving(slack: AsyncWebClient) -> None:
    channel = await made(slack)
    assert await error_of(slack.conversations_create(name="sms-jane")) == "name_taken"
    await slack.conversations_archive(channel=channel)
    assert await error_of(slack.conversations_create(name="sms-jane")) == "name_taken"


async def test_agents_are_invited(here: Town, slack: AsyncWebClient) -> None:
    channel = await made(slack)
    await slack.conversations_invite(channel=channel, users=["U0DANA", "U0SAM"])
    members = (await here.channel(channel))["members"]
    assert members == ["U0THREADLINE", "U0DANA", "U0SAM"]


@pytest.mark.parametrize(
    ("user", "error"),
    [
        ("U0THREADLINE", "cant_invite_self"),
        ("U0NOBODY", "user_not_found"),
        ("U0STRANGER", "org_user_not_in_team"),
    ],
)
async def test_some_cannot_be_invited(slack: AsyncWebClient, user: str, error: str) -> None:
    channel = await made(slack)
    assert await error_of(slack.conversations_invite(channel=channel, users=user)) == error


async def test_an_invitation_is_for_all_or_nobody_unless_forced(
    here: Town, slack: AsyncWebClient
) -> None:
    channel = await made(slack)
    mixed = ["U0DANA", "U0NOBODY"]
    answer = await refused(slack.conversations_invite(channel=channel, users=mixed))
    assert answer["errors"] == [{"user": "U0NOBODY", "ok": False, "error": "user_not_found"}]
    assert (await here.channel(channel))["members"] == ["U0THREADLINE"]
    await slack.conversations_invite(channel=channel, users=mixed, force=True)
    assert (await here.channel(channel))["members"] == ["U0THREADLINE", "U0DANA"]


async def test_whoever_is_in_is_not_invited_again(slack: AsyncWebClient) -> None:
    channel = await made(slack)
    await slack.conversations_invite(channel=channel, users="U0DANA")
    again = slack.conversations_invite(channel=channel, users="U0DANA")
    assert await error_of(again) == "already_in_channel"


async def test_an_invitation_needs_somebody_and_not_too_many(slack: AsyncWebClient) -> None:
    channel = await made(slack)
    assert await error_of(slack.conversations_invite(channel=channel, users="")) == "no_user"
    many = [f"U{number}" for number in range(101)]
    crowd = slack.conversations_invite(channel=channel, users=many)
    assert await error_of(crowd) == "too_many_users"


async def test_topic_and_purpose_are_kept(slack: AsyncWebClient) -> None:
    channel = await made(slack)
    await slack.conversations_setTopic(channel=channel, topic="Jane")
    await slack.conversations_setPurpose(channel=channel, purpose="thread 65f")
    info = (await slack.conversations_info(channel=channel))["channel"]
    assert (info["topic"]["value"], info["purpose"]["value"]) == ("Jane", "thread 65f")
    long = slack.conversations_setTopic(channel=channel, topic="x" * 251)
    assert await error_of(long) == "too_long"


async def test_a_channel_can_be_found_by_its_purpose(slack: AsyncWebClient) -> None:
    channel = await made(slack)
    await slack.conversations_setPurpose(channel=channel, purpose="thread 65f")
    listed = await slack.conversations_list(types="private_channel", exclude_archived=True)
    found = {one["purpose"]["value"]: one["id"] for one in listed["channels"]}
    assert found["thread 65f"] == channel


async def test_the_list_has_the_kinds_asked_for_in_pages(slack: AsyncWebClient) -> None:
    for number in range(3):
        await made(slack, f"sms-{number}")
    public = await slack.conversations_list()
    assert [one["name"] for one in public["channels"]] == ["inbox", "general"]
    first = await slack.conversations_list(types="private_channel", limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await slack.conversations_list(types="private_channel", limit=2, cursor=cursor)
    names = [one["name"] for page in (first, second) for one in page["channels"]]
    assert names == ["sms-0", "sms-1", "sms-2"]


async def test_archived_channels_can_be_left_out(slack: AsyncWebClient) -> None:
    channel = await made(slack, private=False)
    await slack.conversations_archive(channel=channel)
    everything = await slack.conversations_list()
    live = await slack.conversations_list(exclude_archived=True)
    assert channel in [one["id"] for one in everything["channels"]]
    assert channel not in [one["id"] for one in live["channels"]]


async def test_archiving_puts_the_bot_out(slack: AsyncWebClient) -> None:
    channel = await made(slack, private=False)
    await slack.conversations_archive(channel=channel)
    members = await slack.conversations_members(channel=channel)
    assert members["members"] == []
    assert await error_of(slack.conversations_archive(channel=channel)) == "already_archived"
    assert await error_of(slack.conversations_unarchive(channel=channel)) == "not_in_channel"
    assert await error_of(slack.conversations_join(channel=channel)) == "is_archived"


async def test_nothing_is_posted_into_an_archived_channel(slack: AsyncWebClient) -> None:
    channel = await made(slack, private=False)
    await slack.conversations_archive(channel=channel)
    assert await error_of(slack.chat_postMessage(channel=channel, text="x")) == "is_archived"
    private = await made(slack, "sms-two")
    await slack.conversations_archive(channel=private)
    assert await error_of(slack.chat_postMessage(channel=private, text="x")) == "channel_not_found"


async def test_a_channel_the_bot_is_not_in_is_closed_to_it(slack: AsyncWebClient) -> None:
    assert await error_of(slack.chat_postMessage(channel="C0GENERAL", text="x")) == "not_in_channel"
    assert await error_of(slack.conversations_history(channel="C0GENERAL")) == "not_in_channel"
    await slack.conversations_join(channel="C0GENERAL")
    assert (await slack.chat_postMessage(channel="C0GENERAL", text="x"))["ok"]


async def test_a_private_channel_cannot_be_joined(slack: AsyncWebClient) -> None:
    channel = await made(slack)
    joining = slack.conversations_join(channel=channel)
    assert await error_of(joining) == "method_not_supported_for_channel_type"


async def test_a_private_channel_without_the_bot_does_not_exist_for_it(
    here: Town, slack: AsyncWebClient
) -> None:
    channel = await made(slack)
    await here.http.request(
        "DELETE", "/slack/members", json={"channel": channel, "user": "U0THREADLINE"}
    )
    assert await error_of(slack.conversations_info(channel=channel)) == "channel_not_found"
    listed = await slack.conversations_list(types="private_channel")
    assert listed["channels"] == []


async def test_a_channel_can_be_renamed(slack: AsyncWebClient) -> None:
    channel = await made(slack)
    await slack.conversations_rename(channel=channel, name="sms-jane-2")
    assert (await slack.conversations_info(channel=channel))["channel"]["name"] == "sms-jane-2"
    taken = slack.conversations_rename(channel=channel, name="inbox")
    assert await error_of(taken) == "name_taken"


async def test_somebody_can_be_put_out(here: Town, slack: AsyncWebClient) -> None:
    channel = await made(slack)
    await slack.conversations_invite(channel=channel, users="U0DANA")
    await slack.conversations_kick(channel=channel, user="U0DANA")
    assert (await here.channel(channel))["members"] == ["U0THREADLINE"]
    assert await error_of(slack.conversations_kick(channel=channel, user="U0DANA")) == (
        "not_in_channel"
    )
    myself = slack.conversations_kick(channel=channel, user="U0THREADLINE")
    assert await error_of(myself) == "cant_kick_self"


async def test_a_direct_conversation_is_opened_once(slack: AsyncWebClient) -> None:
    first = await slack.conversations_open(users="U0DANA")
    again = await slack.conversations_open(users=["U0DANA"])
    assert first["channel"]["id"] == again["channel"]["id"]
    sent = await slack.chat_postMessage(channel="U0DANA", text="psst")
    assert sent["channel"] == first["channel"]["id"]
    assert await error_of(slack.conversations_open(users="U0NOBODY")) == "user_not_found"


@pytest.mark.parametrize("channel", ["C0NONE", "", "nowhere", "#nowhere"])
async def test_a_channel_that_is_none_is_not_found(slack: AsyncWebClient, channel: str) -> None:
    assert await error_of(slack.conversations_info(channel=channel)) == "channel_not_found"


async def test_the_inbox_has_the_name_it_was_given_and_always_the_same_id(here: Town) -> None:
    shown = await here.channel("inbox")
    assert shown["id"] == "C0INBOX"
    assert shown["members"] == ["U0THREADLINE", "U0DANA", "U0SAM", "U0PRIYA"]
