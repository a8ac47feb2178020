"""The page to try the API with: whole in one file, and at work in a real browser."""

import re
from collections.abc import AsyncIterator, Iterator

import pytest

from tests import local
from tests.adapters.sandbox import browser
from tests.adapters.sandbox.browser import Tab
from tests.graph.conftest import Api
from tests.graph.desk import Program, conversation, http, person, text
from tests.graph.wire import cursor

HTML = {"accept": "text/html"}
PROGRAM = browser.program()
needs_browser = pytest.mark.skipif(PROGRAM is None, reason="there is no browser")


def test_the_page_needs_nothing_from_elsewhere(me: Program) -> None:
    reply = http().get(me.url, headers=HTML)
    assert reply.status_code == 200
    assert not re.search(r"https?://|src=|@import|url\(", reply.text)
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "unsafe" not in reply.headers["content-security-policy"]


def test_there_is_no_page_in_production(api: Api) -> None:
    reply = local.get(api(graphiql=False), headers=HTML)
    assert reply.status_code == 405
    assert reply.json()["errors"]


@pytest.fixture(scope="module")
def controls() -> Iterator[str]:
    """One browser for all of these tests."""
    assert PROGRAM
    with browser.browser(PROGRAM) as url:
        yield url


@pytest.fixture
async def tab(me: Program, controls: str) -> AsyncIterator[Tab]:
    """The page in a tab of its own, with the token put in."""
    async with browser.tab_of(controls) as tab:
        for domain in ("Runtime", "Log", "Page"):
            await tab.call(f"{domain}.enable")
        await tab.call("Page.navigate", url=me.url)
        await tab.until("document.querySelectorAll('#docs .entry').length > 10")
        await tab.run(f"document.getElementById('token').value = '{me.secret}'")
        yield tab
        assert tab.complaints == []


async def ask(tab: Tab, query: str) -> None:
    """Type an operation and press Run."""
    await tab.run(f"document.getElementById('query').value = {query!r}")
    await tab.run("document.getElementById('run').click()")


async def shown(tab: Tab, text: str) -> None:
    """Wait until the result has that text."""
    await tab.until(f"document.getElementById('result').textContent.includes({text!r})")


@pytest.mark.browser
@needs_browser
async def test_a_query_is_answered_on_the_page(tab: Tab) -> None:
    await ask(tab, "{ viewer { name } }")
    await shown(tab, "Test program")


@pytest.mark.browser
@needs_browser
async def test_events_appear_on_the_page_as_they_happen(tab: Tab, me: Program) -> None:
    after, thread = await cursor(me), conversation(person())
    await ask(tab, f'subscription {{ messages(after: "{after}") {{ message {{ body }} }} }}')
    await tab.until("document.getElementById('state').textContent.includes('listening')")
    text(thread, body="<img src=x onerror=alert(1)>")
    await shown(tab, "<img src=x")


@pytest.mark.browser
@needs_browser
async def test_the_schema_is_searched_on_the_page(tab: Tab) -> None:
    await tab.run("find('sendMess')")
    names = await tab.run("document.getElementById('docs').innerText")
    assert "Mutation.sendMessage" in names
