"""Socket Mode: the same bot on a connection of its own."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from bot import commands
from bot.forms import SEND
from bot.socket import CROWDED, Backoff, goodbye, running
from bot.views import compose
from tests import local
from tests.bot.estate import ALPHA, estate
from tests.bot.events import AGENT
from tests.bot.office import answers, application, conversation, until, workspace
from tests.bot.rig import INBOX, Rig
from tests.clock import FakeClock
from tests.domain.build import OURS

APP_TOKEN = "xapp-sandbox"


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace that has no address of ours, only our connection."""
    clock = FakeClock(datetime.now(UTC))
    async with (
        workspace(clock, address=False, slack_app_token=APP_TOKEN) as (built, api),
        running(application(clock, api), APP_TOKEN, backoff=Backoff(first=0.05)),
    ):
        yield built


async def test_events_come_by_the_connection(rig: Rig) -> None:
    conversation(rig.clock, INBOX)
    await rig.write(INBOX, "See you at 5")
    (answer,) = await until(answers)
    assert (answer.body, answer.status) == ("See you at 5", "held")


async def test_clicks_come_by_the_connection(rig: Rig) -> None:
    head = await rig.write(INBOX, "Head")
    conversation(rig.clock, INBOX, head["ts"])
    typed = await rig.write(INBOX, "By a click", thread_ts=head["ts"])
    body = {"user": AGENT, "callback_id": SEND, "channel": INBOX, "ts": typed["ts"]}
    assert (await rig.town.http.post("/slack/shortcuts", json=body)).json()["ok"]
    assert [answer.body for answer in answers()] == ["By a click"]


async def command(rig: Rig, text: str = "") -> dict[str, Any] | None:
    """An agent types `/sms`; the form that opens."""
    conversation(rig.clock, "C0JANE")
    body = {"user": AGENT, "channel": INBOX, "command": commands.NAME, "text": text}
    assert (await rig.town.post("/slack/commands", **body))["ok"]
    views = (await rig.town.get("/slack"))["views"]
    return next((one for one in views if one["for"] == AGENT), None)


async def test_commands_come_by_the_connection_and_open_forms(rig: Rig) -> None:
    view = await command(rig)
    assert view
    assert view["callback_id"] == compose.FORM


async def test_menus_are_filled_by_the_connection(rig: Rig) -> None:
    view = await command(rig)
    assert view
    asked = {"user": AGENT, "view": view["id"], "action_id": compose.TO, "value": ""}
    answer = await rig.town.post("/slack/suggestions", **asked)
    assert "(760) 555-0111" in str(answer)


async def test_forms_are_filled_in_by_the_connection(rig: Rig) -> None:
    view = await command(rig, "760-555-0111 See you at 5")
    assert view
    sent = await rig.town.post(f"/slack/views/{view['id']}", user=AGENT, state={})
    assert sent["ok"], sent
    assert [answer.body for answer in answers()] == ["See you at 5"]


async def test_what_is_wrong_in_a_form_is_told_by_the_connection(rig: Rig) -> None:
    view = await command(rig, "760-555-0111 See you at 5")
    assert view
    sent = await rig.town.post(f"/slack/views/{view['id']}", user=AGENT, state={"text": " "})
    assert sent["errors"]
    assert not answers()


async def test_the_home_comes_by_the_connection(rig: Rig) -> None:
    conversation(rig.clock, "C0JANE")
    await rig.town.post("/slack/home", user=AGENT)
    await rig.town.until("/slack", lambda told: AGENT in told["homes"])


async def test_an_envelope_that_comes_again_has_one_effect(rig: Rig) -> None:
    conversation(rig.clock, INBOX)
    await rig.write(INBOX, "See you at 5")
    await until(answers)
    for _ in range(2):
        assert (await rig.town.post("/slack/socket/again"))["ok"]
    assert len(answers()) == 1


async def test_who_leaves_finishes_what_was_begun(db: object) -> None:
    clock, begun, go = FakeClock(datetime.now(UTC)), asyncio.Event(), asyncio.Event()

    async def slow(next_: Any) -> None:
        begun.set()
        await go.wait()
        await next_()

    async with workspace(clock, address=False, slack_app_token=APP_TOKEN) as (rig, api):
        app = application(clock, api)
        app.use(slow)
        async with running(app, APP_TOKEN):
            conversation(clock, INBOX)
            await rig.write(INBOX, "See you at 5")
            async with asyncio.timeout(local.PATIENCE):
                await begun.wait()
            asyncio.get_running_loop().call_soon(go.set)  # when it is leaving already
        assert [answer.body for answer in answers()] == ["See you at 5"]


async def test_after_a_disconnection_it_comes_back(rig: Rig) -> None:
    conversation(rig.clock, INBOX)
    parted = await rig.town.http.delete("/slack/socket?reason=refresh_requested")
    assert parted.json()["closed"] == 1
    await rig.town.until("/ledger", lambda told: opened(told) == 2)
    # Until it is made, what is written goes nowhere: there is no address, and no connection.
    await rig.town.until("/slack/socket", lambda told: told == {"open": 1, "made": 2})
    await rig.write(INBOX, "Here again")
    (answer,) = await until(answers)
    assert answer.body == "Here again"


def opened(told: Any) -> int:
    """How many connections the product asked for."""
    return sum(line.get("method") == "slack.apps.connections.open" for line in told["lines"])


async def test_from_a_crowd_it_stays_away_for_a_while_and_comes_back(rig: Rig) -> None:
    conversation(rig.clock, INBOX)
    gone = await rig.town.http.delete(f"/slack/socket?reason={CROWDED}")
    assert gone.json()["closed"] == 1
    await rig.town.until("/ledger", lambda told: opened(told) == 2)
    # Until it is made, what is written goes nowhere: there is no address, and no connection.
    await rig.town.until("/slack/socket", lambda told: told == {"open": 1, "made": 2})
    await rig.write(INBOX, "Here again")
    assert await until(answers)


def test_the_pauses_grow_and_are_forgotten_after_a_while() -> None:
    backoff = Backoff(first=1.0, longest=60.0)
    pauses = [backoff.seconds(float(at)) for at in range(10)]
    tops = [min(60.0, 2.0**times) for times in range(10)]
    assert all(top / 2 <= pause <= top for pause, top in zip(pauses, tops, strict=True))
    assert backoff.seconds(1_000.0) <= 1.0


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ('{"type": "disconnect", "reason": "warning"}', "warning"),
        ('{"type": "disconnect"}', "None"),
        ('{"type": "events_api", "payload": {"text": "\\"disconnect\\""}}', None),
        ('["disconnect"]', None),
        ("ping", None),
    ],
)
def test_a_goodbye_is_known_by_its_kind(message: str, reason: str | None) -> None:
    assert goodbye(message) == reason


async def test_workspaces_that_installed_it_are_heard_by_one_connection(
    db: Database[dict[str, Any]], clock: FakeClock
) -> None:
    async with estate(clock, ALPHA, slack_app_token=APP_TOKEN) as here:
        await here.set_up(ALPHA, OURS)
        async with running(here.app, APP_TOKEN):
            conversation(clock, "C0INBOX")
            await here.alpha.say("By the connection")
            (answer,) = await until(answers)
            assert answer.body == "By the connection"
            await here.uninstall(ALPHA)
            assert here.installations.teams() == []
            await here.alpha.say("Nobody hears this")
            await here.alpha.until(
                "/ledger", lambda told: told["lines"][-1].get("event") == "message"
            )
            assert len(answers()) == 1
