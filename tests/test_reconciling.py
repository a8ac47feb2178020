"""The whole program, its webhooks lost: Twilio's records make up for them, in Slack, once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from starlette.applications import Starlette

from adapters.sandbox import SandboxConfig
from adapters.settings import Settings
from app import House
from app.crew import worker
from domain.model import Message
from domain.policy import Timing
from domain.rules.recovery import Cadence
from tests.adapters.sandbox.town import ACCOUNT, NUMBER, SIGNING, TOKEN, Product, Town, town
from tests.anytime import RULES
from tests.test_app import house_of, site

CUSTOMER = "+17605550123"
OFTEN = Cadence(every=timedelta(seconds=0.5), grace=timedelta(0))
LOST = [
    {"method": "deliver.text", "action": "lose"},
    {"method": "deliver.callback", "action": "lose"},
]
MARKS = {"heavy_check_mark", "white_check_mark"}


@pytest.fixture
async def here(
    db: Database[Any], client: MongoClient[Any], mongodb_uri: str
) -> AsyncIterator[Town]:
    """A web process and a worker, for which Twilio and Slack are the sandbox."""
    houses: list[House] = []

    def front(config: SandboxConfig, _: Product) -> Starlette:
        settings = Settings.load(
            _env_file=None,
            public_url=config.product_url,
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_phone_number=NUMBER,
            twilio_api_url=f"{config.own_url}/twilio",
            slack_bot_token=config.slack_bot_token,
            slack_signing_secret=SIGNING,
            slack_inbox_channel="C0INBOX",
            slack_agents="U0DANA",
            slack_api_url=f"{config.own_url}/slack/api/",
            reply_hold_seconds=0,
            collision_seconds=0,
            rules_file=RULES,
        )
        house = house_of(client, mongodb_uri, settings)
        houses.append(replace(house, timing=Timing(records=OFTEN)))
        return site(houses[0])

    async with town(front=front) as place, worker(houses[0]):
        yield place


def posts(shown: Any, words: str) -> list[Any]:
    """Our posts with these words, wherever they are."""
    every = [one for channel in shown["channels"] for one in channel["messages"]]
    return [one for one in every if words in one["text"]]


async def seen(here: Town, words: str) -> Any:
    """The one post with these words, once it is there."""
    (post,) = posts(await here.until("/slack", lambda told: bool(posts(told, words))), words)
    return post


async def test_what_a_webhook_lost_is_in_slack_once_and_said_to_be_late(here: Town) -> None:
    await here.put("/faults", LOST)
    lost = await here.text(CUSTOMER, "Are you there?")
    assert not lost["acknowledged"]
    post = await seen(here, "Are you there?")
    assert "arrived late: the webhook missed it" in str(post["blocks"])
    summary = await seen(here, "1 text came late")
    assert "<#" in str(summary["blocks"])
    await here.put("/faults", [])
    assert (await here.text(CUSTOMER, "Are you there?", messageSid=lost["sid"]))["acknowledged"]
    assert Message.objects.count() == 1
    for words in ("Are you there?", "1 text came late"):
        assert len(posts(await here.get("/slack"), words)) == 1
    await here.uncomplained()


async def test_a_lost_report_is_made_up_for(here: Town) -> None:
    await here.text(CUSTOMER, "Is it still available?")
    await seen(here, "Is it still available?")
    told = await here.get("/slack")
    (channel,) = (one for one in told["channels"] if posts({"channels": [one]}, "still available"))
    await here.until(f"/slack/channels/{channel['id']}", lambda one: "U0DANA" in one["members"])
    await here.put("/faults", LOST)
    await here.say("Yes it is", channel=channel["id"])

    def delivered(shown: Any) -> bool:
        (own,) = posts(shown, "Yes it is")
        return {one["name"] for one in own.get("reactions", [])} >= MARKS

    await here.until("/slack", delivered)
    answer = Message.objects(direction="outbound").get()
    assert (answer.status, answer.price_unit) == ("delivered", "USD")
    assert answer.delivered_at is not None
