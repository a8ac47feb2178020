"""Campaigns in the stand-in Slack: written by somebody's hand, and read."""

from typing import Any

from mongoengine.connection import get_db

from adapters.mongo.pace import COLLECTION, DatabasePace
from bot.views import campaign as form
from domain.model import Campaign, Message
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import running
from tests.anytime import POLICY
from tests.bot.hand import Hand
from tests.bot.rig import Rig
from tests.domain.audience import TAG, started

GIVEN = {"name": "Open house", form.ANY: TAG, form.TEXT: "Hi {first_name}!"}


async def saved(hand: Hand, **state: Any) -> dict[str, Any]:
    """Write a campaign; what is shown then."""
    await hand.asked("campaign")
    told = await hand.submit(**(GIVEN | state))
    assert told["ok"], told
    assert not told["errors"], told
    return await hand.top()


def under_way(rig: Rig) -> Campaign:
    """One whose texts are made, whatever the hour."""
    made = started(rig.clock.now())
    while not Message.objects(campaign_id=made.id):
        held = running.claim(rig.clock.now())
        assert held
        running.work(held, DatabasePace(get_db()[COLLECTION]), rig.clock, POLICY)
        rig.clock.advance(seconds=1)
    return drafting.get(made.id)


def labels(view: dict[str, Any]) -> list[str]:
    """What the buttons of a view say."""
    found = [one for block in view["blocks"] for one in block.get("elements", ())]
    return [one["text"]["text"] for one in found if one["type"] == "button"]


def all_words(view: dict[str, Any]) -> str:
    return str(view["blocks"])
