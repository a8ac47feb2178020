"""The tab of campaigns on the Home, their buttons wherever they are, and their results."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.views.home import EMPTY
from domain.model import Message
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import steering
from domain.services.campaigns.showing import telling
from tests.anytime import POLICY
from tests.bot.campaigns import all_words, labels, under_way
from tests.bot.hand import Hand, fields, named, words
from tests.bot.homes import buttons, opened, press, tab
from tests.bot.homes import words as said
from tests.bot.office import workspace
from tests.bot.rig import INBOX, Rig
from tests.clock import FakeClock
from tests.domain.audience import drafted, frozen, people, started

SAM = "U0SAM"


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose clock is the machine's, and three people who agreed to advertising."""
    people(3)
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        yield built


@pytest.fixture
def dana(rig: Rig) -> Hand:
    """An admin."""
    return Hand(rig)


async def test_the_tab_shows_the_newest_first_ten_a_page(rig: Rig) -> None:
    for number in range(12):
        drafted(rig.clock.now() + timedelta(seconds=number), name=f"Number {number:02d}")
    await opened(rig)
    page = await tab(rig, "campaigns")
    assert said(page).index("Number 11") < said(page).index("Number 02")
    assert "Number 01" not in said(page)
    assert "Number 01" in said(await press(rig, "home_older"))


async def test_without_campaigns_the_tab_says_how_to_begin(rig: Rig, dana: Hand) -> None:
    await opened(rig)
    assert EMPTY["campaigns"] in said(await tab(rig, "campaigns"))
    await press(rig, "campaign_new")
    assert fields(await dana.top())[0] == "name"


async def test_a_row_offers_what_its_state_allows(rig: Rig) -> None:
    made = frozen(rig.clock.now())
    await opened(rig)
    page = await tab(rig, "campaigns")
    assert "*0* of 3 sent" in said(page)
    assert [one["text"]["text"] for one in buttons(page)][-3:] == ["Pause", "Results", "Cancel"]
    page = await press(rig, "campaign_pause")
    assert "paused" in said(page)
    await press(rig, "campaign_resume")
    assert drafting.get(made.id).status == "running"
    page = await press(rig, "campaign_cancel")
    assert drafting.get(made.id).status == "canceled"
    assert "canceled" in said(page)


async def test_its_message_has_the_same_buttons(rig: Rig) -> None:
    made = frozen(rig.clock.now())
    shown = telling.of(made, rig.clock.now(), POLICY)
    await rig.chat.announce(rig.chat.inbox, "k", shown)
    (post,) = await rig.messages()
    body = {"user": SAM, "channel": INBOX, "ts": post["ts"], "action_id": "campaign_pause"}
    told = (await rig.town.http.post("/slack/actions", json=body)).json()
    assert told["ok"], told
    assert drafting.get(made.id).status == "paused"


async def test_results_say_what_it_cost_and_what_failed(rig: Rig, dana: Hand) -> None:
    made = under_way(rig)
    one = Message.objects(campaign_id=made.id).first()
    one.update(set__status="undelivered", set__error_message="The phone is off.")
    await opened(rig)
    await tab(rig, "campaigns")
    await press(rig, "campaign_results")
    shown = all_words(await dana.top())
    assert "The phone is off.: 1" in shown
    assert "*Cost* US$" in shown
    await dana.press("campaign_pause")
    assert "Resume" in labels(await dana.top())


async def test_the_command_lists_them(rig: Rig, dana: Hand) -> None:
    started(rig.clock.now())
    view = await dana.asked("campaigns")
    assert "Spring sale" in words(view)
    assert labels(view)[0] == "New campaign"
    await dana.press("campaign_results")
    assert len(await dana.views()) == 2


async def test_what_has_begun_is_not_changed(rig: Rig, dana: Hand) -> None:
    made = drafted(rig.clock.now())
    await opened(rig)
    await tab(rig, "campaigns")
    await press(rig, "campaign_edit")
    steering.start(made.id, rig.clock.now())
    told = await dana.submit(name="Renamed")
    assert told["errors"][named(await dana.top(), "name")].startswith(drafting.BEGUN)
    assert drafting.get(made.id).name == "Spring sale"
