"""Reading messages back, with the real Slack SDK."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.sandbox.error import error_of

INBOX = "C0INBOX"


async def posted(slack: AsyncWebClient, *texts: str, thread: str | None = None) -> list[str]:
    stamps = []
    for text in texts:
        sent = await slack.chat_postMessage(
            channel=INBOX,
            text=text,
            thread_ts=thread,
            metadata={"event_type": "text", "event_payload": {"id": text}},
        )
        stamps.append(str(sent["ts"]))
    return stamps


async def test_history_is_newest_first_and_without_replies(slack: AsyncWebClient) -> None:
    first, _ = await posted(slack, "a", "b")
    await posted(slack, "reply", thread=first)
    history = await slack.conversations_history(channel=INBOX)
    assert [message["text"] for message in history["messages"]] == ["b", "a"]
    assert not history["has_more"]


async def test_metadata_are_shown_when_asked_for(slack: AsyncWebClient) -> None:
    await posted(slack, "a")
    plain = await slack.conversations_history(channel=INBOX)
    full = await slack.conversations_history(channel=INBOX, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"]["event_payload"] == {"id": "a"}


async def test_history_comes_in_pages(slack: AsyncWebClient) -> None:
    await posted(slack, *"abcde")
    seen, cursor = [], ""
    for _ in range(3):
        page = await slack.conversations_history(channel=INBOX, limit=2, cursor=cursor)
        seen += [message["text"] for message in page["messages"]]
        cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
    assert seen == list("edcba")
    assert cursor == ""


async def test_history_between_two_stamps_leaves_both_out(slack: AsyncWebClient) -> None:
    stamps = await posted(slack, *"abcd")
    between = await slack.conversations_history(channel=INBOX, oldest=stamps[0], latest=stamps[3])
    assert [message["text"] for message in between["messages"]] == ["c", "b"]


async def test_inclusive_history_has_both_ends(slack: AsyncWebClient) -> None:
    stamps = await posted(slack, *"abcd")
    within = await slack.conversations_history(
        channel=INBOX, oldest=stamps[1], latest=stamps[2], inclusive=True
    )
    assert [message["text"] for message in within["messages"]] == ["c", "b"]


async def test_one_message_can_be_looked_at(slack: AsyncWebClient) -> None:
    stamps = await posted(slack, *"abc")
    one = await slack.conversations_history(
        channel=INBOX, latest=stamps[1], limit=1, inclusive=True
    )
    assert [message["ts"] for message in one["messages"]] == [stamps[1]]


async def test_replies_begin_with_the_parent(slack: AsyncWebClient) -> None:
    first, _ = await posted(slack, "a", "b")
    await posted(slack, "one", "two", thread=first)
    thread = await slack.conversations_replies(channel=INBOX, ts=first, include_all_metadata=True)
    assert [message["text"] for message in thread["messages"]] == ["a", "one", "two"]
    assert thread["messages"][2]["metadata"]["event_payload"] == {"id": "two"}


async def test_replies_after_a_stamp_still_begin_with_the_parent(slack: AsyncWebClient) -> None:
    (first,) = await posted(slack, "a")
    one, _ = await posted(slack, "one", "two", thread=first)
    thread = await slack.conversations_replies(channel=INBOX, ts=first, oldest=one)
    assert [message["text"] for message in thread["messages"]] == ["a", "two"]


async def test_a_thread_that_is_none_is_not_found(slack: AsyncWebClient) -> None:
    call = slack.conversations_replies(channel=INBOX, ts="1.000001")
    assert await error_of(call) == "thread_not_found"


@pytest.mark.parametrize("stamp", ["yesterday", "1.x", "-5"])
async def test_a_stamp_that_is_none_is_refused(slack: AsyncWebClient, stamp: str) -> None:
    await posted(slack, "a")
    call = slack.conversations_history(channel=INBOX, oldest=stamp)
    assert await error_of(call) == "invalid_ts_oldest"
