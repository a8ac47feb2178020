"""A contact's timeline in the stand-in Slack: leafed through, and added to."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.listeners.timelines import DAY_FIRST, NOBODY, TIMELINE
from bot.views.timeline import LINES, LOG, NEWER, NOTHING, OLDER
from domain.model import Activity, Author, Campaign, Contact, Message, Thread
from domain.services.people import activities, contacts
from tests.bot.button import known, pressed, told
from tests.bot.events import AGENT
from tests.bot.hand import Hand, words
from tests.bot.office import conversation, workspace
from tests.bot.rig import INBOX, Rig
from tests.clock import NOON, FakeClock
from tests.domain.build import TOKEN


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace at noon of a Wednesday in Los Angeles."""
    async with workspace(FakeClock(NOON)) as (built, _):
        yield built


@pytest.fixture
def thread(rig: Rig) -> Thread:
    """A conversation of one text."""
    made = conversation(rig.clock, INBOX)
    known(rig, AGENT, "Dana Reyes", timezone="America/Los_Angeles")
    return made


async def opened(rig: Rig, thread: Thread) -> Hand:
    """An agent with the timeline before them."""
    found = Hand(rig)
    assert (await pressed(found, TIMELINE, thread.id))["ok"]
    return found


def noted(thread: Thread, count: int) -> None:
    for number in range(count):
        at = NOON + timedelta(minutes=number + 1)
        activities.note(thread.contact_id, f"Note {number}.", TOKEN, at)


def actions(view: dict[str, Any]) -> list[str]:
    return [
        one["action_id"]
        for block in view["blocks"]
        for one in block.get("elements", ())
        if "action_id" in one
    ]


async def test_a_timeline_says_what_when_and_by_whom(rig: Rig, thread: Thread) -> None:
    by_dana = Author(kind="agent", key=AGENT)
    activities.note(thread.contact_id, "Likes <b>gardens</b>", by_dana, NOON + timedelta(minutes=5))
    view = await (await opened(rig, thread)).top()
    assert "*2026-03-04 12:05* · Dana Reyes\nLikes &lt;b&gt;gardens" in words(view)
    assert "The contact\nReceived: Hello" in words(view)
    assert actions(view) == [LOG]


async def test_one_leafs_to_older_lines_and_back(rig: Rig, thread: Thread) -> None:
    noted(thread, 2 * LINES + 3)
    hand = await opened(rig, thread)
    first = words(await hand.top())
    assert f"Note {2 * LINES + 2}." in first
    await hand.press(OLDER)
    second = words(await hand.top())
    assert "Note 17." in second
    assert "Note 18." not in second
    await hand.press(OLDER)
    assert "Received: Hello" in words(await hand.top())
    assert actions(await hand.top()) == [NEWER, LOG]
    await hand.press(NEWER)
    assert words(await hand.top()) == second
    await hand.press(NEWER)
    assert words(await hand.top()) == first
    assert actions(await hand.top()) == [OLDER, LOG]


async def test_a_note_is_written_down_and_shown(rig: Rig, thread: Thread) -> None:
    hand = await opened(rig, thread)
    await hand.press(LOG)
    assert (await hand.submit(text="Prefers mornings"))["ok"]
    assert "Dana Reyes\nPrefers mornings" in words(await hand.top())
    line = Activity.objects.get()
    assert (line.kind, line.author.key, line.at) == ("note", AGENT, NOON)


async def test_a_note_that_comes_twice_is_one_line(rig: Rig, thread: Thread) -> None:
    hand = await opened(rig, thread)
    await hand.press(LOG)
    await rig.fault("deliver.interaction", "duplicate")
    await hand.submit(text="Once")
    assert Activity.objects.count() == 1


async def test_a_call_of_yesterday_is_logged_where_the_agent_is(rig: Rig, thread: Thread) -> None:
    hand = await opened(rig, thread)
    await hand.press(LOG)
    await hand.submit(method="phone", text="Wants to see it", day="2026-03-03", time="16:15")
    line = Activity.objects.get()
    assert (line.kind, line.text) == ("log", "Phoned: Wants to see it")
    assert line.at == datetime(2026, 3, 4, 0, 15, tzinfo=UTC)


async def test_a_meeting_of_just_now_needs_no_time(rig: Rig, thread: Thread) -> None:
    hand = await opened(rig, thread)
    await hand.press(LOG)
    await hand.submit(method="in-person")
    assert Activity.objects.get().text == "Met in person."
    assert contacts.get(thread.contact_id).last_contact_method in ("in-person", "sms")


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"text": " "}, "text"),
        ({"method": "phone", "day": None, "time": "10:00"}, "day"),
        ({"method": "phone", "day": "2026-03-09", "time": "10:00"}, "day"),
        ({"method": "phone", "day": "1900-03-03"}, "day"),
        ({"method": "value", "amount": None}, "amount"),
        ({"method": "value", "amount": "much"}, "amount"),
        ({"method": "value", "amount": "0"}, "amount"),
    ],
)
async def test_what_cannot_be_written_down_is_told_below_it(
    rig: Rig, thread: Thread, written: dict[str, Any], field: str
) -> None:
    hand = await opened(rig, thread)
    await hand.press(LOG)
    answer = await hand.submit(**written)
    assert list(answer["errors"]) == [field]
    assert answer["errors"][field] == DAY_FIRST or field != "day" or written["day"]
    assert not Activity.objects.count()


async def test_what_they_brought_is_written_down_for_the_campaign_that_was_chosen(
    rig: Rig, thread: Thread
) -> None:
    sale = {"origin": "one", "body": "Hi", "purpose": "marketing", "sender": "x"}
    campaign = Campaign(name="Spring", per_minute=1, created_at=NOON, **sale).save()
    Message.objects.update(set__campaign_id=campaign.id)
    hand = await opened(rig, thread)
    await hand.press(LOG)
    await hand.submit(method="value", amount="$1,200", campaign=str(campaign.id), text="Sold!")
    line = Activity.objects.get()
    assert line.text == "Value of 1,200.00 recorded for the campaign Spring: Sold!"
    assert (line.campaign_id, line.author.key) == (campaign.id, AGENT)
    await hand.press(LOG)
    await hand.submit(method="value", amount="-0.5k")
    assert sum(one.amount for one in Activity.objects) == 700


async def test_an_empty_timeline_says_so(rig: Rig, thread: Thread) -> None:
    Message._get_collection().delete_many({})
    assert NOTHING in words(await (await opened(rig, thread)).top())


async def test_nobodys_timeline_is_told(rig: Rig, thread: Thread) -> None:
    Contact._get_collection().delete_many({})
    hand = Hand(rig)
    await pressed(hand, TIMELINE, thread.id)
    assert (await told(hand))[-1] == NOBODY
