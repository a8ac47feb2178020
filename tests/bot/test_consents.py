"""Consent by forms in the stand-in Slack: the words shown are the words recorded, once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.listeners.consents import RECORD, UNTICKED
from bot.listeners.contacts import EDIT
from bot.views.consent import EXPRESS, STOP, WHAT_TO_DO, WRITTEN
from domain.model import Contact, Message, Thread
from domain.rules.consent import wording
from domain.services import consent, numbers
from domain.services.consent import Entry, Statement
from domain.services.desk.agreements import NO_PROOF, NO_WAY, OPTED_OUT
from domain.services.desk.blocks import AGAIN
from domain.services.people import contacts, profiles
from domain.services.people.profiles import Profile
from domain.services.programs import sending
from tests.anytime import POLICY
from tests.bot.button import pressed
from tests.bot.events import AGENT
from tests.bot.hand import Hand, element, fields, words
from tests.bot.office import conversation, workspace
from tests.bot.rig import INBOX, Rig
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, STRANGER, draft
from tests.ledger import entries

SHOWN = wording.CURRENT.render(POLICY.business_name)
YES = {"consent": [EXPRESS], "way": "in person"}


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose clock is the machine's."""
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        yield built


@pytest.fixture
def thread(rig: Rig) -> Thread:
    """A conversation with somebody who has only written so far."""
    return conversation(rig.clock, INBOX)


@pytest.fixture
async def hand(rig: Rig, thread: Thread) -> Hand:
    """An agent with the consent form of the conversation's number before them."""
    return await opened(rig, thread)


async def opened(rig: Rig, thread: Thread, action: str = RECORD) -> Hand:
    found = Hand(rig)
    assert (await pressed(found, action, thread.id))["ok"]
    return found


def said_no(rig: Rig, phone: str = CUSTOMER, **ago: float) -> None:
    """They texted STOP so long ago."""
    at = rig.clock.now() - timedelta(**ago)
    said = Statement("opt_out", "keyword", at, level="none", message_sid="SMstop")
    consent.record("twilio:SMstop", phone, said, at)


def events() -> list[Entry]:
    return entries()


async def test_nothing_is_ticked_beforehand_and_the_exact_wording_stands_beside(hand: Hand) -> None:
    view = await hand.top()
    assert "initial_options" not in element(view, "consent")
    assert SHOWN.replace("&", "&amp;") in words(view)
    assert wording.CURRENT.version in words(view)


async def test_a_tick_is_recorded_with_what_was_shown(hand: Hand, thread: Thread) -> None:
    view = await hand.top()
    assert (await hand.submit(**YES, note="At the fair", evidence="Binder 3"))["ok"]
    (event,) = events()
    assert (event.action, event.level, event.method) == ("opt_in", EXPRESS, "agent")
    assert (event.wording, event.wording_version) == (SHOWN, wording.CURRENT.version)
    assert (event.note, event.evidence_url) == ("Given in person. At the fair", "Binder 3")
    assert (event.recorded_by.kind, event.recorded_by.key) == ("agent", AGENT)
    assert (event.origin or "").startswith(f"slack:T0SANDBOX/view/{view['id']}/")
    assert contacts.get(thread.contact_id).preferences.sms_opt_in


async def test_a_form_that_comes_twice_is_recorded_once(rig: Rig, hand: Hand) -> None:
    await rig.fault("deliver.interaction", "duplicate")
    await hand.submit(**YES)
    assert len(events()) == 1


async def test_advertising_takes_the_second_box(hand: Hand, thread: Thread) -> None:
    await hand.submit(consent=[EXPRESS, WRITTEN], way="on a paper form")
    assert [event.level for event in events()] == [WRITTEN]
    assert contacts.get(thread.contact_id).consent.marketing


async def test_how_they_agreed_must_be_said(hand: Hand) -> None:
    answer = await hand.submit(consent=[EXPRESS], way="in person", note="x" * 2_001)
    assert list(answer["errors"]) == ["note"]
    assert not events()


async def test_current_consent_is_told_with_its_day(rig: Rig, thread: Thread, hand: Hand) -> None:
    await hand.submit(**YES)
    again = await opened(rig, thread)
    assert "Agreed to texts" in words(await again.top())
    assert f"since {rig.clock.now():%B}" in words(await again.top())
    assert "initial_options" not in element(await again.top(), "consent")


async def test_after_a_no_there_is_no_box_but_what_to_do(rig: Rig, thread: Thread) -> None:
    said_no(rig, days=3)
    hand = await opened(rig, thread)
    view = await hand.top()
    assert "consent" not in fields(view)
    assert "opted out of texts" in words(view)
    assert WHAT_TO_DO in str(view["blocks"])


async def test_a_no_is_lifted_by_proof(rig: Rig, thread: Thread) -> None:
    said_no(rig, days=3)
    hand = await opened(rig, thread)
    assert (await hand.submit(evidence="Signed form, binder 3", way="on a paper form"))["ok"]
    event = events()[-1]
    assert (event.action, event.evidence_url) == ("opt_in", "Signed form, binder 3")
    assert event.wording is None
    assert not numbers.state_of(CUSTOMER).blocked


async def test_a_no_that_comes_while_the_form_is_open_stands(rig: Rig, hand: Hand) -> None:
    said_no(rig)
    answer = await hand.submit(**YES)
    assert OPTED_OUT in answer["errors"]["consent"]
    assert "START" in answer["errors"]["consent"]
    assert numbers.state_of(CUSTOMER).blocked


def began_again(rig: Rig, phone: str = CUSTOMER) -> None:
    """They texted START."""
    at = rig.clock.advance(1)
    said = Statement("opt_in", "keyword", at, message_sid="SMstart")
    consent.record("twilio:SMstart", phone, said, at)


def stopped_again(rig: Rig, phone: str = CUSTOMER) -> None:
    """They texted STOP once more."""
    at = rig.clock.advance(1)
    said = Statement("opt_out", "keyword", at, level="none", message_sid="SMagain")
    consent.record("twilio:SMagain", phone, said, at)


@pytest.mark.parametrize("action", [RECORD, EDIT])
async def test_proof_for_one_no_does_not_lift_a_newer_one(
    rig: Rig, thread: Thread, action: str
) -> None:
    said_no(rig, days=3)
    hand = await opened(rig, thread, action)
    began_again(rig)
    stopped_again(rig)
    rig.clock.advance(1)
    answer = await hand.submit(evidence="Binder 3", way="on a paper form")
    assert answer["errors"]["evidence"].startswith(AGAIN)
    assert numbers.state_of(CUSTOMER).blocked
    assert events()[-1].action == "opt_out"


async def test_a_no_that_was_repeated_is_a_newer_one(rig: Rig, thread: Thread) -> None:
    said_no(rig, days=3)
    hand = await opened(rig, thread)
    stopped_again(rig)
    rig.clock.advance(1)
    answer = await hand.submit(evidence="Binder 3", way="on a paper form")
    assert AGAIN in answer["errors"]["evidence"]
    again = await opened(rig, thread)
    assert (await again.submit(evidence="Binder 4", way="on a paper form"))["ok"]
    assert not numbers.state_of(CUSTOMER).blocked


async def test_proof_after_they_began_again_is_recorded(rig: Rig, thread: Thread) -> None:
    said_no(rig, days=3)
    hand = await opened(rig, thread)
    began_again(rig)
    assert (await hand.submit(evidence="Binder 3", way="on a paper form"))["ok"]
    assert events()[-1].evidence_url == "Binder 3"


async def test_a_no_by_another_of_their_numbers_meanwhile_stands(rig: Rig, thread: Thread) -> None:
    theirs = Profile(add_phones=(STRANGER,))
    profiles.change(thread.contact_id, theirs, rig.clock.now(), POLICY)
    said_no(rig, days=3)
    hand = await opened(rig, thread)
    stopped_again(rig, STRANGER)
    rig.clock.advance(1)
    answer = await hand.submit(evidence="Binder 3", way="on a paper form")
    assert AGAIN in answer["errors"]["evidence"]
    assert all(numbers.state_of(one).blocked for one in (CUSTOMER, STRANGER))


async def test_they_asked_to_stop_is_in_force_at_once(rig: Rig, hand: Hand) -> None:
    numbers_ = Profile(add_phones=(STRANGER,))
    profiles.change(contacts.by_phone(CUSTOMER).id, numbers_, rig.clock.now(), POLICY)  # type: ignore[union-attr]
    await hand.submit(**YES)
    waiting = sending.send(draft(), rig.clock.now(), POLICY)
    again = await opened(rig, Thread.objects.get())
    assert (await again.press(STOP))["ok"]
    assert all(numbers.state_of(phone).blocked for phone in (CUSTOMER, STRANGER))
    assert Message.objects.get(id=waiting.id).status == "canceled"
    view = await again.top()
    assert "One text that waited was called back" in words(view)
    assert "consent" not in fields(view)
    assert [event.action for event in events()] == ["opt_in", "opt_out", "opt_out"]


async def test_asking_to_stop_twice_in_a_form_is_one_no(rig: Rig, hand: Hand) -> None:
    await rig.fault("deliver.interaction", "duplicate")
    await hand.press(STOP)
    assert len(events()) == 1


async def test_the_button_asks_before_it_stops(hand: Hand) -> None:
    blocks = (await hand.top())["blocks"]
    (stop,) = [one for block in blocks for one in block.get("elements", ()) if "confirm" in one]
    assert (stop["action_id"], stop["style"]) == (STOP, "danger")


@pytest.mark.parametrize(
    ("written", "field", "sentence"),
    [
        ({"way": "in person"}, "consent", UNTICKED),
        ({"note": "They nodded"}, "consent", UNTICKED),
        ({"consent": [EXPRESS]}, "way", NO_WAY),
    ],
)
async def test_a_contacts_form_wants_the_whole_statement_or_none(
    rig: Rig, thread: Thread, written: dict[str, Any], field: str, sentence: str
) -> None:
    hand = await opened(rig, thread, EDIT)
    answer = await hand.submit(**written, city="Vista")
    assert answer["errors"] == {field: sentence}
    assert not events()
    assert contacts.get(thread.contact_id).address is None


async def test_after_a_no_a_contacts_form_wants_proof(rig: Rig, thread: Thread) -> None:
    said_no(rig, days=3)
    hand = await opened(rig, thread, EDIT)
    answer = await hand.submit(way="in person")
    assert answer["errors"] == {"evidence": NO_PROOF}


async def test_a_contacts_form_records_along_with_what_changed(rig: Rig, thread: Thread) -> None:
    hand = await opened(rig, thread, EDIT)
    assert (await hand.submit(**YES, firstName="Jane"))["ok"]
    assert contacts.get(thread.contact_id).first_name == "Jane"
    assert [event.phone for event in events()] == [CUSTOMER]


async def test_other_fields_never_change_consent(rig: Rig, thread: Thread) -> None:
    hand = await opened(rig, thread, EDIT)
    await hand.submit(firstName="Jane", notes="Likes texts")
    assert not events()


async def test_stopping_in_a_contacts_form_shows_the_form_anew(rig: Rig, thread: Thread) -> None:
    hand = await opened(rig, thread, EDIT)
    await hand.press(STOP)
    view = await hand.top()
    assert "opted out of texts" in words(view)
    assert "firstName" in fields(view)


async def test_a_blocked_number_is_not_made_a_contact_by_a_tick(rig: Rig, thread: Thread) -> None:
    said_no(rig, "+17605550123", days=3)
    Contact._get_collection().delete_many({})
    hand = await opened(rig, thread, EDIT)
    who = {"firstName": "Jane", "lastName": "Doe", "phone": "+17605550123"}
    answer = await hand.submit(**who, **YES)
    assert "consent" in answer["errors"]
    assert not Contact.objects.count()
    assert (await hand.submit(**who))["ok"]
    assert numbers.state_of("+17605550123").blocked
