"""What Slack would not take is refused, and kept where a test finds it."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests import local
from tests.adapters.sandbox.error import error_of
from tests.adapters.sandbox.shop import command, field, modal, open_view, opens, shop, text
from tests.adapters.sandbox.town import Town

INBOX = "C0INBOX"
BAD: list[Any] = [{"type": "header", "text": text("x" * 151)}]
LONG = modal(title=text("x" * 25))
PICKER = {"type": "external_select", "action_id": "who", "min_query_length": 0}


async def complaints(here: Town) -> list[tuple[str, str]]:
    found = (await here.get("/complaints"))["complaints"]
    return [(one["method"], one["error"]) for one in found]


async def test_good_calls_leave_none(here: Town, slack: AsyncWebClient) -> None:
    await slack.chat_postMessage(channel=INBOX, text="Hello")
    await slack.views_publish(user_id="U0DANA", view={"type": "home", "blocks": []})
    assert await error_of(slack.chat_postMessage(channel="C0NONE", text="x")) == "channel_not_found"
    assert await complaints(here) == []


async def test_bad_blocks_are_written_down(here: Town, slack: AsyncWebClient) -> None:
    posting = slack.chat_postMessage(channel=INBOX, text="x", blocks=BAD)
    assert await error_of(posting) == "invalid_blocks"
    whisper = slack.chat_postEphemeral(channel=INBOX, user="U0DANA", text="x", blocks=BAD)
    assert await error_of(whisper) == "invalid_blocks"
    attached: list[Any] = [{"blocks": BAD}]
    wrapped = slack.chat_postMessage(channel=INBOX, text="x", attachments=attached)
    assert await error_of(wrapped) == "invalid_blocks"
    whole = (await here.get("/complaints"))["complaints"]
    assert [one["method"] for one in whole] == [
        "slack.chat.postMessage",
        "slack.chat.postEphemeral",
        "slack.chat.postMessage",
    ]
    assert "less than 151" in whole[0]["messages"][0]


async def test_a_file_that_is_gone_is_refused_without_a_complaint(
    here: Town, slack: AsyncWebClient
) -> None:
    missing = {"type": "image", "slack_file": {"id": "F0NONE"}, "alt_text": "a"}
    lost = slack.chat_postMessage(channel=INBOX, text="x", blocks=[missing])
    assert await error_of(lost) == "invalid_blocks"
    assert await complaints(here) == []


async def test_bad_homes_are_written_down(here: Town, slack: AsyncWebClient) -> None:
    publishing = slack.views_publish(user_id="U0DANA", view={"type": "home", "blocks": BAD})
    assert await error_of(publishing) == "invalid_arguments"
    unknown = slack.views_publish(user_id="U0DANA", view={"type": "home", "blocks": [], "x": 1})
    assert await error_of(unknown) == "invalid_arguments"
    assert await complaints(here) == [("slack.views.publish", "invalid_arguments")] * 2


def answering(**answer: Any) -> Callable[[AsyncApp], None]:
    """A shop whose form is answered with `answer`, and whose select with no options at all."""

    def stock(app: AsyncApp) -> None:
        opens(modal(field("who", PICKER, optional=True)))(app)

        @app.view("form")
        async def submitted(ack: Any) -> None:
            await ack(**answer)

        @app.options("who")
        async def who(ack: Any) -> None:
            await ack(options=[{"text": text("x" * 76), "value": "c1"}])

    return stock


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "update", "view": LONG},
        {"response_action": "push", "view": LONG},
        {"response_action": "errors", "errors": {"elsewhere": "Too short"}},
        {"response_action": "explode"},
    ],
)
async def test_bad_answers_to_a_form_are_written_down(answer: Any) -> None:
    async with shop(answering(**answer)) as here:
        await command(here)
        view = await open_view(here)
        told = await here.post(f"/slack/views/{view['id']}", user="U0DANA", state={})
        assert not told["ok"]
        assert await complaints(here) == [(f"/sandbox/slack/views/{view['id']}", told["error"])]
        assert (await open_view(here))["id"] == view["id"]


async def test_bad_options_are_written_down() -> None:
    async with shop(answering()) as here:
        await command(here)
        view = await open_view(here)
        ask = {"user": "U0DANA", "view": view["id"], "action_id": "who", "value": "Ja"}
        assert (await here.post("/slack/suggestions", **ask))["error"] == "invalid_options"
        assert await complaints(here) == [("/sandbox/slack/suggestions", "invalid_options")]


async def test_a_bad_response_is_written_down(here: Town) -> None:
    await here.post("/slack/commands", user="U0DANA", channel=INBOX, command="/sms", text="")
    url = here.product.received[-1].form["response_url"]
    async with local.async_client() as http:
        assert (await http.post(url, json={"blocks": BAD})).status_code == 400
    assert await complaints(here) == [("response_url", "invalid_blocks")]
