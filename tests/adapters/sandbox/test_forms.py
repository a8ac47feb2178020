"""The page in a real browser, before a real Bolt app: forms, the home, channels, pictures."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox import Command, Shortcut
from tests.adapters.sandbox.browser import Tab, program, tab_of
from tests.adapters.sandbox.shop import field, modal, shop, text
from tests.adapters.sandbox.town import Town

INBOX = "C0INBOX"
START = f"#phone=%2B17605550123&room={INBOX}&as=U0DANA&tab=slack"
LIVE = {
    "type": "plain_text_input",
    "action_id": "words",
    "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
}
PICKER = {"type": "external_select", "action_id": "who", "min_query_length": 0}
ASKS = {
    "title": text("Sure?"),
    "text": text("It is gone then."),
    "confirm": text("Delete"),
    "deny": text("Keep"),
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(program() is None, reason="no browser is installed"),
]


def button(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": name, "text": text(name.title()), **more}


def form(count: int = 0) -> dict[str, Any]:
    """A living form: it says how much was typed."""
    said = {"type": "mrkdwn", "text": f"{count} characters"}
    return modal(
        {"type": "context", "block_id": "count", "elements": [said]},
        field("body", LIVE, dispatch_action=True),
        field("who", PICKER, optional=True),
        {
            "type": "actions",
            "block_id": "row",
            "elements": [button("more"), button("drop", confirm=ASKS), button("fail")],
        },
    )


class Counter:
    """An app with one form and a home; remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.sent: Any = None

    def stock(self, app: AsyncApp) -> None:
        """Put its listeners in."""
        for kind, name in ((app.command, "/sms"), (app.shortcut, "new_text")):
            kind(name)(self._open)
        app.action("words")(self._count)
        app.action("more")(self._more)
        app.action("drop")(self._drop)
        app.options("who")(self._who)
        app.view("form")(self._submit)
        app.event("app_home_opened")(self._home)
        app.event("message")(self._hear)

    async def _open(self, ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form())

    async def _count(self, ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        view = body["view"]
        typed = view["state"]["values"]["body"]["words"]["value"] or ""
        await client.views_update(view_id=view["id"], view=form(len(typed)))

    async def _more(self, ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        pushed = modal(field("note", {"type": "plain_text_input", "action_id": "note"}))
        await client.views_push(trigger_id=body["trigger_id"], view=pushed | {"title": text("Top")})

    async def _drop(self, ack: Any) -> None:
        await ack()
        self.told.append("drop")

    async def _who(self, ack: Any, payload: Any) -> None:
        option = {"text": text(f"Jane {payload['value']}"), "value": "c1"}
        await ack(option_groups=[{"label": text("May be texted"), "options": [option]}])

    async def _submit(self, ack: Any, view: Any) -> None:
        values = view["state"]["values"]
        if len(values["body"]["words"]["value"]) < 10:
            await ack(response_action="errors", errors={"body": "Say more."})
            return
        self.sent = values
        await ack()

    async def _home(self, ack: Any, event: Any, client: AsyncWebClient) -> None:
        await ack()
        blocks = [
            {"type": "header", "text": text("Your day")},
            {"type": "actions", "block_id": "row", "elements": [button("drop")]},
        ]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    async def _hear(self, ack: Any, event: Any) -> None:
        await ack()
        self.told.append(event.get("text", event.get("subtype")))


@asynccontextmanager
async def page(controls: str, counter: Counter) -> AsyncIterator[tuple[Town, Tab]]:
    """The page before that app; at the end nobody must have complained."""
    sms = (Command("/sms", "Write a text", "[number]"),)
    shortcuts = (Shortcut("new_text", "New text", "global"), Shortcut("send", "Send"))
    offered: dict[str, Any] = {"commands": sms, "shortcuts": shortcuts, "home": True}
    async with shop(counter.stock, **offered) as here, tab_of(controls) as tab:
        await tab.open(f"{here.url}/{START}")
        yield here, tab
        # A refusal by the app is an answer with an error's status, which the browser notes.
        assert [one for one in tab.complaints if "Failed to load resource" not in one] == []
        await here.uncomplained()


def words(selector: str) -> str:
    """An expression: the words of the first element that fits."""
    return f"document.querySelector('{selector}')?.textContent"


async def test_a_form_lives_while_somebody_types(controls: str) -> None:
    counter = Counter()
    async with page(controls, counter) as (_, tab):
        await tab.write("#say", "/s")
        await tab.until(f"{words('#offers li strong')} === '/sms'")
        await tab.key("Enter")
        assert await tab.run("document.getElementById('say').value") == "/sms "
        await tab.key("Enter")
        await tab.write("#modal [data-action=words]", "Hello")
        await tab.until(f"{words('#modal .b-context')} === '5 characters'")
        await tab.call("Input.insertText", text=" you")
        await tab.until(f"{words('#modal .b-context')} === '9 characters'")
        await tab.press("Go", "#modal")
        await tab.until(f"{words('#modal .wrong')} === 'Say more.'")
        await tab.write("#modal .combo input", "Do")
        await tab.until(f"{words('#modal .found [role=option]')} === 'Jane Do'")
        await tab.key("Enter")
        await tab.press("More", "#modal")
        await tab.until(f"{words('#modal h2')} === 'Top'")
        await tab.key("Escape")
        await tab.until(f"{words('#modal .chip')}?.startsWith('Jane Do')")
        await tab.press("Drop", "#modal")
        await tab.press("Keep", "#question")
        await tab.press("Drop", "#modal")
        await tab.press("Delete", "#question")
        await tab.press("Fail", "#modal")
        await tab.until(f"{words('.toast')}?.includes('404')")
        await tab.write("#modal [data-action=words]", ", Jane")
        await tab.press("Go", "#modal")
        await tab.until("!document.getElementById('modal').open")
    assert counter.told == ["drop"]
    assert counter.sent["body"]["words"]["value"] == "Hello you, Jane"
    assert counter.sent["who"]["who"]["selected_option"]["value"] == "c1"


async def test_the_home_and_the_shortcuts_are_at_hand(controls: str) -> None:
    counter = Counter()
    async with page(controls, counter) as (_, tab):
        await tab.click("#say-shortcuts")
        await tab.press("New text", "#popup")
        await tab.until("document.getElementById('modal').open")
        await tab.click("#modal [aria-label=Close]")
        await tab.press("◆", "#channels")
        await tab.until(f"{words('.home .b-header')} === 'Your day'")
        await tab.press("Drop", ".home")
        await tab.until("!document.querySelector('.home [aria-busy]')")
    assert counter.told == ["drop"]


async def test_channels_threads_and_pins_are_used_by_hand(controls: str) -> None:
    counter = Counter()
    async with page(controls, counter) as (here, tab):
        said = await here.say("Card")
        await tab.click(".msg .tools button[aria-label='Reply in a thread']")
        await tab.until("document.activeElement.id === 'reply'")
        await tab.write("#reply", "A note")
        await tab.click("#broadcast")
        await tab.key("Enter")
        await tab.until(f"{words('#replies .msg:last-child .body')} === 'A note'")
        await tab.until(f"{words('#messages .msg:last-child .pinned')} === '↳ replied in a thread'")
        await tab.click("#thread-close")
        await tab.click(".msg .tools button:last-child")
        await tab.press("Pin to the channel", "#popup")
        await tab.until(f"{words('#pins')} === '📌 1'")
        other = await here.post("/slack/channels", name="sms-jane-doe-0123", private=True)
        await tab.write("#filter", "0123")
        await tab.until("document.querySelectorAll('#channels .chan').length === 2")
        await tab.key("Enter")
        await tab.until(f"{words('#room-name')}.includes('sms-jane-doe-0123')")
        await tab.click("#room-name")
        await tab.press("Archive", "#popup")
        await tab.until(f"{words('#absent')} === 'This channel is archived.'")
        assert (await here.channel(other["id"]))["archived"]
    assert "A note" in counter.told
    assert said["ts"]


async def test_pictures_go_both_ways(controls: str) -> None:
    async with page(controls, Counter()) as (here, tab):
        await tab.click("#attach")
        await tab.click("#popup .sample")
        await tab.until("!document.getElementById('phone-files').hidden")
        await tab.type("text", "Look")
        await tab.until("document.querySelector('.bubble .picture')?.naturalWidth === 640")
        (carried,) = await here.texts()
        assert carried["media"][0]["content_type"] == "image/jpeg"
        await tab.run(
            "(() => { const data = new DataTransfer();"
            " data.items.add(new File(['hello'], 'offer.txt', {type: 'text/plain'}));"
            " document.getElementById('room').dispatchEvent("
            "new DragEvent('drop', {dataTransfer: data, bubbles: true})); })()"
        )
        await tab.until("!document.getElementById('say-files').hidden")
        await tab.type("say", "The offer")
        await tab.until(f"{words('#messages .file span')} === 'offer.txt'")
        shared = (await here.messages())[-1]
        assert (shared["subtype"], shared["text"]) == ("file_share", "The offer")


async def test_a_guest_sees_what_a_guest_may(controls: str) -> None:
    async with page(controls, Counter()) as (here, tab):
        await tab.run("location.hash = '#as=U0GUEST'")
        await tab.until(f"{words('#absent')}.includes('Gus Guest is not in this channel')")
        await tab.press("Join", "#absent")
        await tab.until("!document.getElementById('composer').hidden")
        await tab.click("#staff")
        await tab.click("#popup input")
        await tab.until("document.getElementById('as').selectedOptions[0].text === 'Gus Guest'")
        users = (await here.get("/slack"))["users"]
        assert [user["guest"] for user in users if user["id"] == "U0GUEST"] == [False]
