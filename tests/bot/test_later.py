"""Texts for later and for a conversation that is settled: times, cards, shortcuts, replies."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.listeners.answers import ALREADY, NOT_TYPED
from domain.model import Author, Contact, Thread
from domain.services import agents, consent, threads
from domain.services.automation import templates
from domain.services.consent import Statement
from domain.services.people import contacts
from domain.values import Button, Person, Shown
from tests.bot.events import AGENT, TEAM
from tests.bot.hand import Hand, element, fields, small_print, words
from tests.bot.office import answers, conversation, until, workspace
from tests.bot.rig import INBOX, Rig, post
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER

PACIFIC = ZoneInfo("America/Los_Angeles")


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose clock is the machine's."""
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        yield built


@pytest.fixture
def hand(rig: Rig) -> Hand:
    return Hand(rig)


@pytest.fixture
def jane(rig: Rig) -> Contact:
    """A contact who agreed."""
    now = rig.clock.now()
    consent.record("form", CUSTOMER, Statement("opt_in", "form", now), now)
    made = Contact(first_name="Jane", last_name="Doe", phone=CUSTOMER, phones=[CUSTOMER])
    return contacts.add(made, now)


def ann(zone: str = "America/New_York") -> None:
    """The agent is known, and where they are."""
    person = Person(AGENT, TEAM, "Dana Reyes", None, False, False, False, False, timezone=zone)
    agents.learn(person, datetime.now(UTC))


def template(body: str = "Hi {first_name|there}, see {listing}.", name: str = "Listing") -> str:
    made = templates.create(name, body, True, Author(kind="agent", key=AGENT), datetime.now(UTC))
    return str(made.id)


async def later(hand: Hand, jane: Contact, **state: Any) -> dict[str, Any]:
    """The form with a time."""
    await hand.asked()
    return await hand.choose("when", "later", contact=str(jane.id), text="Later", **state)


async def test_a_time_is_asked_for_only_for_later(hand: Hand, jane: Contact) -> None:
    view = await later(hand, jane)
    assert fields(view)[-3:] == ["date", "time", "zone"]
    assert view["submit"]["text"] == "Schedule"
    view = await hand.choose("when", "now")
    assert fields(view)[-1] == "when"


async def test_the_form_says_when_that_is_for_both(hand: Hand, jane: Contact) -> None:
    ann()
    await later(hand, jane)
    year = datetime.now(UTC).year + 1
    await hand.choose("date", f"{year}-01-15")
    view = await hand.choose("time", "08:00")
    said = small_print(view)[-1]
    assert said.startswith("Leaves ")
    assert said.endswith(f"{year}, 8:00 AM PST for the customer, 11:00 AM EST for you.")
    view = await hand.choose("zone", "agent")
    assert "5:00 AM PST for the customer, 8:00 AM EST for you." in small_print(view)[-1]
    view = await hand.choose("zone", "America/Chicago")
    assert "6:00 AM PST for the customer" in small_print(view)[-1]


async def test_a_scheduled_text_waits_for_the_customers_time(hand: Hand, jane: Contact) -> None:
    ann()
    await later(hand, jane)
    day = (datetime.now(PACIFIC) + timedelta(days=30)).date()
    await hand.submit(date=day.isoformat(), time="08:00")
    (message,) = answers()
    assert message.status == "scheduled"
    assert message.send_at
    there = message.send_at.astimezone(PACIFIC)
    assert (there.date(), there.hour, there.minute) == (day, 8, 0)
    assert "for the customer" in words(await hand.top())


async def test_somebody_whose_zone_nobody_knows_is_texted_in_the_agents(
    hand: Hand, rig: Rig
) -> None:
    ann()
    now, free = rig.clock.now(), "+18005550111"
    consent.record("form", free, Statement("opt_in", "form", now), now)
    await hand.asked()
    await hand.choose("when", "later", contact=free)
    year = now.year + 1
    await hand.choose("date", f"{year}-01-15")
    view = await hand.choose("time", "08:00")
    assert small_print(view)[-1].endswith("this is your own time.")
    assert "8:00 AM EST" in small_print(view)[-1]


async def test_where_no_zone_is_known_the_person_picks(hand: Hand, rig: Rig) -> None:
    ann("")
    now, free = rig.clock.now(), "+18005550111"
    consent.record("form", free, Statement("opt_in", "form", now), now)
    await hand.asked()
    await hand.choose("when", "later", contact=free)
    day = (now + timedelta(days=3)).date().isoformat()
    told = await hand.submit(text="Hi", date=day, time="08:00")
    assert list(told["errors"]) == ["zone"]
    await hand.submit(text="Hi", date=day, time="08:00", zone="America/Denver")
    assert [one.status for one in answers()] == ["scheduled"]


@pytest.mark.parametrize(("days", "field"), [(-2, "time"), (400, "date")])
async def test_a_time_that_cannot_be_is_told_below_it(
    hand: Hand, jane: Contact, days: int, field: str
) -> None:
    await later(hand, jane)
    day = (datetime.now(PACIFIC) + timedelta(days=days)).date()
    told = await hand.submit(date=day.isoformat(), time="08:00")
    assert list(told["errors"]) == [field]
    assert not answers()


async def test_a_time_after_the_reply_window_is_warned_of(hand: Hand, rig: Rig) -> None:
    thread = conversation(rig.clock)
    await hand.asked()
    await hand.choose("when", "later", contact=str(thread.contact_id), text="Hi")
    day = (datetime.now(PACIFIC) + timedelta(days=5)).date()
    await hand.choose("date", day.isoformat())
    view = await hand.choose("time", "08:00")
    assert any(one.startswith("⚠️ It will not leave then unless") for one in small_print(view))


async def head(rig: Rig) -> tuple[Thread, str]:
    """A conversation in a thread of the inbox, with buttons: it, and the message with them."""
    made = conversation(rig.clock, INBOX)
    shown = await rig.chat.post(rig.chat.inbox, post("A conversation", "head"))
    assert isinstance(shown, Shown)
    change = {"$set": {"channel.threadTs": shown.ts}}
    Thread._get_collection().update_one({"_id": made.id}, change)
    buttons = [Button(name, name, str(made.id)) for name in ("schedule", "use_template", "reply")]
    told = await rig.chat.whisper(rig.chat.inbox, AGENT, "What to do?", buttons)
    assert isinstance(told, Shown)
    return threads.get(made.id), told.ts


@pytest.mark.parametrize(("action", "time"), [("schedule", True), ("use_template", False)])
async def test_a_cards_buttons_open_the_form_for_that_conversation(
    rig: Rig, hand: Hand, action: str, time: bool
) -> None:
    thread, ts = await head(rig)
    told = await hand.act("actions", action_id=action, channel=INBOX, ts=ts)
    assert told["ok"], told
    view = await hand.top()
    assert (view["private_metadata"], "date" in fields(view)) == (str(thread.id), time)
    assert "contact" not in fields(view)
    assert words(view) == f"To *{CUSTOMER}*"


async def test_what_is_written_there_joins_the_conversation(rig: Rig, hand: Hand) -> None:
    thread, ts = await head(rig)
    await hand.act("actions", action_id="use_template", channel=INBOX, ts=ts)
    view = await hand.choose("text", "Hi")
    assert small_print(view)[1].startswith("✅ May be sent: they wrote recently.")
    await hand.submit()
    assert [one.thread_id for one in answers()] == [thread.id]


async def test_a_refusal_there_is_told_below_the_text(rig: Rig, hand: Hand) -> None:
    _, ts = await head(rig)
    now = rig.clock.now()
    consent.record("no", CUSTOMER, Statement("opt_out", "form", now, level="none"), now)
    await hand.act("actions", action_id="use_template", channel=INBOX, ts=ts)
    told = await hand.submit(text="Hi")
    assert "opted out" in told["errors"]["text"]


async def send_later(hand: Hand, ts: str, channel: str = INBOX) -> dict[str, Any]:
    return await hand.act("shortcuts", callback_id="send_later", channel=channel, ts=ts)


async def test_a_note_can_be_scheduled(rig: Rig, hand: Hand) -> None:
    thread, _ = await head(rig)
    note = await rig.write(INBOX, "Happy birthday", thread_ts=thread.channel.thread_ts)
    assert (await send_later(hand, note["ts"]))["ok"]
    view = await hand.top()
    assert element(view, "text")["initial_value"] == "Happy birthday"
    assert (view["private_metadata"], "date" in fields(view)) == (str(thread.id), True)
    assert not answers()


async def test_a_message_elsewhere_asks_whom_to_text(rig: Rig, hand: Hand) -> None:
    typed = await rig.write(INBOX, "We are open again")
    await send_later(hand, typed["ts"])
    view = await hand.top()
    assert fields(view)[0] == "contact"
    assert element(view, "text")["initial_value"] == "We are open again"


async def test_an_answer_is_not_scheduled_a_second_time(rig: Rig, hand: Hand) -> None:
    place = await rig.opened()
    body = {"channel": place.channel_id, "user": AGENT}
    await rig.town.http.post("/slack/members", json=body)
    conversation(rig.clock, place.channel_id)
    typed = await rig.write(place.channel_id, "On my way")
    await until(answers)
    await send_later(hand, typed["ts"], place.channel_id)
    assert [one["text"] for one in await hand.heard(place.channel_id)] == [ALREADY]


async def test_a_customers_text_is_not_scheduled(rig: Rig, hand: Hand) -> None:
    said = await rig.chat.post(rig.chat.inbox, post())
    assert isinstance(said, Shown)
    await send_later(hand, said.ts)
    assert [one["text"] for one in await hand.heard()] == [NOT_TYPED]


async def test_the_reply_form_has_the_same_preview_and_templates(rig: Rig, hand: Hand) -> None:
    _, ts = await head(rig)
    await hand.act("actions", action_id="reply", channel=INBOX, ts=ts)
    view = await hand.choose("text", "Hi")
    assert small_print(view)[0].startswith("1 segment")
    assert small_print(view)[1].startswith("✅ May be sent")
    chosen = template("Hi {first_name|there}!")
    view = await hand.choose("template", chosen)
    assert element(view, "text")["initial_value"] == "Hi there!"
    assert (await hand.submit())["errors"] in (None, {})
    assert [(one.body, str(one.template_id)) for one in answers()] == [("Hi there!", chosen)]


async def test_a_variable_that_is_left_in_a_reply_is_refused_below_it(rig: Rig, hand: Hand) -> None:
    _, ts = await head(rig)
    await hand.act("actions", action_id="reply", channel=INBOX, ts=ts)
    await hand.choose("template", template())
    told = await hand.submit()
    assert "{listing}" in told["errors"]["text:1"]
    assert not answers()
