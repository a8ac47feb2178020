"""The page in a real browser: typed on one side, seen on the other."""

import json
from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.responses import Response

from tests.adapters.sandbox.browser import Tab, program, tab_of
from tests.adapters.sandbox.phone import create
from tests.adapters.sandbox.town import Town

INBOX, CUSTOMER = "C0INBOX", "+17605550123"
START = f"#phone=%2B17605550123&room={INBOX}&as=U0DANA&tab=phone"
HOSTILE = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(program() is None, reason="no browser is installed"),
]


@pytest.fixture
async def tab(here: Town, controls: str) -> AsyncIterator[Tab]:
    """The page, open and live; at the end it must not have complained."""
    async with tab_of(controls) as opened:
        await opened.open(f"{here.url}/{START}")
        yield opened
    assert opened.complaints == []


def text_of(selector: str) -> str:
    """An expression: the words of all elements that fit."""
    return f"[...document.querySelectorAll('{selector}')].map((one) => one.textContent).join('|')"


async def test_a_text_typed_on_the_phone_reaches_the_product(here: Town, tab: Tab) -> None:
    await tab.type("text", "Hello from my phone")
    received = await here.product.count(1)
    assert received[0].form["From"] == CUSTOMER
    assert received[0].form["Body"] == "Hello from my phone"
    await tab.until(f"{text_of('.bubble.out')} === 'Hello from my phone'")
    await tab.until(f"{text_of('.state')}.includes('Delivered')")


async def test_a_text_that_was_not_taken_says_so(here: Town, tab: Tab) -> None:
    here.product.answers += [Response(status_code=503)] * 6
    await tab.type("text", "Hello?")
    await tab.until(f"{text_of('.state.bad')}.includes('503')")


async def test_the_address_may_say_names(here: Town, controls: str) -> None:
    async with tab_of(controls) as named:
        await named.open(f"{here.url}/#room=general&as=sam&tab=slack")
        assert await named.until("document.getElementById('as').value") == "U0SAM"
        shown = (
            "document.querySelector('#channels [aria-current=true]')?.getAttribute('aria-label')"
        )
        assert await named.until(f"{shown} === 'general'")


async def test_an_answer_appears_on_the_phone(here: Town, tab: Tab) -> None:
    await create(here, CUSTOMER, "Here we are")
    await tab.until(f"{text_of('.bubble.in:not(.ghost)')} === 'Here we are'")


async def test_an_address_in_a_text_can_be_pressed_and_nothing_else(here: Town, tab: Tab) -> None:
    bad = "javascript:alert(1) data:text/html,x https://[ <a href=https://c.example>z</a>"
    said = f"See https://a.example/x?y=1#z, (http://b.example). {bad}"
    await create(here, CUSTOMER, said)
    await tab.until(f"{text_of('.bubble.in:not(.ghost)')} === {json.dumps(said)}")
    anchors = "[...document.querySelectorAll('.bubble a')]"
    told = await tab.run(f"{anchors}.map((one) => [one.href, one.target, one.rel].join(' '))")
    places = ("https://a.example/x?y=1#z", "http://b.example/", "https://c.example/")
    assert told == [f"{place} _blank noreferrer noopener" for place in places]


async def test_what_an_agent_types_is_told_to_the_product(here: Town, tab: Tab) -> None:
    await tab.type("say", "Hi & <welcome>")
    event = await here.product.event(lambda event: event["user"] == "U0DANA")
    assert event["text"] == "Hi &amp; &lt;welcome&gt;"
    await tab.until(f"{text_of('#messages .body')} === 'Hi & <welcome>'")


async def test_marks_of_the_app_are_shown(here: Town, slack: AsyncWebClient, tab: Tab) -> None:
    said = await here.say("Answer")
    await slack.reactions_add(channel=INBOX, timestamp=said["ts"], name="white_check_mark")
    await tab.until(f"{text_of('.react')}.includes('✅')")


async def test_a_moment_is_told_by_the_readers_clock(slack: AsyncWebClient, tab: Tab) -> None:
    for form in ("{date_num} at {time}", "{nonsense}"):
        await slack.chat_postMessage(channel=INBOX, text=f"On <!date^1795000000^{form}|some day>.")
    await tab.until("document.querySelectorAll('#messages .body time').length === 2")
    said = await tab.run(text_of("#messages .body"))
    assert "2026 at " in said
    assert "some day" not in said


async def test_hostile_words_stay_words(here: Town, slack: AsyncWebClient, tab: Tab) -> None:
    await here.text(CUSTOMER, HOSTILE)
    await slack.chat_postMessage(channel=INBOX, text=HOSTILE, username=HOSTILE)
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": HOSTILE}}]
    await slack.chat_postMessage(channel=INBOX, text="x", blocks=blocks)
    link = "<javascript:alert(1)|click>"
    await slack.chat_postMessage(channel=INBOX, text=link)
    await tab.until("document.querySelectorAll('#messages .msg').length === 3")
    assert await tab.run("window.hacked") is None
    assert await tab.run("document.querySelectorAll('#messages a').length") == 0
    assert "onerror" in await tab.run(text_of(".bubble.out"))


async def test_an_own_message_is_edited_and_deleted(here: Town, tab: Tab) -> None:
    said = await here.say("before")
    await tab.click(".msg .tools button:last-child")
    await tab.click(".menu button")
    await tab.until("Boolean(document.querySelector('.rewrite textarea'))")
    await tab.run("document.querySelector('.rewrite textarea').value = 'after'")
    await tab.run("document.querySelector('.rewrite').requestSubmit()")
    await here.product.event(lambda event: event.get("message", {}).get("text") == "after")
    await tab.until(f"{text_of('#messages .body')}.startsWith('after')")
    await tab.click(".msg .tools button:last-child")
    await tab.click(".menu .danger")
    await tab.click("#question .danger")
    event = await here.product.event(lambda event: event.get("subtype") == "message_deleted")
    assert event["deleted_ts"] == said["ts"]


async def test_an_ephemeral_is_seen_by_its_reader_only(slack: AsyncWebClient, tab: Tab) -> None:
    await slack.chat_postEphemeral(channel=INBOX, user="U0DANA", text="Only Dana")
    await slack.chat_postEphemeral(channel=INBOX, user="U0SAM", text="Only Sam")
    await tab.until(f"{text_of('.msg.only .body')} === 'Only Dana'")
    await tab.run("location.hash = '#as=U0SAM'")
    await tab.until(f"{text_of('.msg.only .body')} === 'Only Sam'")


async def test_a_modal_opens_and_is_sent(here: Town, slack: AsyncWebClient, tab: Tab) -> None:
    await here.post("/slack/commands", user="U0DANA", channel=INBOX, command="/sms", text="")
    name = here.product.received[-1].form["trigger_id"]
    words = {"type": "plain_text", "text": "Body"}
    field = {"type": "plain_text_input", "action_id": "words"}
    block = {"type": "input", "block_id": "body", "label": words, "element": field}
    view = {"type": "modal", "title": words, "submit": words, "blocks": [block]}
    await slack.views_open(trigger_id=name, view=view)
    await tab.until("document.getElementById('modal').open")
    await tab.run("document.querySelector('#modal form').requestSubmit()")
    await tab.until(f"{text_of('#modal .wrong')}.includes('required')")
    await tab.run("document.querySelector('#modal input').value = 'Hello'")
    await tab.run("document.querySelector('#modal form').requestSubmit()")
    await tab.until("!document.getElementById('modal').open")
    values = here.product.received[-1].json["view"]["state"]["values"]
    assert values["body"]["words"]["value"] == "Hello"


async def test_a_phone_shows_one_side_at_a_time(here: Town, controls: str) -> None:
    async with tab_of(controls) as small:
        await small.open(f"{here.url}/{START}", width=400, height=850)
        seen = "getComputedStyle(document.querySelector('{}')).display !== 'none'"
        assert await small.run(seen.format(".phones"))
        assert not await small.run(seen.format(".slack"))
        await small.click(".tabs [data-tab=slack]")
        assert await small.run(seen.format(".slack"))
        assert not await small.run(seen.format(".phones"))
        assert await small.run("document.documentElement.scrollWidth") == 400
    assert small.complaints == []
