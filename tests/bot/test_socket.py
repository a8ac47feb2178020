"""Socket Mode: the same bot on a connection of its own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.forms import SEND
from bot.socket import running
from tests.bot.events import AGENT
from tests.bot.office import answers, application, conversation, until, workspace
from tests.bot.rig import INBOX, Rig
from tests.clock import FakeClock

APP_TOKEN = "xapp-sandbox"


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace that has no address of ours, only our connection."""
    clock = FakeClock(datetime.now(UTC))
    async with (
        workspace(clock, address=False, slack_app_token=APP_TOKEN) as (built, api),
        running(application(clock, api), APP_TOKEN),
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
