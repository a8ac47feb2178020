"""A conversation's buttons in the stand-in Slack: whose it is, until when it rests, what leaves."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from bot.listeners import threads as deeds
from bot.views import snooze
from domain.model import Activity, Thread
from domain.services import threads
from domain.services.desk import conversations
from tests.bot.button import SAM, known, pressed, told
from tests.bot.events import AGENT
from tests.bot.hand import Hand, element
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
    """A conversation that nobody has."""
    made = conversation(rig.clock, INBOX)
    known(rig, AGENT, "Dana Reyes", timezone="America/Los_Angeles")
    known(rig)
    return made


@pytest.fixture
async def hand(rig: Rig, thread: Thread) -> Hand:
    return Hand(rig)


def now(thread: Thread) -> Thread:
    return threads.get(thread.id)


def lines() -> list[str]:
    return [one.text for one in Activity.objects.order_by("at", "id")]


async def test_a_conversation_that_nobody_has_is_taken(hand: Hand, thread: Thread) -> None:
    await pressed(hand, deeds.TAKE, thread.id)
    assert now(thread).assigned_to == AGENT
    assert deeds.YOURS in await told(hand)
    line = Activity.objects.get()
    assert (line.text, line.author.key) == ("Assigned to Dana Reyes.", AGENT)


async def test_a_double_click_takes_it_once(rig: Rig, hand: Hand, thread: Thread) -> None:
    await rig.fault("deliver.interaction", "duplicate")
    await pressed(hand, deeds.TAKE, thread.id)
    assert lines() == ["Assigned to Dana Reyes."]
    assert deeds.YOURS in await told(hand)


async def test_who_was_faster_is_told_and_can_be_followed(hand: Hand, thread: Thread) -> None:
    conversations.assign(thread.id, SAM, TOKEN, NOON)
    await pressed(hand, deeds.TAKE, thread.id)
    assert now(thread).assigned_to == SAM
    said = (await hand.heard())[-1]
    assert "Sam Okafor" in said["text"]
    await hand.act("actions", action_id=deeds.TAKE_OVER, channel=INBOX, ts=said["ts"])
    assert now(thread).assigned_to == AGENT


async def test_it_is_given_to_a_colleague(hand: Hand, thread: Thread) -> None:
    await pressed(hand, deeds.ASSIGN, thread.id)
    assert "initial_user" not in element(await hand.top(), snooze.AGENT)
    assert (await hand.submit(agentId=SAM))["ok"]
    assert now(thread).assigned_to == SAM
    assert deeds.GIVEN.format(name="Sam Okafor") in await told(hand)


async def test_somebody_nobody_knows_yet_is_looked_up_first(hand: Hand, thread: Thread) -> None:
    await pressed(hand, deeds.ASSIGN, thread.id)
    await hand.submit(agentId="U0PRIYA")
    assert now(thread).assigned_to == "U0PRIYA"


async def test_a_guest_is_given_nothing(hand: Hand, thread: Thread) -> None:
    await pressed(hand, deeds.ASSIGN, thread.id)
    answer = await hand.submit(agentId="U0GUEST")
    assert answer["errors"] == {"agentId": conversations.INACTIVE}
    assert now(thread).assigned_to is None


async def test_it_is_given_back_to_everybody(hand: Hand, thread: Thread) -> None:
    conversations.assign(thread.id, SAM, TOKEN, NOON)
    await pressed(hand, deeds.ASSIGN, thread.id)
    assert element(await hand.top(), snooze.AGENT)["initial_user"] == SAM
    await hand.submit(agentId=None)
    assert now(thread).assigned_to is None
    assert deeds.NOBODYS in await told(hand)


async def test_it_is_closed_and_opened_again(hand: Hand, thread: Thread) -> None:
    await pressed(hand, deeds.CLOSE, thread.id)
    assert now(thread).status == "closed"
    said = (await hand.heard())[-1]
    assert said["text"] == deeds.CLOSED
    await hand.act("actions", action_id=deeds.REOPEN, channel=INBOX, ts=said["ts"])
    assert now(thread).status == "open"
    assert deeds.OPENED in await told(hand)
    assert lines() == ["Closed.", "Opened."]


async def test_closing_twice_is_told_twice_and_done_once(hand: Hand, thread: Thread) -> None:
    for _ in range(2):
        await pressed(hand, deeds.CLOSE, thread.id)
    assert lines() == ["Closed."]


@pytest.mark.parametrize(
    ("choice", "until"),
    [
        ("hour", NOON + timedelta(hours=1)),
        ("hours", NOON + timedelta(hours=3)),
        ("tomorrow", datetime(2026, 3, 5, 17, tzinfo=UTC)),
        ("monday", datetime(2026, 3, 9, 16, tzinfo=UTC)),  # summer time has begun by then
    ],
)
async def test_it_rests_until_a_usual_moment(
    hand: Hand, thread: Thread, choice: str, until: datetime
) -> None:
    await pressed(hand, deeds.SNOOZE, thread.id)
    assert (await hand.submit(choice=choice))["ok"]
    assert (now(thread).status, now(thread).snoozed_until) == ("snoozed", until)
    assert not await hand.views()


async def test_it_rests_until_a_moment_of_ones_own_where_one_is(hand: Hand, thread: Thread) -> None:
    await pressed(hand, deeds.SNOOZE, thread.id)
    await hand.submit(choice="own", day="2026-03-06", time="08:30")
    assert now(thread).snoozed_until == datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
    said = (await hand.heard())[-1]
    assert "Friday, March 6, 08:30 (America/Los Angeles)" in said["text"]
    await hand.act("actions", action_id=deeds.REOPEN, channel=INBOX, ts=said["ts"])
    assert now(thread).status == "open"


@pytest.mark.parametrize(
    ("day", "time", "field"),
    [
        (None, "08:30", "day"),
        ("2026-03-06", None, "time"),
        ("2026-03-03", "08:30", "day"),
        ("2028-03-03", "08:30", "day"),
    ],
)
async def test_a_moment_that_will_not_do_is_told_below_it(
    hand: Hand, thread: Thread, day: str | None, time: str | None, field: str
) -> None:
    await pressed(hand, deeds.SNOOZE, thread.id)
    answer = await hand.submit(choice="own", day=day, time=time)
    assert list(answer["errors"]) == [field]
    assert now(thread).status == "open"


async def test_what_is_written_is_switched_and_explained(
    rig: Rig, hand: Hand, thread: Thread
) -> None:
    await pressed(hand, deeds.MODE, thread.id)
    assert now(thread).reply_mode == "internal"
    assert deeds.MODES["internal"] in await told(hand)
    rig.clock.advance(5)
    await pressed(hand, deeds.MODE, thread.id)
    assert now(thread).reply_mode == "send"
    assert deeds.MODES["send"] in await told(hand)


async def test_a_double_click_switches_once(rig: Rig, hand: Hand, thread: Thread) -> None:
    await rig.fault("deliver.interaction", "duplicate")
    await pressed(hand, deeds.MODE, thread.id)
    assert now(thread).reply_mode == "internal"
    assert len(lines()) == 1


@pytest.mark.parametrize("action", [deeds.TAKE, deeds.CLOSE, deeds.SNOOZE, deeds.MODE])
async def test_a_conversation_that_is_no_more_says_so(hand: Hand, action: str) -> None:
    await pressed(hand, action, ObjectId())
    assert (await told(hand))[-1] == "There is no conversation with this id."


async def test_a_guest_changes_nothing(rig: Rig, thread: Thread) -> None:
    await rig.town.http.post("/slack/members", json={"channel": INBOX, "user": "U0GUEST"})
    guest = Hand(rig, "U0GUEST")
    await pressed(guest, deeds.CLOSE, thread.id)
    assert now(thread).status == "open"
    assert "Guests" in (await told(guest))[-1]
