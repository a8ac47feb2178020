"""Automatic answers on the App Home: admins keep rules and hours, everybody tries texts."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.members import ADMINS_ONLY
from bot.views.replies import ADMINS
from bot.views.trial import FILL_IN, NO_TALK
from domain.model import AutoReply, BusinessHours, Contact, Message
from domain.rules.replying.week import UNCLEAR
from domain.services.automation import arbiter, hours, replies
from domain.services.automation.replies import CONSENT, FAR, TAKEN
from tests.bot.button import known
from tests.bot.events import AGENT
from tests.bot.hand import Hand, element, words
from tests.bot.homes import buttons, opened, press, tab
from tests.bot.homes import words as said
from tests.bot.office import conversation, workspace
from tests.bot.rig import Rig
from tests.clock import FakeClock
from tests.domain.build import POLICY, customer
from tests.domain.replies import rule

RULE = {
    "name": "Hours",
    "keywords": "hours, Open?",
    "match": "contains",
    "body": "Hi {first_name|there}, nine to five.",
    "duringHours": "open",
    "priority": "-5",
}


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace where an admin looks at their page."""
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        known(built, AGENT, "Dana Reyes", role="admin")
        await opened(built)
        await tab(built, "replies")
        yield built


@pytest.fixture
def hand(rig: Rig) -> Hand:
    return Hand(rig)


async def test_a_rule_is_made_by_a_form_and_stands_on_the_page(rig: Rig, hand: Hand) -> None:
    await press(rig, "new_reply")
    assert (await hand.submit(**RULE))["ok"]
    (made,) = AutoReply.objects()
    assert (made.name, made.match, made.during_hours, made.priority) == (
        "Hours",
        "contains",
        True,
        -5,
    )
    assert list(made.keywords) == ["hours", "Open?"]
    page = said(await tab(rig, "replies"))
    assert "*Hours*\nWhen a text contains “hours” or “Open?”, while the business is open" in page
    assert "> Hi {first_name|there}, nine to five." in page


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"keywords": "hours, stop"}, "keywords", CONSENT.format(word="stop")),
        ({"name": "price"}, "name", TAKEN),
        ({"body": "Hi {first_name}"}, "body", "{first_name} may have no value"),
        ({"priority": "high"}, "priority", FAR),
    ],
)
async def test_what_is_wrong_stands_below_its_field(
    rig: Rig, hand: Hand, changes: dict[str, str], field: str, sentence: str
) -> None:
    rule("price")
    await press(rig, "new_reply")
    told = await hand.submit(**(RULE | changes))
    assert told["errors"][field].startswith(sentence)
    assert AutoReply.objects.count() == 1


async def test_a_rule_is_changed_and_stays_switched_off(rig: Rig, hand: Hand) -> None:
    made = rule("price", during_hours=False)
    replies.switch(made.id, False, rig.clock.now())
    await tab(rig, "replies")
    await press(rig, "edit_reply")
    view = await hand.top()
    assert element(view, "keywords")["initial_value"] == "price"
    assert element(view, "duringHours")["initial_option"]["value"] == "closed"
    assert (await hand.submit(**RULE))["ok"]
    changed = replies.get(made.id)
    assert (changed.name, changed.enabled, changed.during_hours) == ("Hours", False, True)


async def test_a_rule_is_switched_and_deleted_by_buttons(rig: Rig) -> None:
    made = rule("price")
    await tab(rig, "replies")
    assert "switched off" in said(await press(rig, "disable_reply"))
    assert not replies.get(made.id).enabled
    assert "switched off" not in said(await press(rig, "enable_reply"))
    await press(rig, "delete_reply")
    assert replies.listed() == []
    assert "price" not in said(await tab(rig, "replies"))


async def test_pages_of_ten(rig: Rig) -> None:
    for number in range(11):
        rule(f"number {number:02d}")
    first = said(await tab(rig, "replies"))
    assert "Business hours" in first
    assert "number 08" in first
    assert "number 09" not in first
    second = said(await press(rig, "home_older"))
    assert "number 10" in second
    assert "number 08" not in second


async def test_agents_see_and_try_but_change_nothing(rig: Rig, hand: Hand) -> None:
    rule("price")
    page = await tab(rig, "replies")
    assert len(buttons(page, "edit_reply")) == 1
    known(rig, AGENT, "Dana Reyes", role="agent")
    for action in ("new_reply", "edit_reply", "disable_reply", "delete_reply", "business_hours"):
        await press(rig, action)
        assert ADMINS_ONLY in words((await hand.views())[-1])
    page = await tab(rig, "replies")
    assert [one["action_id"] for one in buttons(page) if "reply" in one["action_id"]] == [
        "try_reply"
    ]
    assert ADMINS in said(page)
    assert replies.listed()[0].enabled


WEEK = {f"day{day}": "9am-5pm" for day in range(1, 6)}
HOURS = {
    "timezone": "America/New_York",
    "holidays": "12-24\n2026-12-31",
    "holidayCalendar": "US",
    "awayBody": "Back {opens|soon}.",
}


def zone(name: str) -> dict[str, Any]:
    """A choice of the menu of zones."""
    return {"text": {"type": "plain_text", "text": name.replace("_", " ")}, "value": name}


async def test_business_hours_are_set_by_a_form(rig: Rig, hand: Hand) -> None:
    assert "so it always is" in said(await tab(rig, "replies"))
    await press(rig, "business_hours")
    assert element(await hand.top(), "day7")["initial_value"] == "00:00-24:00"
    given = HOURS | WEEK | {"timezone": zone("America/New_York"), "day6": "", "day7": "closed"}
    told = await hand.submit(**given)
    assert told["ok"], told
    kept = hours.kept()
    assert kept is not None
    assert [(one.weekday, one.start, one.end) for one in kept.intervals] == [
        (day, "09:00", "17:00") for day in range(1, 6)
    ]
    assert (kept.holidays, kept.holiday_calendar) == (["12-24", "2026-12-31"], "US")
    page = said(await tab(rig, "replies"))
    assert "Monday to Friday 09:00-17:00 (America/New York) · public holidays of US" in page
    assert "Away message:\n> Back {opens|soon}." in page


async def test_each_day_that_cannot_be_read_is_told_at_its_line(rig: Rig, hand: Hand) -> None:
    await press(rig, "business_hours")
    given = HOURS | WEEK | {"timezone": zone("America/New_York"), "day2": "9-5", "day4": "late"}
    told = (await hand.submit(**given))["errors"]
    assert told["day2"] == UNCLEAR.format(said="9-5")
    assert told["day4"].startswith("“late” is no time")
    overlap = given | {"day2": "9am-5pm, 4pm-6pm", "day4": ""}
    told = (await hand.submit(**overlap))["errors"]
    assert told == {
        "day1": "Tuesday 09:00 to 17:00 and Tuesday 16:00 to 18:00 overlap: make one of them."
    }
    assert BusinessHours.objects.count() == 0


async def test_a_text_is_tried_on_somebody_while_it_is_written(rig: Rig, hand: Hand) -> None:
    conversation(rig.clock)
    contact = customer(rig.clock.now())
    Contact.objects.update(set__first_name="J<!here>ane")
    rule("hours", now=rig.clock.now())
    before = Message.objects.count()
    await press(rig, "try_reply")
    assert FILL_IN in words(await hand.top())
    somebody = {"text": {"type": "plain_text", "text": "Jane"}, "value": str(contact.id)}
    view = await hand.choose("trial_text", "Hours?", sample=somebody)
    assert "Hi J&lt;!here&gt;ane, we open at nine." in words(view)
    assert "The rule “hours” answers: the text is “hours”." in words(view)
    view = await hand.choose("trial_text", "STOP", sample=somebody)
    assert "*Nobody answers.*\nThis is a word by which people leave" in words(view)
    hours.set_to(hours.Wish("UTC", away="Back soon."), rig.clock.now(), POLICY)
    view = await hand.choose("trial_date", "2030-01-01", sample=somebody, trial_text="Hello")
    assert "*The answer*\nBack soon." in words(view)
    view = await hand.choose("trial_date", "9999-12-31", sample=somebody, trial_text="Hello")
    assert arbiter.TOO_FAR in words(view)
    assert Message.objects.count() == before


async def test_who_never_texted_cannot_be_tried(rig: Rig, hand: Hand) -> None:
    contact = customer(rig.clock.now())
    await press(rig, "try_reply")
    somebody = {"text": {"type": "plain_text", "text": "Jane"}, "value": str(contact.id)}
    assert NO_TALK in words(await hand.choose("trial_text", "Hello", sample=somebody))
