"""Texts that wait for their time, by hand: the list, a change, sending now, calling back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.views import schedule
from domain.model import Author, Message
from domain.rules import zones
from domain.services import agents, consent, outbound, threads
from domain.services.consent import Statement
from domain.services.desk import schedules
from domain.services.programs import sending
from domain.values import Button, Person, Shown
from tests.anytime import POLICY
from tests.bot.events import AGENT, TEAM
from tests.bot.hand import Hand, element, fields, small_print, words
from tests.bot.office import answers, workspace
from tests.bot.rig import INBOX, Rig
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, draft

PACIFIC = ZoneInfo("America/Los_Angeles")
NOW = datetime.now(UTC)
DANA = Author(kind="agent", key=AGENT)
NAME = "sms-jane-doe-1234"


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose clock is the machine's."""
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        yield built


@pytest.fixture
def hand(rig: Rig) -> Hand:
    return Hand(rig)


def morning(days: int = 3) -> datetime:
    """Nine o'clock where the customer is, so many days ahead."""
    there = datetime.now(PACIFIC) + timedelta(days=days)
    return there.replace(hour=9, minute=0, second=0, microsecond=0).astimezone(UTC)


def fold() -> datetime:
    """The second half past one of the next night in which clocks there go back."""
    tomorrow = datetime.now(PACIFIC) + timedelta(days=1)
    first = tomorrow.replace(hour=1, minute=30, second=0, microsecond=0, fold=0)
    while first.utcoffset() == first.replace(fold=1).utcoffset():
        first += timedelta(days=1)
    return first.replace(fold=1).astimezone(UTC)


NIGHTS = {"seconds": morning() + timedelta(seconds=41), "the second of two": fold()}


def scheduled(body: str = "See you", at: datetime | None = None, **changes: Any) -> Message:
    """A text of the agent's for later."""
    now = datetime.now(UTC)
    consent.record("form", CUSTOMER, Statement("opt_in", "form", now), now)
    person = Person(AGENT, TEAM, "Dana Reyes", None, False, False, False, False)
    agents.learn(person, now)
    asked = {"send_at": at or morning(), "author": DANA} | changes
    return sending.send(draft(body, **asked), now, POLICY)


async def opened(hand: Hand) -> dict[str, Any]:
    """The list."""
    return await hand.asked("schedule")


async def test_ones_own_are_listed_with_their_buttons(hand: Hand) -> None:
    scheduled("second", morning(4))
    scheduled("first *bold* <!here>")
    view = await opened(hand)
    said = [one["text"]["text"] for one in view["blocks"] if one["type"] == "section"]
    assert said[0] == "Your scheduled texts, the next one first:"
    assert said[2] == f"*{CUSTOMER}*\nsecond"
    assert "<!here>" not in said[1]
    assert "9:00 AM P" in small_print(view)[0]
    assert small_print(view)[0].endswith("Scheduled by Dana Reyes.")
    labels = [one["text"]["text"] for one in view["blocks"][4]["elements"]]
    assert labels == ["Change", "Send now", "Cancel"]


async def test_where_nothing_waits_a_text_can_be_scheduled(hand: Hand) -> None:
    view = await opened(hand)
    assert words(view) == "No text is scheduled."
    await hand.press(schedule.NEW)
    assert fields(await hand.top())[-3:] == ["date", "time", "zone"]
    assert len(await hand.views()) == 2


def turns(view: dict[str, Any]) -> list[str]:
    """What leads to other pages."""
    elements = [one for block in view["blocks"] for one in block.get("elements", ())]
    found = [one["text"]["text"] for one in elements if one["type"] == "button"]
    return [one for one in found if one in ("Earlier", "Later")]


async def test_many_are_pages_and_no_wall(hand: Hand) -> None:
    for number in range(21):
        scheduled(f"number {number:02d} " + "x" * 900, morning(3 + number))
    view = await opened(hand)
    assert len([one for one in view["blocks"] if one["type"] == "actions"]) == 1 + 10 + 1
    assert turns(view) == ["Later"]
    assert "number 09" in words(view)
    await hand.press(schedule.LATER)
    assert turns(await hand.top()) == ["Earlier", "Later"]
    await hand.press(schedule.LATER)
    view = await hand.top()
    assert (turns(view), "number 20" in words(view)) == (["Earlier"], True)
    await hand.press(schedule.CANCEL)  # the only one of its page: the one before it is the last now
    view = await hand.top()
    assert (turns(view), "number 19" in words(view)) == (["Earlier"], True)
    await hand.press(schedule.EDIT)
    await hand.submit(text="other words")
    (below,) = await hand.views()
    assert "other words" in words(below)
    await hand.press(schedule.EARLIER)
    assert "number 00" in words(await hand.top())


@pytest.mark.parametrize("text", ["", "x", ":", "a:b", "a:-1", ":9999999999", "a:²"])
def test_a_page_that_is_none_is_one_of_the_first(text: str) -> None:
    assert 0 <= schedule.Leaf.read(text).page <= schedule.MOST_PAGES


@pytest.mark.parametrize("at", NIGHTS.values(), ids=NIGHTS)
async def test_a_text_whose_time_is_not_touched_keeps_its_very_moment(
    hand: Hand, at: datetime
) -> None:
    """The fields know no seconds, and of an hour that comes twice not which of the two it is."""
    message = scheduled(at=at)
    await opened(hand)
    await hand.press(schedule.EDIT)
    shown = zones.told(at, "America/Los_Angeles")
    assert shown in small_print(await hand.choose("text", "Other words"))[-1]
    await hand.submit(text="Other words")
    (changed,) = answers()
    assert (changed.id, changed.body, changed.send_at) == (message.id, "Other words", at)


async def test_a_colleague_who_changes_or_calls_back_is_named_to_its_author(hand: Hand) -> None:
    for body in ("first", "second"):
        message = scheduled(body, author=Author(kind="agent", key="U0SAM", name="Sam"))
        agents.learn(Person("U0SAM", TEAM, "Sam", None, False, False, False, False), NOW)
        act = Author(kind="agent", key=AGENT, name="Dana Reyes")
        schedules.revise(message.id, "Other", morning(5), NOW, POLICY, act)
        outbound.cancel(message.id, NOW, act)
    notices = [one.notices for one in answers()]
    assert [[one.user_id for one in told] for told in notices] == [["U0SAM"] * 2] * 2
    changed, gone = notices[0]
    assert changed.text.startswith("Dana Reyes changed this text, which you had scheduled.")
    assert gone.text == "Dana Reyes called this text back, so it was not sent."


async def test_who_changes_their_own_is_told_nothing(hand: Hand) -> None:
    scheduled()
    await opened(hand)
    await hand.press(schedule.CANCEL)
    assert [one.notices for one in answers()] == [[]]


async def test_words_and_time_are_changed_together(hand: Hand) -> None:
    message = scheduled()
    await opened(hand)
    await hand.press(schedule.EDIT)
    view = await hand.top()
    assert fields(view) == ["text", "date", "time", "zone"]
    assert element(view, "text")["initial_value"] == "See you"
    assert element(view, "time")["initial_time"] == "09:00"
    view = await hand.choose("time", "10:30")
    assert "10:30 AM P" in small_print(view)[-1]
    told = await hand.submit(text="See you later", time="10:30")
    assert told["errors"] in (None, {})
    (changed,) = answers()
    assert (changed.id, changed.body) == (message.id, "See you later")
    assert changed.send_at == morning() + timedelta(minutes=90)
    (below,) = await hand.views()
    assert "See you later" in words(below)


@pytest.mark.parametrize(
    ("state", "field"),
    [
        ({"text": "\u200b"}, "text"),
        ({"date": "2020-01-01"}, "time"),
        ({"date": "2199-01-01"}, "date"),
    ],
)
async def test_what_cannot_be_is_told_below_its_field(
    hand: Hand, state: dict[str, str], field: str
) -> None:
    scheduled()
    await opened(hand)
    await hand.press(schedule.EDIT)
    told = await hand.submit(**state)
    assert list(told["errors"]) == [field]
    assert [one.body for one in answers()] == ["See you"]


async def test_it_can_be_sent_now(hand: Hand) -> None:
    scheduled()
    await opened(hand)
    await hand.press(schedule.RELEASE)
    assert [one.status for one in answers()] == ["queued"]
    assert words(await hand.top()) == "No text is scheduled."


async def test_it_can_be_called_back(hand: Hand) -> None:
    scheduled("one")
    scheduled("two", morning(4))
    await opened(hand)
    await hand.press(schedule.CANCEL)
    assert sorted(one.status for one in answers()) == ["canceled", "scheduled"]
    assert "two" in words(await hand.top())


@pytest.mark.parametrize("action", [schedule.EDIT, schedule.RELEASE, schedule.CANCEL])
async def test_what_has_left_meanwhile_is_told(hand: Hand, action: str) -> None:
    message = scheduled()
    await opened(hand)
    gone = {"$set": {"status": "sent", "twilioMessageSid": "SM1"}}
    Message._get_collection().update_one({"_id": message.id}, gone)
    await hand.press(action)
    assert schedules.SEE in words(await hand.top())


async def test_a_change_that_comes_too_late_is_told_below_the_words(hand: Hand) -> None:
    message = scheduled()
    await opened(hand)
    await hand.press(schedule.EDIT)
    outbound.cancel(message.id, datetime.now(UTC))
    told = await hand.submit(text="Other")
    assert "not waiting" in told["errors"]["text"]
    assert [one.body for one in answers()] == ["See you"]


async def test_a_conversations_list_shows_everybodys(hand: Hand, rig: Rig) -> None:
    place = await rig.opened()
    message = scheduled(author=Author(kind="token", key="t", name="CRM"))
    thread = threads.get(message.thread_id)
    thread.channel.step, thread.channel.channel_id = "ready", place.channel_id
    thread.save()
    await rig.town.http.post("/slack/members", json={"channel": place.channel_id, "user": AGENT})
    view = await hand.asked("schedule", place.channel_id)
    assert small_print(view)[0].endswith("Scheduled by CRM.")
    await hand.press(schedule.NEW)
    assert (await hand.top())["private_metadata"] == str(thread.id)


@pytest.mark.parametrize(
    ("action", "said", "status"),
    [
        (schedule.RELEASE, "It is on its way.", "queued"),
        (schedule.CANCEL, "It is called back: nothing is sent.", "canceled"),
    ],
)
async def test_the_same_buttons_below_a_message_are_answered_there(
    hand: Hand, rig: Rig, action: str, said: str, status: str
) -> None:
    message = scheduled()
    whisper = await rig.chat.whisper(
        rig.chat.inbox, AGENT, "Scheduled", [Button("Do it", action, str(message.id))]
    )
    assert isinstance(whisper, Shown)
    await hand.act("actions", action_id=action, channel=INBOX, ts=whisper.ts)
    assert (await hand.heard())[-1]["text"] == said
    assert [one.status for one in answers()] == [status]


async def test_a_guest_changes_nothing(hand: Hand, rig: Rig) -> None:
    message = scheduled()
    await rig.town.http.post("/slack/members", json={"channel": INBOX, "user": "U0GUEST"})
    whisper = await rig.chat.whisper(
        rig.chat.inbox, "U0GUEST", "Scheduled", [Button("x", schedule.CANCEL, str(message.id))]
    )
    assert isinstance(whisper, Shown)
    guest = Hand(rig, "U0GUEST")
    await guest.act("actions", action_id=schedule.CANCEL, channel=INBOX, ts=whisper.ts)
    assert [one.status for one in answers()] == ["scheduled"]
