"""Pins, by the bot and by people."""

from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.sandbox.error import error_of
from tests.adapters.sandbox.town import Town

INBOX = "C0INBOX"


async def test_a_pinned_message_is_listed_and_told(here: Town, slack: AsyncWebClient) -> None:
    sent = await slack.chat_postMessage(channel=INBOX, text="Card")
    await slack.pins_add(channel=INBOX, timestamp=sent["ts"])
    (item,) = (await slack.pins_list(channel=INBOX))["items"]
    assert item["message"]["ts"] == sent["ts"]
    assert item["message"]["pinned_to"] == [INBOX]
    assert item["created_by"] == "U0THREADLINE"
    note = await here.product.event(lambda event: event.get("subtype") == "pinned_item")
    assert note["item"]["message"]["text"] == "Card"
    added = await here.product.event(lambda _: True, "pin_added")
    assert (added["channel_id"], added["pin_count"]) == (INBOX, 1)


async def test_a_pin_is_put_and_taken_once(here: Town, slack: AsyncWebClient) -> None:
    place = {"channel": INBOX, "timestamp": (await here.say())["ts"]}
    await slack.pins_add(**place)
    assert await error_of(slack.pins_add(**place)) == "already_pinned"
    await slack.pins_remove(**place)
    assert await error_of(slack.pins_remove(**place)) == "no_pin"
    assert (await slack.pins_list(channel=INBOX))["items"] == []
    missing = slack.pins_add(channel=INBOX, timestamp="1.000001")
    assert await error_of(missing) == "message_not_found"


async def test_a_person_pins_and_unpins(here: Town, slack: AsyncWebClient) -> None:
    sent = await slack.chat_postMessage(channel=INBOX, text="Card")
    body = {"channel": INBOX, "ts": sent["ts"], "user": "U0SAM"}
    await here.post("/slack/pins", **body)
    assert (await slack.pins_list(channel=INBOX))["items"][0]["created_by"] == "U0SAM"
    assert await here.refused("POST", "/slack/pins", body) == (409, "already_pinned")
    assert (await here.http.request("DELETE", "/slack/pins", json=body)).is_success
    assert (await slack.pins_list(channel=INBOX))["items"] == []


async def test_a_pin_outlives_an_edit(slack: AsyncWebClient) -> None:
    sent = await slack.chat_postMessage(channel=INBOX, text="Card")
    await slack.pins_add(channel=INBOX, timestamp=sent["ts"])
    await slack.chat_update(channel=INBOX, ts=sent["ts"], text="New card")
    (item,) = (await slack.pins_list(channel=INBOX))["items"]
    assert item["message"]["text"] == "New card"


async def test_pins_are_for_members(slack: AsyncWebClient) -> None:
    assert await error_of(slack.pins_list(channel="C0GENERAL")) == "not_in_channel"
