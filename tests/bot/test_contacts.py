"""A contact's form in the stand-in Slack: made, shown, changed, told what is wrong with it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.listeners.contacts import EDIT, NO_AGENT
from bot.views.contact import NEW, OPEN, TAKEN, TOO_LONG
from bot.views.parts import LONGEST_INPUT
from domain.model import Contact, Thread
from domain.policy import Policy
from domain.services.people import contacts, profiles
from domain.services.people.profiles import Profile
from tests.bot.button import known, pressed, told
from tests.bot.hand import Hand, element, fields, words
from tests.bot.office import conversation, workspace
from tests.bot.rig import INBOX, Rig
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, POLICY, STRANGER

JANE = {"firstName": "Jane", "lastName": "Doe", "phone": "(760) 555-0123"}
ANOTHER = "+17605550123"


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
    """An agent with the form of the conversation's contact before them."""
    found = Hand(rig)
    assert (await pressed(found, EDIT, thread.id))["ok"]
    return found


def person(thread: Thread) -> Contact:
    return contacts.get(thread.contact_id)


def change(thread: Thread, **said: Any) -> Contact:
    """Somebody else changes the contact."""
    return profiles.change(thread.contact_id, Profile(**said), thread.created_at, POLICY)


async def blank(rig: Rig, thread: Thread) -> Hand:
    """An agent with an empty form before them: the conversation's contact was deleted."""
    Contact._get_collection().delete_many({})
    found = Hand(rig)
    await pressed(found, EDIT, thread.id)
    return found


async def test_the_form_shows_what_is_known(rig: Rig, thread: Thread) -> None:
    tags = ("vip", "buyer")
    change(thread, email="jane@example.com", tags=tags, timezone="America/Denver", status="client")
    hand = Hand(rig)
    await pressed(hand, EDIT, thread.id)
    view = await hand.top()
    assert element(view, "phone")["initial_value"] == CUSTOMER
    assert element(view, "email")["initial_value"] == "jane@example.com"
    assert element(view, "addTags")["initial_value"] == "vip\nbuyer"
    assert element(view, "timezone")["initial_option"]["value"] == "America/Denver"
    assert element(view, "status")["initial_option"]["value"] == "client"
    assert "No consent on record" in words(view)


async def test_all_that_a_person_edits_is_there_and_stored(hand: Hand, thread: Thread) -> None:
    said = {"firstName": "Jane", "lastName": "Doe", "email": "JANE@example.com", "city": "Vista"}
    lists = {"addTags": "vip, buyer", "locations": "San Diego, CA\nVista", "addPhones": ANOTHER}
    prices = {"priceMin": "$450,000", "priceMax": "1.2m", "wants": ["buying"], "timeframe": "May"}
    more = {"status": "qualified", "preferred": "phone", "notes": "Two dogs", "zip": "92081"}
    assert (await hand.submit(**said, **lists, **prices, **more))["errors"] in (None, {})
    jane = person(thread)
    assert (jane.name, jane.email, jane.status) == ("Jane Doe", "jane@example.com", "qualified")
    assert (jane.tags, jane.phones) == (["vip", "buyer"], [CUSTOMER, ANOTHER])
    assert jane.address
    assert (jane.address.city, jane.address.zip) == ("Vista", "92081")
    wants = jane.interests
    assert wants
    assert wants.price_range
    assert (wants.locations, wants.buying, wants.selling) == (
        ["San Diego, CA", "Vista"],
        True,
        None,
    )
    assert (str(wants.price_range.min), str(wants.price_range.max)) == ("450000", "1200000")
    assert (jane.preferences.preferred, jane.notes) == ("phone", "Two dogs")
    assert not await hand.views()


async def test_only_what_this_person_changed_is_written(hand: Hand, thread: Thread) -> None:
    other = Profile(email="new@example.com", add_tags=("theirs",), pieces={"street": "1 Elm St"})
    profiles.change(thread.contact_id, other, thread.created_at, POLICY)
    await hand.submit(notes="Mine", addTags="mine", city="Vista")
    jane = person(thread)
    assert (jane.email, jane.notes, jane.tags) == ("new@example.com", "Mine", ["theirs", "mine"])
    assert jane.address
    assert (jane.address.street, jane.address.city) == ("1 Elm St", "Vista")


async def test_sending_an_unchanged_form_changes_nothing(hand: Hand, thread: Thread) -> None:
    before = person(thread).rev
    assert (await hand.submit())["ok"]
    assert person(thread).rev == before


async def test_what_is_emptied_is_taken_away(rig: Rig, thread: Thread) -> None:
    change(thread, email="jane@example.com", tags=("a", "b"), pieces={"city": "Vista"})
    hand = Hand(rig)
    await pressed(hand, EDIT, thread.id)
    await hand.submit(email=None, addTags="b", city=None)
    jane = person(thread)
    assert (jane.email, jane.tags) == (None, ["b"])
    assert jane.address is None or jane.address.city is None


async def test_all_errors_are_told_at_once_each_below_its_field(hand: Hand, thread: Thread) -> None:
    before = person(thread).rev
    wrong = {"phone": "12", "email": "nobody", "priceMin": "much", "addTags": "x" * 51}
    answer = await hand.submit(**wrong, firstName=" ")
    assert set(answer["errors"]) == {*wrong, "firstName"}
    assert "E.164" in answer["errors"]["phone"]
    assert person(thread).rev == before


async def test_a_number_that_somebody_has_says_who_and_leads_there(
    rig: Rig, hand: Hand, thread: Thread
) -> None:
    bob = Profile(first_name="Bob", last_name="Ray", phone=STRANGER)
    made = profiles.create(bob, None, rig.clock.now(), POLICY)
    assert (await hand.submit(phone=STRANGER, notes="Kept below"))["ok"]
    top = await hand.top()
    assert top["callback_id"] == TAKEN
    assert contacts.DUPLICATE in words(top)
    assert "Bob Ray" in words(top)
    await hand.press(OPEN)
    shown = await hand.top()
    assert element(shown, "firstName")["initial_value"] == made.first_name
    assert person(thread).phone == CUSTOMER


async def test_a_deleted_contact_is_made_anew_from_their_conversation(
    rig: Rig, thread: Thread
) -> None:
    hand = await blank(rig, thread)
    view = await hand.top()
    assert view["callback_id"] == NEW
    assert element(view, "phone")["initial_value"] == CUSTOMER
    assert (await hand.submit(**JANE))["ok"]
    made = contacts.by_phone(ANOTHER)
    assert made
    assert made.name == "Jane Doe"
    assert made.origin == f"slack:T0SANDBOX/view/{view['id']}"


async def test_a_form_that_comes_twice_makes_one_contact(rig: Rig, thread: Thread) -> None:
    hand = await blank(rig, thread)
    view = await hand.top()
    body = {"ok": True}
    await rig.fault("deliver.interaction", "duplicate", body=body)
    await hand.submit(**JANE)
    assert Contact.objects.count() == 1
    assert Contact.objects.get().origin.endswith(view["id"])


async def test_a_new_contact_with_a_known_number_says_who_it_is(rig: Rig, thread: Thread) -> None:
    hand = await blank(rig, thread)
    known_one = Profile(first_name="Bob", last_name="Ray", phone=ANOTHER)
    profiles.create(known_one, None, rig.clock.now(), Policy())
    await hand.submit(**JANE)
    assert "Bob Ray" in words(await hand.top())
    assert Contact.objects.count() == 1


async def test_notes_that_a_form_cannot_hold_are_shown_and_kept(rig: Rig, thread: Thread) -> None:
    notes = "n" * (LONGEST_INPUT + 1)
    change(thread, notes=notes)
    hand = Hand(rig)
    await pressed(hand, EDIT, thread.id)
    view = await hand.top()
    assert "notes" not in fields(view)
    assert TOO_LONG in words(view)
    await hand.submit(city="Vista")
    assert person(thread).notes == notes


async def test_what_other_programs_keep_is_shown_to_be_read(rig: Rig, thread: Thread) -> None:
    change(thread, custom_fields={"loyalty <b>": 7}, source="web")
    hand = Hand(rig)
    await pressed(hand, EDIT, thread.id)
    assert "loyalty &lt;b&gt;" in words(await hand.top())


async def test_a_colleague_who_answers_can_be_assigned(
    rig: Rig, hand: Hand, thread: Thread
) -> None:
    await hand.submit(assignedAgent="U0PRIYA")
    assert person(thread).assigned_agent == "U0PRIYA"


async def test_a_guest_cannot_be_assigned(hand: Hand, thread: Thread) -> None:
    answer = await hand.submit(assignedAgent="U0GUEST")
    assert answer["errors"] == {"assignedAgent": NO_AGENT}
    assert person(thread).assigned_agent is None


async def test_time_zones_are_found_by_a_citys_name(hand: Hand) -> None:
    view = await hand.top()
    asked = {"view": view["id"], "action_id": "timezone"}
    names = [
        one["value"] for one in (await hand.act("suggestions", **asked, value="los ang"))["options"]
    ]
    assert names == ["America/Los_Angeles"]
    every = (await hand.act("suggestions", **asked, value=""))["options"]
    assert len(every) == 100
    assert every[0]["value"] == "America/New_York"


async def test_a_guest_sees_no_contact(rig: Rig, thread: Thread) -> None:
    await rig.town.http.post("/slack/members", json={"channel": INBOX, "user": "U0GUEST"})
    guest = Hand(rig, "U0GUEST")
    await pressed(guest, EDIT, thread.id)
    assert not await guest.views()
    assert "Guests" in (await told(guest))[-1]


async def test_a_contact_that_went_meanwhile_is_told_in_the_form(hand: Hand) -> None:
    Contact._get_collection().delete_many({})
    answer = await hand.submit(notes="Too late")
    assert "no contact" in next(iter(answer["errors"].values()))


async def test_sams_and_danas_changes_both_stand(rig: Rig, hand: Hand, thread: Thread) -> None:
    known(rig)
    await rig.town.http.post("/slack/members", json={"channel": INBOX, "user": "U0SAM"})
    sam = Hand(rig, "U0SAM")
    await pressed(sam, EDIT, thread.id)
    await hand.submit(email="jane@example.com")
    await sam.submit(notes="Called")
    jane = person(thread)
    assert (jane.email, jane.notes) == ("jane@example.com", "Called")


async def test_an_agent_of_an_earlier_system_is_left_as_they_are(rig: Rig, thread: Thread) -> None:
    Contact._get_collection().update_one({}, {"$set": {"assignedAgent": "66f0c0ffee"}})
    hand = Hand(rig)
    await pressed(hand, EDIT, thread.id)
    assert "initial_user" not in element(await hand.top(), "assignedAgent")
    await hand.submit(notes="Called")
    assert (person(thread).assigned_agent, person(thread).notes) == ("66f0c0ffee", "Called")
