"""At night: agents in the stand-in Slack are asked, in whispers and in forms."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.listeners.answers import RELEASED
from domain.model import Contact, Message, Thread
from domain.services import guard, messages, night
from domain.values import Button, Place, Shown
from tests.bot.events import AGENT
from tests.bot.hand import Hand, View, element, fields, small_print, words
from tests.bot.office import answers, conversation, until, workspace
from tests.bot.rig import CARD, Rig
from tests.clock import FakeClock
from tests.domain import build
from tests.domain.nights import DUSK, MORNING, NIGHT, agreed, jane, leaves

NAME = "sms-jane-doe-1234"
ASKED = "It is 11:40 PM for Jane Doe."
OPENING = "Send at 8:00 AM PST"
THEN = "Thu, Mar 5, 2026, 8:00 AM PST"


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace where it is twenty to twelve in the customer's night."""
    async with workspace(FakeClock(NIGHT), policy=build.POLICY) as (built, _):
        yield built


@pytest.fixture
def hand(rig: Rig) -> Hand:
    return Hand(rig)


async def talk(rig: Rig) -> Place:
    """Jane wrote not long ago; the conversation's channel has an agent in it."""
    made = await rig.opened()
    await rig.town.http.post("/slack/members", json={"channel": NAME, "user": AGENT})
    conversation(rig.clock, made.channel_id)
    jane()
    return made


async def asked(rig: Rig, place: Place) -> tuple[Message, str]:
    """A typed answer, and the ts of the whisper that asks about it."""
    await rig.write(NAME, "On my way")
    (message,) = await until(answers)
    (notice,) = messages.get(message.id).notices
    buttons = [Button(one.label, one.action, str(message.id)) for one in notice.choices]
    said = await rig.chat.whisper(place, notice.user_id, notice.text, buttons)
    assert isinstance(said, Shown)
    return message, said.ts


async def heard(rig: Rig) -> list[str]:
    return [one["text"] for one in (await rig.channel(NAME))["ephemerals"]]


def choices(view: View) -> list[str]:
    return [one["text"]["text"] for one in element(view, "night")["options"]]


async def test_an_answer_at_night_can_wait_for_the_morning(rig: Rig, hand: Hand) -> None:
    place = await talk(rig)
    message, ts = await asked(rig, place)
    assert await heard(rig) == [ASKED]
    await hand.act("actions", action_id=night.AT_OPENING, channel=NAME, ts=ts)
    assert await heard(rig) == [f"Leaves {THEN}, because of the hour where they are."]
    found = messages.get(message.id)
    assert (found.status, found.send_at) == ("scheduled", MORNING)
    assert leaves(MORNING) == "On my way"


async def test_an_answer_at_night_can_be_sent_anyway(rig: Rig, hand: Hand) -> None:
    place = await talk(rig)
    _, ts = await asked(rig, place)
    await hand.act("actions", action_id=guard.RELEASE, channel=NAME, ts=ts)
    assert await heard(rig) == [RELEASED]
    assert leaves(NIGHT) == "On my way"


async def test_the_form_says_what_time_it_is_and_waits_unless_told_otherwise(
    rig: Rig, hand: Hand
) -> None:
    await talk(rig)
    contact = str(Contact.objects.get().id)
    await hand.asked()
    view = await hand.choose("contact", contact, text="On my way")
    assert small_print(view)[1] == f"🌙 {ASKED}"
    assert (choices(view), fields(view)[-1]) == ([OPENING, "Send anyway"], "night")
    assert (await hand.submit())["errors"] in (None, {})
    assert words(await hand.top()).startswith("Your text to Jane Doe leaves Thu, Mar 5, 2026, 8:00")
    (message,) = answers()
    assert (message.status, message.send_at) == ("scheduled", MORNING)
    assert message.notices == []


async def test_when_night_falls_over_the_form_it_asks_before_anything_is_sent(
    rig: Rig, hand: Hand
) -> None:
    rig.clock.set(DUSK)
    await talk(rig)
    contact = str(Contact.objects.get().id)
    await hand.asked()
    view = await hand.choose("contact", contact, text="On my way")
    assert "night" not in fields(view)
    rig.clock.advance(2)
    await hand.submit()
    assert answers() == []
    assert choices(await hand.top()) == [OPENING, "Send anyway"]
    await hand.submit(night="anyway")
    (message,) = answers()
    assert (message.status, message.quiet_confirmed) == ("held", True)
    assert leaves(DUSK + timedelta(seconds=9)) == "On my way"


async def test_a_time_in_the_night_is_said_to_become_the_morning(rig: Rig, hand: Hand) -> None:
    await talk(rig)
    agreed()
    contact = str(Contact.objects.get().id)
    await hand.asked()
    written: dict[str, Any] = {"contact": contact, "text": "See you"}
    await hand.choose("when", "later", **written)
    view = await hand.choose("time", "23:30", **written, date="2026-03-05")
    said = small_print(view)
    assert said[1].startswith("⏳ They get it Fri, Mar 6, 2026, 8:00 AM PST, because of")
    assert said[-1] == "You chose Thu, Mar 5, 2026, 11:30 PM PST."
    assert "night" not in fields(view)


async def test_the_reply_form_asks_as_soon_as_it_opens(rig: Rig, hand: Hand) -> None:
    place = await talk(rig)
    thread = Thread.objects.get()
    button = Button("Reply", "reply", str(thread.id))
    said = await rig.chat.whisper(place, AGENT, CARD.name, [button])
    assert isinstance(said, Shown)
    await hand.act("actions", action_id="reply", channel=NAME, ts=said.ts)
    view = await hand.top()
    assert (choices(view), small_print(view)[-1]) == ([OPENING, "Send anyway"], f"🌙 {ASKED}")
    assert (await hand.submit(text="On my way"))["errors"] in (None, {})
    (message,) = answers()
    assert (message.status, message.send_at, message.question) == ("scheduled", MORNING, None)


async def test_who_is_only_asleep_can_be_chosen(rig: Rig, hand: Hand) -> None:
    await talk(rig)
    await hand.asked()
    (option,) = (await hand.suggested("contact", "760"))["May be texted"]
    assert option.startswith("⏳ Jane Doe · (760) 555-0111 (It is 11:40 PM PST for them.")
