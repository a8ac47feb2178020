"""The composition root: what the web process serves, and what it says when it cannot."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from mongoengine.connection import get_db
from pymongo import MongoClient
from pymongo.database import Database
from starlette.applications import Starlette
from starlette.routing import Mount

import app
from adapters.mongo.clock import DatabaseClock
from adapters.mongo.connection import async_client
from adapters.mongo.feed import DatabaseFeed
from adapters.settings import Settings, choices
from adapters.startup import StartupError
from adapters.twilio.gateway import STATUS_PATH
from adapters.twilio.routes import INBOUND_PATH
from app import House
from domain.model import Message
from domain.services import tokens
from tests import local
from tests.adapters.line import Line, line_to
from tests.adapters.twilio.hooks import FORM, signature, text
from tests.server import serving

PUBLIC = "https://texts.example.com"
SOUND = ("mongodb", "writes", "indexes", "restoration", "feed")
ACCOUNT, TOKEN, SECOND = "AC" + "1" * 32, "first-token", "second-token"
TWILIO = {
    "twilio_account_sid": ACCOUNT,
    "twilio_auth_token": TOKEN,
    "twilio_auth_token_secondary": SECOND,
    "twilio_phone_number": "+17605550100",
    "twilio_api_url": "http://127.0.0.1:1",
}
SLACK = {
    "slack_bot_token": "xoxb-1",
    "slack_signing_secret": "secret",
    "slack_inbox_channel": "C0INBOX",
    "slack_api_url": "http://127.0.0.1:1/",
}


def loaded(**given: Any) -> Settings:
    """Settings of a server that calls nobody."""
    return Settings.load(_env_file=None, public_url=PUBLIC, **given)


def house_of(client: MongoClient[Any], uri: str, settings: Settings) -> House:
    """A house on this run's connection; `uri` is how its feed and checks reach the database."""
    watching = async_client(uri)
    return House(
        settings=settings,
        client=client,
        async_client=watching,
        clock=DatabaseClock(client),
        feed=DatabaseFeed(watching[get_db().name]),
        policy=choices.policy(settings),
        timing=choices.timing(settings),
    )


def site(house: House, **options: Any) -> Starlette:
    """The web process, which leaves no connection behind."""
    inner = app.web(house, **options)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with inner.router.lifespan_context(inner):
            yield
        await house.async_client.close()

    return Starlette(routes=[Mount("/", app=inner)], lifespan=lifespan)


@pytest.fixture(scope="module")
def web(client: MongoClient[Any], mongodb_uri: str) -> Iterator[httpx2.Client]:
    """A client of a web process with everything set up."""
    house = house_of(client, mongodb_uri, loaded(**TWILIO, **SLACK))
    with serving(site(house)) as base, local.client(base_url=base) as http:
        yield http


@pytest.fixture(scope="module")
def bare(client: MongoClient[Any], mongodb_uri: str) -> Iterator[httpx2.Client]:
    """A client of a web process without Twilio and Slack."""
    house = house_of(client, mongodb_uri, loaded())
    with serving(site(house)) as base, local.client(base_url=base) as http:
        yield http


def test_it_is_healthy_and_ready(web: httpx2.Client) -> None:
    assert web.get("/healthz").json() == {"status": "ok"}
    ready = web.get("/readyz")
    parts = dict.fromkeys((*SOUND, "twilio", "slack"), "ok") | {"workers": "none is running"}
    assert (ready.status_code, ready.json()) == (200, {"status": "degraded", "checks": parts})


@pytest.mark.parametrize("path", [INBOUND_PATH, STATUS_PATH])
def test_the_webhooks_believe_nothing_unsigned(web: httpx2.Client, path: str) -> None:
    assert web.post(path, data=text()).status_code == 403
    kind = "text" if path == INBOUND_PATH else "report"
    counted = f'threadline_webhook_requests_total{{kind="{kind}",outcome="unsigned"}} 1.0'
    assert counted in web.get("/metrics").text


@pytest.mark.parametrize("key", [TOKEN, SECOND])
def test_the_webhooks_know_the_tokens_of_the_settings(
    web: httpx2.Client, db: Database[Any], key: str
) -> None:
    fields = text("Hello", AccountSid=ACCOUNT)
    signed = {"X-Twilio-Signature": signature(PUBLIC + INBOUND_PATH, fields, key)}
    answer = web.post(
        INBOUND_PATH, content=urlencode(fields), headers={"Content-Type": FORM} | signed
    )
    assert answer.status_code == 200
    assert Message.objects.get().unplaced is False


@pytest.mark.parametrize("path", [INBOUND_PATH, STATUS_PATH])
def test_without_twilio_the_webhooks_say_what_is_missing(bare: httpx2.Client, path: str) -> None:
    answer = bare.post(path, data=text())
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "NOT_CONFIGURED")
    message = answer.json()["error"]["message"]
    assert message.startswith("Twilio not configured. Missing environment variables.")
    assert "TWILIO_AUTH_TOKEN" in message


def test_slack_is_believed_only_if_it_signs(web: httpx2.Client) -> None:
    answer = web.post("/slack/events", json={"type": "url_verification", "challenge": "x"})
    assert answer.status_code == 401
    assert "challenge" not in answer.text


def test_without_slack_there_is_no_address_for_its_events(bare: httpx2.Client) -> None:
    assert bare.post("/slack/events", json={}).status_code == 404


def test_the_api_answers_those_who_have_a_token(
    web: httpx2.Client, db: Database[Any], client: MongoClient[Any]
) -> None:
    query = {"query": "{ contacts { totalCount } }"}
    assert "UNAUTHENTICATED" in web.post("/graphql", json=query).text
    _, secret = tokens.create("test", ["read"], DatabaseClock(client).now())
    answer = web.post("/graphql", json=query, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert "UNAUTHENTICATED" not in answer.text


@pytest.mark.parametrize("path", ["/", "/sandbox", "/sandbox/texts", "/nothing"])
def test_there_is_no_sandbox_beside_a_real_server(web: httpx2.Client, path: str) -> None:
    answer = web.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")


@asynccontextmanager
async def far_away(
    client: MongoClient[Any], uri: str
) -> AsyncIterator[tuple[Line, httpx2.AsyncClient]]:
    """A web process whose line to the database can be cut; whole again at its end."""
    async with line_to(uri) as (line, through), local.async_client() as http:
        server = ExitStack()
        starting = serving(site(house_of(client, through, loaded())))
        http.base_url = await asyncio.to_thread(server.enter_context, starting)
        try:
            yield line, http
        finally:
            await line.mend()
            await asyncio.to_thread(server.close)


async def test_with_the_database_away_it_is_healthy_but_not_ready(
    client: MongoClient[Any], mongodb_uri: str
) -> None:
    async with far_away(client, mongodb_uri) as (line, http):
        assert (await http.get("/readyz")).status_code == 200
        await line.cut()
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "not ready")
        assert ready.json()["checks"]["mongodb"] != "ok"
        assert (await http.get("/healthz")).status_code == 200


async def until_ready(http: httpx2.AsyncClient) -> None:
    """Ask until it is ready."""
    async with asyncio.timeout(local.PATIENCE):
        while (await http.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.05)


async def test_it_is_ready_again_when_the_database_is_back(
    client: MongoClient[Any], mongodb_uri: str
) -> None:
    async with far_away(client, mongodb_uri) as (line, http):
        await line.cut()
        assert (await http.get("/readyz")).status_code == 503
        await line.mend()
        await until_ready(http)


def test_what_opens_the_demo_runs_beside_the_server_and_ends_with_it(
    client: MongoClient[Any], mongodb_uri: str
) -> None:
    begun, ended = threading.Event(), threading.Event()

    async def opening() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    house = house_of(client, mongodb_uri, loaded())
    with serving(site(house, opening=opening)) as base:
        assert begun.wait(local.PATIENCE)
        assert local.get(f"{base}/healthz").status_code == 200
        assert not ended.is_set()
    assert ended.wait(local.PATIENCE)


def test_the_policy_is_what_the_owner_chose() -> None:
    settings = loaded(
        **TWILIO,
        twilio_messaging_service_sid="MG" + "2" * 32,
        default_region="GB",
        reply_hold_seconds=7,
        reply_window_hours=2,
        business_name="Maple Homes",
    )
    policy = choices.policy(settings)
    assert (policy.numbers, policy.service_sid) == (("+17605550100",), "MG" + "2" * 32)
    assert (policy.hold, policy.reply_window) == (timedelta(seconds=7), timedelta(hours=2))
    assert (policy.region, policy.business_name) == ("GB", "Maple Homes")


def test_a_lease_outlasts_the_longest_call() -> None:
    timing = choices.timing(loaded(http_timeout_seconds=4, look_seconds="0,5,9"))
    assert timing.lease >= 3 * timing.call == timedelta(seconds=12)
    assert timing.looks == tuple(timedelta(seconds=after) for after in (0, 5, 9))


async def test_socket_mode_needs_its_own_token(client: MongoClient[Any], mongodb_uri: str) -> None:
    house = house_of(client, mongodb_uri, loaded(**SLACK))
    with pytest.raises(StartupError, match="SLACK_APP_TOKEN"):
        await app.listen(house, asyncio.Event())
    await house.async_client.close()


async def test_a_worker_without_twilio_and_slack_still_keeps_up(
    client: MongoClient[Any], mongodb_uri: str, db: Database[Any]
) -> None:
    house = house_of(client, mongodb_uri, loaded())
    async with house.feed.running(), app.worker(house):
        await asyncio.sleep(0)
    await house.async_client.close()


CONSENT = {
    "slack_client_id": "111.222",
    "slack_client_secret": "client-secret",
    "slack_signing_secret": "secret",
    "secret_key": "k" * 32,
    "slack_api_url": "http://127.0.0.1:1/slack/api/",
}


@pytest.fixture
def shared(
    client: MongoClient[Any], mongodb_uri: str, db: Database[Any]
) -> Iterator[httpx2.Client]:
    """A client of a web process that workspaces install themselves."""
    settings = loaded(**TWILIO, **CONSENT, mongodb_uri=f"mongodb://127.0.0.1/{db.name}")
    house = house_of(client, mongodb_uri, settings)
    with serving(site(house)) as base, local.client(base_url=base) as http:
        yield http


def test_workspaces_find_the_page_to_install_it(shared: httpx2.Client) -> None:
    page = shared.get("/slack/install")
    assert page.status_code == 200
    assert "http://127.0.0.1:1/slack/oauth/v2/authorize" in page.text
    assert f"redirect_uri={PUBLIC}/slack/oauth_redirect" in page.text
    assert shared.get("/slack/oauth_redirect").status_code == 400


def test_events_are_taken_from_those_who_installed_it_only(shared: httpx2.Client) -> None:
    assert shared.post("/slack/events", content=b"{}").status_code == 401


def test_with_a_token_nobody_else_can_install_it(web: httpx2.Client) -> None:
    assert web.get("/slack/install").status_code == 404


def test_health_says_that_nobody_has_installed_it(
    client: MongoClient[Any], mongodb_uri: str, db: Database[Any]
) -> None:
    settings = loaded(**TWILIO, **CONSENT, mongodb_uri=f"mongodb://127.0.0.1/{db.name}")
    found = {one.name: one for one in app.findings(house_of(client, mongodb_uri, settings))()}
    assert found["slack"].status == "ok"
    assert found["workspaces"].status == "warning"
    assert f"{PUBLIC}/slack/install" in str(found["workspaces"].fix)


def test_the_states_of_installations_are_cleared_away(
    client: MongoClient[Any], mongodb_uri: str, db: Database[Any]
) -> None:
    settings = loaded(mongodb_uri=f"mongodb://127.0.0.1/{db.name}")
    made = app.ensure_indexes(house_of(client, mongodb_uri, settings))
    assert "slackstates.expired" in made
    assert "workspaces.sender" in made
