"""Signed requests that no form of ours sends: answered in words, with nothing done."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from bot.listeners import threads as deeds
from bot.listeners import timelines
from bot.listeners.consents import RECORD
from bot.memory import UNREADABLE, kept
from bot.views import consent, snooze, timeline
from domain.errors import InvalidInput
from domain.model import Activity, Agent, ConsentEvent, Thread
from domain.services import threads
from domain.services.desk.meant import UNKNOWN
from domain.services.people import activities
from tests.bot.button import pressed, told
from tests.bot.events import AGENT, TEAM
from tests.bot.hand import Hand
from tests.bot.office import Office, conversation, workspace
from tests.bot.rig import INBOX, Rig
from tests.clock import NOON, FakeClock
from tests.domain.build import customer

DEEP = '{"thread":' * 20_000
STRANGE = ["all", "+17605550199", "+1", "", "66f0c0ffee66f0c0ffee66f0"]


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace at noon."""
    async with workspace(FakeClock(NOON)) as (built, _):
        yield built


@pytest.fixture
def thread(rig: Rig) -> Thread:
    return conversation(rig.clock, INBOX)


async def submitted(rig: Rig, form: str, metadata: str, **state: str) -> dict[str, str]:
    """Send a form in with these values; what is told below its fields."""
    names = ("choice", "day", "time", "method", "text", "evidence", "way")
    values = {name: {name: {"value": value}} for name, value in state.items()}
    view = {
        "type": "modal",
        "id": "V1",
        "callback_id": form,
        "private_metadata": metadata,
        "blocks": [{"type": "input", "block_id": name} for name in names],
        "state": {"values": values},
    }
    who = {"team": {"id": TEAM}, "user": {"id": AGENT, "team_id": TEAM}}
    payload = {"type": "view_submission", "view": view, "trigger_id": "1.2.3", **who}
    office = Office(rig.town.config.product_url, rig.clock)
    answer = await asyncio.to_thread(office.interact, payload)
    assert answer.status_code == 200
    errors = answer.json()["errors"]
    assert isinstance(errors, dict)
    return errors


@pytest.mark.parametrize("action", [RECORD, consent.STOP])
@pytest.mark.parametrize("value", [one for one in STRANGE if one])
async def test_a_button_with_a_number_of_nobody_records_nothing(
    rig: Rig, thread: Thread, action: str, value: str
) -> None:
    hand = Hand(rig)
    await pressed(hand, action, value)
    assert (await told(hand))[-1] == UNKNOWN
    assert not ConsentEvent.objects.count()
    assert not await hand.views()


@pytest.mark.parametrize("phone", STRANGE)
async def test_a_form_about_a_number_of_nobody_records_nothing(rig: Rig, phone: str) -> None:
    conversation(rig.clock, INBOX)
    said = {"evidence": "Binder 3", "way": "in person"}
    errors = await submitted(rig, consent.FORM, kept(phone=phone), **said)
    assert list(errors.values()) == [UNKNOWN]
    assert not ConsentEvent.objects.count()


@pytest.mark.parametrize(
    ("state", "field", "sentence"),
    [
        ({}, "choice", deeds.NO_CHOICE),
        ({"choice": "never"}, "choice", deeds.NO_CHOICE),
        ({"choice": "own", "day": "soon", "time": "08:30"}, "day", deeds.BOTH),
        ({"choice": "own", "day": "2026-03-06", "time": "99:99"}, "day", deeds.BOTH),
        ({"choice": "own", "day": "0001-01-01", "time": "00:00"}, "day", "past"),
        ({"choice": "own", "day": "9999-12-31", "time": "23:59"}, "day", "at most"),
    ],
)
async def test_a_rest_until_no_moment_is_told_below_it(
    rig: Rig, thread: Thread, state: dict[str, str], field: str, sentence: str
) -> None:
    errors = await submitted(rig, snooze.FORM, kept(thread=str(thread.id)), **state)
    assert list(errors) == [field]
    assert sentence in errors[field]
    assert threads.get(thread.id).status == "open"


@pytest.mark.parametrize(
    ("state", "field", "sentence"),
    [
        ({"text": "Hi"}, "method", activities.NO_METHOD),
        ({"method": "pigeon"}, "method", activities.NO_METHOD),
        ({"method": "phone", "day": "soon"}, "day", timelines.NO_MOMENT),
        ({"method": "phone", "day": "2026-03-03", "time": "x"}, "day", timelines.NO_MOMENT),
        ({"method": "phone", "day": "0001-01-01", "time": "00:00"}, "day", activities.LONG_AGO),
        ({"method": "phone", "day": "9999-12-31", "time": "23:59"}, "day", activities.AHEAD),
    ],
)
async def test_what_cannot_be_logged_is_told_below_it(
    rig: Rig, thread: Thread, state: dict[str, str], field: str, sentence: str
) -> None:
    remembered = kept(contact=str(thread.contact_id))
    errors = await submitted(rig, timeline.FORM, remembered, **state)
    assert errors == {field: sentence}
    assert not Activity.objects.count()


@pytest.mark.parametrize("form", [consent.FORM, snooze.FORM, snooze.ASSIGN_FORM, timeline.FORM])
async def test_a_form_that_cannot_be_read_is_to_be_opened_again(
    rig: Rig, thread: Thread, form: str
) -> None:
    said = {"choice": "hour", "evidence": "Binder 3", "way": "in person"}
    errors = await submitted(rig, form, DEEP, **said)
    assert list(errors.values()) == [UNREADABLE]
    assert threads.get(thread.id).status == "open"


@pytest.mark.parametrize("trail", ["x", "[" * 20_000, "7", "[7]", '["never"]'])
def test_a_timeline_that_lost_its_place_is_to_be_opened_again(db: object, trail: str) -> None:
    metadata = json.dumps({"contact": str(customer().id), "trail": trail})
    body = {"view": {"private_metadata": metadata}, "actions": [{"action_id": timeline.OLDER}]}
    with pytest.raises(InvalidInput) as refused:
        timelines.turn(body, Agent(user_id=AGENT))
    assert refused.value.message == UNREADABLE
