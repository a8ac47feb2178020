"""Slash commands, shortcuts and buttons, answered by a real Bolt app."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.responses import JSONResponse, Response

from tests.adapters.sandbox.shop import command, shop, text
from tests.adapters.sandbox.town import Town

INBOX = "C0INBOX"
CARD = [
    {
        "type": "actions",
        "block_id": "card",
        "elements": [
            {"type": "button", "action_id": "close", "text": text("Close"), "value": "t1"},
            {
                "type": "static_select",
                "action_id": "assign",
                "options": [
                    {"text": text("Sam"), "value": "U0SAM"},
                    {"text": text("Dana"), "value": "U0DANA"},
                ],
            },
        ],
    }
]


async def test_a_command_comes_as_a_signed_form(here: Town) -> None:
    await command(here, "Jane hello")
    received = here.product.received[0]
    assert received.signed
    assert received.form["command"] == "/sms"
    assert received.form["text"] == "Jane hello"
    assert (received.form["user_id"], received.form["channel_id"]) == ("U0DANA", INBOX)
    assert received.form["channel_name"] == "inbox"
    assert received.form["response_url"].startswith(f"{here.url}/slack/response/")
    assert received.form["trigger_id"]


async def test_a_private_channel_is_called_so_in_a_command(
    here: Town, slack: AsyncWebClient
) -> None:
    made = await slack.conversations_create(name="sms-jane", is_private=True)
    body = {"user": "U0DANA", "channel": made["channel"]["id"], "command": "/sms"}
    await here.post("/slack/commands", **body)
    sent = await here.product.wait(lambda items: any("command" in item.form for item in items))
    form = next(item.form for item in sent if "command" in item.form)
    assert form["channel_name"] == "privategroup"


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (Response("Not today", media_type="text/plain"), "Not today"),
        (JSONResponse({"text": "Hello"}), "Hello"),
        (JSONResponse({"response_type": "ephemeral", "text": "Only you"}), "Only you"),
    ],
)
async def test_an_answer_to_a_command_is_for_the_asker_only(
    here: Town, answer: Response, shown: str
) -> None:
    here.product.answers += [answer]
    told = await command(here)
    assert told["ok"]
    ephemerals = (await here.channel())["ephemerals"]
    assert [(one["for"], one["text"]) for one in ephemerals] == [("U0DANA", shown)]


async def test_an_answer_to_a_command_may_be_for_all(here: Town) -> None:
    here.product.answers += [JSONResponse({"response_type": "in_channel", "text": "All"})]
    await command(here)
    assert [message["text"] for message in await here.messages()] == ["All"]


async def test_a_command_that_fails_says_so(here: Town) -> None:
    here.product.answers += [Response(status_code=500)]
    told = await command(here)
    assert (told["ok"], told["status"], told["error"]) == (False, 500, "http_error")
    assert len(here.product.received) == 1


async def test_a_command_is_not_answered_for_ever(here: Town) -> None:
    await here.put("/faults", [{"method": "deliver.interaction", "action": "lose"}])
    told = await command(here)
    assert (told["ok"], told["status"], told["error"]) == (False, None, "connection_failed")


async def test_a_button_sends_its_value_and_the_message(here: Town) -> None:
    sent = await here.slack().chat_postMessage(channel=INBOX, text="card", blocks=CARD)
    press = {"user": "U0SAM", "channel": INBOX, "ts": sent["ts"], "action_id": "close"}
    assert (await here.post("/slack/actions", **press))["ok"]
    received = await here.product.wait(lambda items: any("payload" in item.form for item in items))
    payload = next(item.json for item in received if "payload" in item.form)
    assert payload["type"] == "block_actions"
    assert payload["actions"][0]["value"] == "t1"
    assert payload["actions"][0]["block_id"] == "card"
    assert payload["message"]["ts"] == payload["container"]["message_ts"] == sent["ts"]
    assert (payload["user"]["id"], payload["channel"]["id"]) == ("U0SAM", INBOX)


async def test_a_menu_sends_the_option_chosen() -> None:
    chosen: list[Any] = []

    def stock(app: AsyncApp) -> None:
        @app.action("assign")
        async def assign(ack: Any, action: Any) -> None:
            await ack()
            chosen.append(action["selected_option"]["value"])

    async with shop(stock) as here:
        sent = await here.slack().chat_postMessage(channel=INBOX, text="card", blocks=CARD)
        place = {"user": "U0SAM", "channel": INBOX, "ts": sent["ts"], "action_id": "assign"}
        for value in ("U0SAM", "Dana"):
            assert (await here.post("/slack/actions", **place, value=value))["ok"]
    assert chosen == ["U0SAM", "U0DANA"]


async def test_a_button_of_an_ephemeral_replaces_it_by_its_response_url() -> None:
    def stock(app: AsyncApp) -> None:
        @app.action("close")
        async def close(ack: Any, respond: Any, body: Any) -> None:
            await ack()
            assert body["container"]["is_ephemeral"]
            assert "message" not in body
            await respond("Closed.", replace_original=True)

    async with shop(stock) as here:
        sent = await here.slack().chat_postEphemeral(
            channel=INBOX, user="U0DANA", text="Close it?", blocks=CARD
        )
        press = {"user": "U0DANA", "channel": INBOX, "ts": sent["message_ts"]}
        assert (await here.post("/slack/actions", **press, action_id="close"))["ok"]
        (shown,) = (await here.channel())["ephemerals"]
    assert shown["text"] == "Closed."
    assert "blocks" not in shown


async def test_an_ephemeral_can_be_taken_away() -> None:
    def stock(app: AsyncApp) -> None:
        @app.action("close")
        async def close(ack: Any, respond: Any) -> None:
            await ack()
            await respond(delete_original=True)

    async with shop(stock) as here:
        sent = await here.slack().chat_postEphemeral(
            channel=INBOX, user="U0DANA", text="Close it?", blocks=CARD
        )
        press = {"user": "U0DANA", "channel": INBOX, "ts": sent["message_ts"]}
        await here.post("/slack/actions", **press, action_id="close")
        assert (await here.channel())["ephemerals"] == []
        gone = await here.refused("POST", "/slack/actions", {**press, "action_id": "close"})
    assert gone == (404, "no such message")


async def test_a_message_shortcut_brings_the_message() -> None:
    seen: list[Any] = []

    def stock(app: AsyncApp) -> None:
        @app.shortcut("send_text")
        async def send(ack: Any, shortcut: Any) -> None:
            await ack()
            seen.append((shortcut["message"]["text"], shortcut["channel"]["id"]))

        @app.event("message")
        async def heard() -> None:
            return None

    async with shop(stock) as here:
        said = await here.say("Send me")
        body = {"user": "U0DANA", "callback_id": "send_text", "channel": INBOX, "ts": said["ts"]}
        assert (await here.post("/slack/shortcuts", **body))["ok"]
    assert seen == [("Send me", INBOX)]


async def test_a_global_shortcut_has_no_message(here: Town) -> None:
    assert (await here.post("/slack/shortcuts", user="U0DANA", callback_id="new"))["ok"]
    payload = here.product.received[0].json
    assert (payload["type"], payload["callback_id"]) == ("shortcut", "new")
    assert "channel" not in payload


async def test_the_app_hears_that_its_home_is_open() -> None:
    def stock(app: AsyncApp) -> None:
        @app.event("app_home_opened")
        async def publish(event: Any, client: AsyncWebClient) -> None:
            view = {"type": "home", "blocks": [{"type": "divider"}]}
            await client.views_publish(user_id=event["user"], view=view)

    async with shop(stock) as here:
        await here.post("/slack/home", user="U0PRIYA")
        picture = await here.until("/slack", lambda shown: shown["homes"])
    assert picture["homes"]["U0PRIYA"]["blocks"] == [{"type": "divider"}]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("commands", {}, 400),
        ("commands", {"user": "U0NOBODY"}, 404),
        ("commands", {"user": "U0DANA", "channel": "C0NONE", "command": "/sms"}, 404),
        ("commands", {"user": "U0DANA", "channel": INBOX, "command": "sms"}, 400),
        ("actions", {"user": "U0DANA", "action_id": "x"}, 400),
        ("actions", {"user": "U0DANA", "channel": INBOX, "ts": "1.1", "action_id": "x"}, 404),
        ("actions", {"user": "U0DANA", "view": "V0NONE", "action_id": "x"}, 404),
        ("actions", {"user": "U0DANA", "home": True, "action_id": "x"}, 404),
        ("shortcuts", {"user": "U0DANA"}, 400),
        ("shortcuts", {"user": "U0DANA", "callback_id": "x", "ts": "1.1"}, 400),
        ("suggestions", {"user": "U0DANA", "view": "V0NONE", "action_id": "x"}, 404),
        ("views/V0NONE", {"user": "U0DANA"}, 404),
        ("views/V0NONE/close", {"user": "U0DANA"}, 404),
    ],
)
async def test_what_cannot_be_done_is_refused(
    here: Town, path: str, body: object, status: int
) -> None:
    assert (await here.refused("POST", f"/slack/{path}", body))[0] == status
    assert here.product.received == []


async def test_a_button_that_is_not_there_names_those_that_are(here: Town) -> None:
    sent = await here.slack().chat_postMessage(channel=INBOX, text="card", blocks=CARD)
    press = {"user": "U0SAM", "channel": INBOX, "ts": sent["ts"], "action_id": "open"}
    status, error = await here.refused("POST", "/slack/actions", press)
    assert status == 404
    assert error.endswith("there are: close, assign")
