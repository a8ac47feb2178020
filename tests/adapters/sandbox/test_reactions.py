"""Reactions by the bot and by people."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.sandbox.error import error_of
from tests.adapters.sandbox.town import Town

INBOX = "C0INBOX"


async def marks(here: Town) -> list[tuple[str, list[str], int]]:
    reactions = (await here.messages())[0].get("reactions", [])
    return [(one["name"], one["users"], one["count"]) for one in reactions]


async def test_the_bot_marks_somebodys_message(here: Town, slack: AsyncWebClient) -> None:
    ts = (await here.say())["ts"]
    await slack.reactions_add(channel=INBOX, timestamp=ts, name="white_check_mark")
    assert await marks(here) == [("white_check_mark", ["U0THREADLINE"], 1)]


async def test_two_people_share_a_mark(here: Town, slack: AsyncWebClient) -> None:
    ts = (await here.say())["ts"]
    await slack.reactions_add(channel=INBOX, timestamp=ts, name="eyes")
    await here.post("/slack/reactions", channel=INBOX, ts=ts, user="U0SAM", name=":eyes:")
    assert await marks(here) == [("eyes", ["U0THREADLINE", "U0SAM"], 2)]


async def test_a_mark_is_put_once_and_taken_off_once(here: Town, slack: AsyncWebClient) -> None:
    ts = (await here.say())["ts"]
    mark = {"channel": INBOX, "timestamp": ts, "name": "eyes"}
    assert await error_of(slack.api_call("reactions.remove", json=mark)) == "no_reaction"
    await slack.api_call("reactions.add", json=mark)
    assert await error_of(slack.api_call("reactions.add", json=mark)) == "already_reacted"
    await slack.api_call("reactions.remove", json=mark)
    assert await marks(here) == []


async def test_nobody_takes_off_anothers_mark(here: Town, slack: AsyncWebClient) -> None:
    ts = (await here.say())["ts"]
    await here.post("/slack/reactions", channel=INBOX, ts=ts, user="U0SAM", name="eyes")
    call = slack.reactions_remove(channel=INBOX, timestamp=ts, name="eyes")
    assert await error_of(call) == "no_reaction"


@pytest.mark.parametrize("name", ["", "UPPER", "with space", "<script>"])
async def test_a_mark_that_is_no_emoji_is_refused(
    here: Town, slack: AsyncWebClient, name: str
) -> None:
    ts = (await here.say())["ts"]
    call = slack.reactions_add(channel=INBOX, timestamp=ts, name=name)
    assert await error_of(call) == "invalid_name"


async def test_a_message_that_is_none_cannot_be_marked(slack: AsyncWebClient) -> None:
    call = slack.reactions_add(channel=INBOX, timestamp="1.000001", name="eyes")
    assert await error_of(call) == "message_not_found"


async def test_marks_can_be_read(here: Town, slack: AsyncWebClient) -> None:
    ts = (await here.say("look"))["ts"]
    await slack.reactions_add(channel=INBOX, timestamp=ts, name="eyes")
    message = (await slack.reactions_get(channel=INBOX, timestamp=ts))["message"]
    assert message["text"] == "look"
    assert message["reactions"] == [{"name": "eyes", "users": ["U0THREADLINE"], "count": 1}]


async def test_a_person_takes_a_mark_back(here: Town) -> None:
    ts = (await here.say())["ts"]
    body = {"channel": INBOX, "ts": ts, "user": "U0SAM", "name": "eyes"}
    await here.post("/slack/reactions", **body)
    assert (await here.refused("POST", "/slack/reactions", body)) == (409, "already_reacted")
    await here.http.request("DELETE", "/slack/reactions", json=body)
    assert await marks(here) == []
    assert (await here.refused("DELETE", "/slack/reactions", body)) == (409, "no_reaction")


async def test_the_product_hears_of_marks(here: Town, slack: AsyncWebClient) -> None:
    said = await here.say()
    await slack.reactions_add(channel=INBOX, timestamp=said["ts"], name="eyes")
    event = await here.product.event(lambda event: event["reaction"] == "eyes", "reaction_added")
    assert event["item"] == {"type": "message", "channel": INBOX, "ts": said["ts"]}
    assert (event["user"], event["item_user"]) == ("U0THREADLINE", "U0DANA")


async def test_a_mark_changes_no_message_for_the_product(here: Town, slack: AsyncWebClient) -> None:
    said = await here.say()
    await slack.reactions_add(channel=INBOX, timestamp=said["ts"], name="eyes")
    await here.product.event(lambda _: True, "reaction_added")
    assert [event.get("subtype") for event in here.product.events()] == [None]


async def test_pins_and_bookmarks_are_taken(here: Town, slack: AsyncWebClient) -> None:
    said = await here.say()
    assert (await slack.pins_add(channel=INBOX, timestamp=said["ts"]))["ok"]
    link = await slack.bookmarks_add(
        channel_id=INBOX, title="Contact", type="link", link="https://example.com"
    )
    assert link["bookmark"]["title"] == "Contact"
