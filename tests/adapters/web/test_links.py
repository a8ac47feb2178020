"""Short links over HTTP: where they lead, what they never do, and who is counted."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
import structlog
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mongoengine.connection import get_db
from pymongo.database import Database
from pymongo.errors import ServerSelectionTimeoutError
from starlette.applications import Starlette
from starlette.testclient import TestClient

from adapters.web import errors, links
from adapters.web.logs import hide
from domain.model import Link, Message
from domain.services.links.shortening import shortened
from tests.clock import NOON, FakeClock
from tests.domain.build import fresh
from tests.domain.test_links import BASE, HOUSE, LIFE, SHORT, code_of, made, sent

POLICY = replace(SHORT, business_name="Cedar & <Pine>")
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3"
PHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) {SAFARI} Mobile/15E148"
PEOPLE = (
    PHONE,
    f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {CHROME}",
    f"Mozilla/5.0 (Linux; Android 7.0; CUBOT NOTE Plus) {CHROME}",
)
MACHINES = (
    "",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "WhatsApp/2.24.6.77 A",
    "facebookexternalhit/1.1 (+http://www.example.com/externalhit_uatext.php)",
    f"Mozilla/5.0 (Macintosh) {SAFARI} facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.example.com/bot.html)",
    "Mozilla/5.0 (Linux; Android 6.0.1) (compatible; Google-Read-Aloud)",
    "Mozilla/5.0 (compatible; bingbot/2.0)",
    "BingPreview/1.0b",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Discordbot/2.0)",
    "Mozilla/5.0 (Windows NT 10.0) SkypeUriPreview Preview/0.5",
    "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/131.0.0.0",
    "curl/8.5.0",
    "python-requests/2.32.3",
)


@dataclass
class Desk:
    """Somebody's browser before our links."""

    client: TestClient
    clock: FakeClock

    def open(self, code: str, agent: str = PHONE, method: str = "GET", **headers: str) -> Response:
        """Ask for that link, without following where it leads."""
        sent = {"user-agent": agent, **headers}
        return self.client.request(method, f"/l/{code}", headers=sent, follow_redirects=False)


@pytest.fixture
def desk(db: Database[dict[str, Any]], clock: FakeClock) -> Desk:
    app = Starlette(routes=links.routes(clock, POLICY), exception_handlers=errors.HANDLERS)
    return Desk(TestClient(app), clock)


def clicks() -> int:
    return int(Link.objects.get().clicks)


def test_it_leads_on_and_counts_who_opened_it(desk: Desk) -> None:
    message, code = sent()
    answer = desk.open(code)
    assert (answer.status_code, answer.headers["location"], answer.content) == (302, HOUSE, b"")
    assert {name: answer.headers[name] for name in links.HEADERS} == links.HEADERS
    assert (clicks(), fresh(message).clicked_at) == (1, NOON)


def test_nothing_of_the_request_leads_anywhere(desk: Desk) -> None:
    _, code = sent()
    evil = "https://evil.example"
    more = {"host": "evil.example", "x-forwarded-host": "evil.example", "referer": evil}
    for asked in (f"{code}?url={evil}&to={evil}", f"{code}?{evil}", f"{code}#{evil}"):
        assert desk.open(asked, **more).headers["location"] == HOUSE
    for asked in (f"{code}/{evil}", f"{code}//evil.example", f"/{code}", f"{code}%0d%0aX:1", evil):
        answer = desk.open(asked, **more)
        assert answer.status_code == 404
        assert "location" not in answer.headers


@given(st.text(st.characters(exclude_characters="\n"), max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_whatever_is_no_name_of_a_link_is_a_page_that_says_nothing(desk: Desk, said: str) -> None:
    answer = desk.client.get(
        "/l/x" + "".join(f"%{one:02x}" for one in said.encode("utf-8", "replace"))
    )
    assert answer.status_code == 404
    assert answer.text == desk.open("0" * 11).text


def test_an_unknown_link_is_a_plain_page(desk: Desk) -> None:
    answer = desk.open("0" * 11)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing at this address." in answer.text
    assert {name: answer.headers[name] for name in links.HEADERS} == links.HEADERS


def test_an_expired_link_says_whom_to_ask(desk: Desk) -> None:
    _, code = sent()
    desk.clock.set(NOON + LIFE)
    answer = desk.open(code)
    assert answer.status_code == 410
    assert "Ask Cedar &amp; &lt;Pine&gt; for a new one." in answer.text
    assert HOUSE not in answer.text
    assert "location" not in answer.headers
    assert clicks() == 0


def test_a_target_is_sent_as_it_was_written_down(desk: Desk) -> None:
    target = "https://example.com/a;b,c'(d)?x=%C3%A4&y=[1]|~!#%zz"
    code = code_of(made(target))
    assert desk.open(code).headers["location"] == target.replace("|", "%7C")


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_are_counted(desk: Desk, agent: str) -> None:
    _, code = sent()
    desk.open(code, agent)
    assert clicks() == 1


@pytest.mark.parametrize("agent", MACHINES)
def test_machines_are_led_on_and_not_counted(desk: Desk, agent: str) -> None:
    message, code = sent()
    assert desk.open(code, agent).headers["location"] == HOUSE
    assert (clicks(), fresh(message).clicked_at) == (0, None)


@pytest.mark.parametrize(
    "early",
    [
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-purpose": "preview"},
        {"x-moz": "prefetch"},
    ],
)
def test_what_is_fetched_ahead_is_not_counted(desk: Desk, early: dict[str, str]) -> None:
    _, code = sent()
    assert desk.open(code, **early).status_code == 302
    assert clicks() == 0


def test_a_look_without_opening_is_not_counted(desk: Desk) -> None:
    _, code = sent()
    assert desk.open(code, method="HEAD").headers["location"] == HOUSE
    assert clicks() == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_link_can_only_be_opened(desk: Desk, method: str) -> None:
    _, code = sent()
    answer = desk.open(code, method=method)
    assert (answer.status_code, clicks()) == (405, 0)
    assert "location" not in answer.headers


class Away(FakeClock):
    """The clock is the database's, which is away."""

    def now(self) -> datetime:
        raise ServerSelectionTimeoutError(BASE)


def test_without_the_database_there_is_a_page_that_says_so() -> None:
    desk = Desk(TestClient(Starlette(routes=links.routes(Away(), POLICY))), FakeClock())
    with structlog.testing.capture_logs() as logged:
        answer = desk.open("0" * 11)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "Try again in a minute." in answer.text
    assert BASE not in str(logged) + answer.text


def test_a_click_that_cannot_be_written_down_keeps_nobody_from_going_on(desk: Desk) -> None:
    _, code = sent()
    texts = Message._get_collection().name
    get_db().command("collMod", texts, validator={"clickedAt": {"$exists": False}})
    try:
        with structlog.testing.capture_logs() as logged:
            answer = desk.open(code)
    finally:
        get_db().command("collMod", texts, validator={})
    assert answer.headers["location"] == HOUSE
    assert [one["event"] for one in logged] == ["link.uncounted"]
    assert "example.com" not in str(logged)
    desk.open(code)
    assert Message.objects.get(direction="outbound").clicked_at == NOON


def test_logs_do_not_say_which_link_it_was() -> None:
    line = f"GET {BASE}/l/{'a' * 11}?x=1 302"
    assert hide(None, "", {"event": line})["event"] == f"GET {BASE}/l/[hidden] 302"


def test_a_crash_before_the_text_leaves_a_link_that_the_next_try_takes_up(desk: Desk) -> None:
    words = shortened(HOUSE, "campaign:1/2", "+17605550111", NOON, SHORT)
    assert desk.open(code_of(words)).status_code == 302
    assert clicks() == 0
    assert shortened(HOUSE, "campaign:1/2", "+17605550111", NOON, SHORT) == words
