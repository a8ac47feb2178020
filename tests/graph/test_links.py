"""Short links over the API: asked for, shown with their clicks, and opened over real HTTP."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from mongoengine.connection import get_db
from starlette.applications import Starlette

from adapters.mongo.pace import COLLECTION, DatabasePace
from adapters.web import links
from domain.model import Link, Message, Number
from domain.policy import AutomationPolicy
from domain.services.campaigns.sending import running
from tests.clock import NOON, FakeClock
from tests.conftest import Serve
from tests.domain.audience import people
from tests.graph.conftest import Api
from tests.graph.desk import POLICY, Program, conversation, person, program
from tests.graph.test_campaigns import MADE, STEERED, sale

BASE, HOUSE = "https://go.example.com", "https://example.com/house?id=7"
SHORT = replace(POLICY, automation=AutomationPolicy(links=BASE, link_life=timedelta(days=30)))
LINKS = "links { url target clicks firstClickedAt expiresAt }"
SEND = f"""mutation($input: SendMessageInput!) {{ sendMessage(input: $input) {{
  ... on Message {{ id body segments {LINKS} }} ... on Problem {{ code message }} }} }}"""
ONE = f"query($id: ID!) {{ message(id: $id) {{ {LINKS} }} }}"
PREVIEW = """query($input: SendMessageInput!) { previewMessage(input: $input) {
  body segments warnings } }"""
SHOWN = f"""query($id: ID!) {{ campaign(id: $id) {{ shortenLinks counts {{ clicks }}
  recipients {{ nodes {{ to body {LINKS} }} }} }} }}"""
BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) Safari/604.1"


@pytest.fixture
def me(api: Api) -> Program:
    """A program of a business that has a domain for short links."""
    return program(api(policy=SHORT), "read", "write")


@pytest.fixture
def somebody() -> dict[str, str]:
    """Jane's conversation, named in a text; she has agreed to be texted."""
    Number(phone="+17605551234", level="express", consent_at=NOON).save()
    return {"threadId": str(conversation(person()).id)}


@pytest.fixture
def web(serve: Serve, clock: FakeClock) -> str:
    """Where that domain leads to."""
    return serve(Starlette(routes=links.routes(clock, SHORT)))


def press(web: str, short: str, agent: str = BROWSER) -> httpx2.Response:
    """Somebody opens a short link on their phone."""
    assert short.startswith(f"{BASE}/l/")
    return httpx2.get(web + short.removeprefix(BASE), headers={"user-agent": agent})


def left() -> None:
    """All texts have begun to leave."""
    Message.objects.update(set__attempted_at=NOON)


def test_a_text_shows_its_links_and_who_followed_them(
    me: Program, web: str, somebody: dict[str, str]
) -> None:
    said = {**somebody, "body": f"See {HOUSE}.", "shortenLinks": True}
    sent = me.do(SEND, input=said)
    (link,) = sent["links"]
    assert sent["body"] == f"See {link['url']}."
    assert link == {
        "url": link["url"],
        "target": HOUSE,
        "clicks": 0,
        "firstClickedAt": None,
        "expiresAt": "2026-04-03T20:00:00.000Z",
    }
    left()
    for agent in ("WhatsApp/2.24", BROWSER, BROWSER):
        assert press(web, link["url"], agent).headers["location"] == HOUSE
    (link,) = me.ask(ONE, id=sent["id"])["message"]["links"]
    assert (link["clicks"], link["firstClickedAt"]) == (2, "2026-03-04T20:00:00.000Z")


def test_by_itself_a_programs_text_stays_as_it_is_written(
    me: Program, somebody: dict[str, str]
) -> None:
    sent = me.do(SEND, input={**somebody, "body": f"See {HOUSE}."})
    assert (sent["body"], sent["links"]) == (f"See {HOUSE}.", [])
    assert Link.objects.count() == 0


def test_a_preview_weighs_the_short_link_and_makes_none(
    me: Program, somebody: dict[str, str]
) -> None:
    said = {**somebody, "body": f"{HOUSE}{'x' * 200}", "shortenLinks": True}
    shown = me.ask(PREVIEW, input=said)["previewMessage"]
    assert Link.objects.count() == 0
    assert shown == {"body": f"{BASE}/l/{'0' * 11}", "segments": 1, "warnings": []}


def test_of_three_who_got_a_campaign_the_one_who_clicked_is_counted(me: Program, web: str) -> None:
    people(3)
    own = me.do(MADE, input=sale(body=f"Hi {{first_name}}: {HOUSE}"))["id"]
    me.do(STEERED % "start", id=own)
    held = running.claim(NOON)
    assert held
    running.work(held, DatabasePace(get_db()[COLLECTION]), FakeClock(), SHORT)
    left()
    texts: list[Any] = me.ask(SHOWN, id=own)["campaign"]["recipients"]["nodes"]
    addresses = [one["links"][0]["url"] for one in texts]
    assert len(set(addresses)) == 3
    assert all(url in one["body"] for url, one in zip(addresses, texts, strict=True))
    press(web, addresses[1])
    press(web, addresses[1])
    shown = me.ask(SHOWN, id=own)["campaign"]
    clicks = [one["links"][0]["clicks"] for one in shown["recipients"]["nodes"]]
    assert (shown["counts"]["clicks"], clicks) == (1, [0, 2, 0])


@pytest.mark.parametrize(("said", "kept"), [(None, True), (True, True), (False, False)])
def test_a_campaign_says_whether_it_makes_links_short(me: Program, said: Any, kept: bool) -> None:
    own = me.do(MADE, input=sale(shortenLinks=said))["id"]
    assert me.ask(SHOWN, id=own)["campaign"]["shortenLinks"] is kept
