"""What the product hears of the workspace, and how often it is told."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.responses import Response

from tests.adapters.sandbox.town import Received, Town

INBOX = "C0INBOX"


def texts(received: list[Received]) -> list[Any]:
    return [item.json["event"].get("text") for item in received]


async def test_a_persons_message_is_told_with_a_right_signature(here: Town) -> None:
    said = await here.say("Hello", user="U0SAM")
    received = (await here.product.count(1))[0]
    event = received.json["event"]
    assert received.path == "/slack/events"
    assert received.signed
    assert (event["type"], event["user"], event["text"]) == ("message", "U0SAM", "Hello")
    assert (event["ts"], event["channel"], event["channel_type"]) == (said["ts"], INBOX, "channel")
    assert "bot_id" not in event
    assert "subtype" not in event


async def test_an_event_comes_in_slacks_envelope(here: Town) -> None:
    await here.say()
    envelope = (await here.product.count(1))[0].json
    assert envelope["type"] == "event_callback"
    assert envelope["team_id"] == "T0SANDBOX"
    assert envelope["api_app_id"] == "A0THREADLINE"
    assert envelope["event_id"].startswith("Ev")
    assert envelope["authorizations"][0]["user_id"] == "U0THREADLINE"
    assert envelope["event_time"] == int(float(envelope["event"]["ts"]))


async def test_private_channels_are_called_groups(here: Town, slack: AsyncWebClient) -> None:
    made = await slack.conversations_create(name="sms-jane", is_private=True)
    await slack.chat_postMessage(channel=made["channel"]["id"], text="x")
    event = await here.product.event(lambda event: event.get("text") == "x")
    assert event["channel_type"] == "group"


async def test_the_app_hears_itself(here: Town, slack: AsyncWebClient) -> None:
    await slack.chat_postMessage(channel=INBOX, text="plain")
    await slack.chat_postMessage(channel=INBOX, text="named", username="Jane")
    plain = await here.product.event(lambda event: event.get("text") == "plain")
    named = await here.product.event(lambda event: event.get("text") == "named")
    assert (plain["user"], plain["bot_id"]) == ("U0THREADLINE", "B0THREADLINE")
    assert (named["subtype"], named["username"]) == ("bot_message", "Jane")
    assert named["app_id"] == "A0THREADLINE"
    assert "user" not in named
    assert "metadata" not in plain


async def test_an_edit_is_told_with_before_and_after(here: Town) -> None:
    said = await here.say("before")
    await here.put(f"/slack/messages/{INBOX}/{said['ts']}", {"text": "after"})
    event = await here.product.event(lambda event: event.get("subtype") == "message_changed")
    assert event["message"]["text"] == "after"
    assert event["message"]["edited"]["user"] == "U0DANA"
    assert event["previous_message"]["text"] == "before"
    assert event["message"]["ts"] == event["previous_message"]["ts"] == said["ts"]
    assert event["ts"] > said["ts"]
    assert event["hidden"]


async def test_a_deletion_is_told(here: Town) -> None:
    said = await here.say("gone")
    await here.http.delete(f"/slack/messages/{INBOX}/{said['ts']}")
    event = await here.product.event(lambda event: event.get("subtype") == "message_deleted")
    assert event["deleted_ts"] == said["ts"]
    assert event["previous_message"]["text"] == "gone"
    assert event["channel"] == INBOX


async def test_a_deleted_message_with_replies_becomes_a_tombstone(here: Town) -> None:
    said = await here.say("parent")
    await here.say("reply", thread_ts=said["ts"])
    await here.http.delete(f"/slack/messages/{INBOX}/{said['ts']}")
    event = await here.product.event(
        lambda event: event.get("message", {}).get("subtype") == "tombstone"
    )
    assert event["previous_message"]["text"] == "parent"
    assert event["message"]["user"] == "USLACKBOT"
    assert (await here.messages())[0]["text"] == "This message was deleted."


async def test_a_reply_changes_its_parents_counter_only(here: Town) -> None:
    said = await here.say("parent")
    await here.say("reply", thread_ts=said["ts"], user="U0SAM")
    event = await here.product.event(lambda event: event.get("subtype") == "message_changed")
    assert event["message"]["text"] == event["previous_message"]["text"] == "parent"
    assert (event["message"]["reply_count"], event["message"]["reply_users"]) == (1, ["U0SAM"])
    assert "edited" not in event["message"]


async def test_a_reply_names_its_thread(here: Town) -> None:
    said = await here.say("parent")
    await here.say("note", thread_ts=said["ts"])
    await here.say("both", thread_ts=said["ts"], broadcast=True)
    note = await here.product.event(lambda event: event.get("text") == "note")
    both = await here.product.event(lambda event: event.get("text") == "both")
    assert note["thread_ts"] == both["thread_ts"] == said["ts"]
    assert "subtype" not in note
    assert both["subtype"] == "thread_broadcast"


async def test_strangers_and_bots_can_be_told_from_colleagues(here: Town) -> None:
    for user in ("U0STRANGER", "U0STANDUP"):
        await here.post("/slack/members", channel=INBOX, user=user)
        await here.say(f"from {user}", user=user)
    stranger = await here.product.event(lambda event: event.get("text") == "from U0STRANGER")
    bot = await here.product.event(lambda event: event.get("text") == "from U0STANDUP")
    assert stranger["user_team"] == stranger["source_team"] == "T0OTHERCORP"
    assert (bot["bot_id"], bot["app_id"]) == ("B0STANDUP", "A0STANDUP")


async def test_nothing_is_told_of_channels_the_bot_is_not_in(here: Town) -> None:
    await here.say("secret", channel="C0GENERAL")
    await here.say("known")
    assert texts(await here.product.count(1)) == ["known"]


async def test_whoever_joins_is_told(here: Town, slack: AsyncWebClient) -> None:
    made = await slack.conversations_create(name="sms-jane", is_private=True)
    await slack.conversations_invite(channel=made["channel"]["id"], users="U0SAM")
    event = await here.product.event(lambda _: True, "member_joined_channel")
    assert (event["user"], event["inviter"]) == ("U0SAM", "U0THREADLINE")
    note = await here.product.event(lambda event: event.get("subtype") == "channel_join")
    assert note["text"] == "<@U0SAM> has joined the channel"


async def test_whoever_leaves_is_told(here: Town) -> None:
    body = {"channel": INBOX, "user": "U0SAM"}
    await here.http.request("DELETE", "/slack/members", json=body)
    event = await here.product.event(lambda _: True, "member_left_channel")
    assert event["user"] == "U0SAM"


@pytest.mark.parametrize(("private", "kind"), [(True, "group"), (False, "channel")])
async def test_renaming_and_archiving_are_told(
    here: Town, slack: AsyncWebClient, *, private: bool, kind: str
) -> None:
    made = await slack.conversations_create(name="sms-jane", is_private=private)
    channel = made["channel"]["id"]
    await slack.conversations_rename(channel=channel, name="sms-joan")
    await slack.conversations_archive(channel=channel)
    renamed = await here.product.event(lambda _: True, f"{kind}_rename")
    archived = await here.product.event(lambda _: True, f"{kind}_archive")
    assert renamed["channel"]["name"] == "sms-joan"
    assert archived["channel"] == channel


async def test_an_event_not_taken_is_told_again_with_the_same_id(here: Town) -> None:
    here.product.answers += [Response(status_code=500), Response(status_code=404)]
    await here.say()
    received = await here.product.count(3)
    assert len({item.json["event_id"] for item in received}) == 1
    assert [item.headers.get("x-slack-retry-num") for item in received] == [None, "1", "2"]
    assert received[1].headers["x-slack-retry-reason"] == "http_error"
    assert all(item.signed for item in received)


async def test_an_event_is_told_four_times_at_most(here: Town) -> None:
    here.product.answers += [Response(status_code=500)] * 9
    await here.say("one")
    await here.product.count(4)
    await here.say("two")
    received = await here.product.wait(lambda items: texts(items).count("two") == 4)
    assert texts(received).count("one") == 4
    assert not any(line["acknowledged"] for line in await here.calls("deliver.event"))


async def test_the_product_can_say_no_more(here: Town) -> None:
    here.product.answers += [Response(status_code=500, headers={"X-Slack-No-Retry": "1"})]
    await here.say("one")
    await here.product.count(1)
    await here.say("two")
    received = await here.product.wait(lambda items: "two" in texts(items))
    assert texts(received) == ["one", "two"]


async def test_a_lost_event_is_told_again_for_its_own_reason(here: Town) -> None:
    await here.put("/faults", [{"method": "deliver.event", "action": "lose", "times": 1}])
    await here.say()
    received = (await here.product.count(1))[0]
    assert received.headers["x-slack-retry-reason"] == "connection_failed"


async def test_an_event_can_come_twice(here: Town) -> None:
    await here.put("/faults", [{"method": "deliver.event", "action": "duplicate", "times": 1}])
    await here.say()
    received = await here.product.count(2)
    assert received[0].json == received[1].json


async def test_the_ledger_knows_what_was_acknowledged(here: Town) -> None:
    here.product.answers += [Response(status_code=500)]
    said = await here.say("Hello")
    await here.product.count(2)
    await here.until("/ledger", lambda ledger: _tries(ledger, said["ts"]) == [False, True])


def _tries(ledger: Any, ts: str) -> list[bool]:
    return [line["acknowledged"] for line in ledger["lines"] if line.get("ts") == ts]
