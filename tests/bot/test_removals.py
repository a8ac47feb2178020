"""Contacts go in the stand-in Slack: deleted or erased by an admin, or made one with another."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.listeners.contacts import EDIT
from bot.listeners.removals import MISTYPED, NOBODY
from bot.members import ADMINS_HELP, ADMINS_ONLY
from bot.views import deletion, merge
from bot.views.contact import DELETE, MERGE
from domain.model import Contact, Message, Thread
from domain.policy import Policy
from domain.services import numbers
from domain.services.operation import audit
from domain.services.people import contacts, merging, profiles
from domain.services.people.profiles import Profile
from tests.bot.button import known, pressed
from tests.bot.events import AGENT
from tests.bot.hand import Hand, words
from tests.bot.office import conversation, workspace
from tests.bot.rig import INBOX, Rig
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, OURS, POLICY, STRANGER

SECRET = Policy(numbers=(OURS,), secret="s" * 32)


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace with a secret for what is kept of blocked numbers."""
    async with workspace(FakeClock(datetime.now(UTC)), policy=SECRET) as (built, _):
        yield built


@pytest.fixture
def thread(rig: Rig) -> Thread:
    """Jane's conversation; Dana is an admin."""
    made = conversation(rig.clock, INBOX)
    named = Profile(first_name="Jane", last_name="Doe", tags=("vip",), notes="Two dogs")
    profiles.change(made.contact_id, named, rig.clock.now(), POLICY)
    known(rig, AGENT, "Dana Reyes", role="admin")
    return made


async def form(rig: Rig, thread: Thread, action: str = DELETE) -> Hand:
    """An agent with the question before them, over the contact's form."""
    hand = Hand(rig)
    await pressed(hand, EDIT, thread.id)
    assert (await hand.press(action))["ok"]
    return hand


def bob(rig: Rig) -> Contact:
    said = Profile(first_name="Bob", last_name="Ray", phone=STRANGER, tags=("buyer",))
    return profiles.create(said, None, rig.clock.now(), POLICY)


async def test_a_contact_is_deleted_and_its_texts_stay(rig: Rig, thread: Thread) -> None:
    hand = await form(rig, thread)
    assert "opt-out stays" in words(await hand.top())
    assert (await hand.submit())["ok"]
    assert not Contact.objects.count()
    assert Message.objects.count() == 1
    top = await hand.top()
    assert (top["callback_id"], top["clear_on_close"]) == (deletion.DONE, True)
    assert "Jane Doe* was deleted" in words(top)
    (noted,) = audit.all_of(str(thread.contact_id))
    assert (noted["action"], noted["by"]["key"]) == ("contact.delete", AGENT)
    assert "Jane" not in str(noted["facts"])


@pytest.mark.parametrize("typed", ["jane  doe", "(760) 555-0111", CUSTOMER])
async def test_everything_is_erased_once_their_name_is_typed(
    rig: Rig, thread: Thread, typed: str
) -> None:
    hand = await form(rig, thread)
    await hand.submit(scope="erase", typed=typed)
    assert (Contact.objects.count(), Message.objects.count()) == (0, 0)
    assert "erased" in words(await hand.top())


@pytest.mark.parametrize("typed", ["", "Jan Doe", "12", STRANGER])
async def test_nothing_is_erased_by_another_name(rig: Rig, thread: Thread, typed: str) -> None:
    hand = await form(rig, thread)
    answer = await hand.submit(scope="erase", typed=typed)
    assert answer["errors"] == {deletion.TYPED: MISTYPED}
    assert Contact.objects.count() == 1


async def test_an_erasure_that_must_wait_says_so_and_can_be_sent_again(
    rig: Rig, thread: Thread
) -> None:
    hand = await form(rig, thread)
    lease = {"lease_id": "worker", "lease_until": rig.clock.now() + timedelta(seconds=30)}
    Thread._get_collection().update_one({}, {"$set": {"dispatchLease": lease}})
    answer = await hand.submit(scope="erase", typed=CUSTOMER)
    assert "nothing leaves any more" in answer["errors"][deletion.SCOPE]
    rig.clock.advance(60)
    assert (await hand.submit(scope="erase", typed=CUSTOMER))["ok"]
    assert not Contact.objects.count()


async def test_a_deletion_that_comes_twice_is_told_as_done(rig: Rig, thread: Thread) -> None:
    hand = await form(rig, thread)
    await rig.fault("deliver.interaction", "duplicate")
    assert (await hand.submit())["ok"]
    assert (await hand.top())["callback_id"] == deletion.DONE


async def test_a_blocked_number_stays_so_and_the_question_says_it(rig: Rig, thread: Thread) -> None:
    hand = Hand(rig)
    await pressed(hand, EDIT, thread.id)
    await hand.press("asked_to_stop")
    await hand.press(DELETE)
    assert "stays blocked" in words(await hand.top())
    await hand.submit()
    assert numbers.state_of(CUSTOMER).blocked


async def test_agents_are_told_to_ask_an_admin(rig: Rig, thread: Thread) -> None:
    known(rig, AGENT, "Dana Reyes", role="agent")
    hand = await form(rig, thread)
    assert words(await hand.top()) == f"{ADMINS_ONLY} {ADMINS_HELP}"
    assert Contact.objects.count() == 1


async def test_who_is_no_admin_any_more_deletes_nothing(rig: Rig, thread: Thread) -> None:
    hand = await form(rig, thread)
    known(rig, AGENT, "Dana Reyes", role="agent")
    answer = await hand.submit()
    assert ADMINS_ONLY in next(iter(answer["errors"].values()))
    assert Contact.objects.count() == 1


async def test_the_danger_is_asked_about_before_the_question(rig: Rig, thread: Thread) -> None:
    hand = Hand(rig)
    await pressed(hand, EDIT, thread.id)
    blocks = (await hand.top())["blocks"]
    buttons = {
        one["action_id"]: one
        for block in blocks
        for one in block.get("elements", ())
        if "action_id" in one
    }
    assert buttons[DELETE]["style"] == "danger"
    assert "confirm" in buttons[DELETE]


async def merging_with(rig: Rig, thread: Thread, chosen: Any) -> Hand:
    """The preview of a merge, if it can be."""
    hand = await form(rig, thread, MERGE)
    await hand.submit(contact=str(chosen))
    return hand


async def test_a_merge_shows_what_will_be_and_does_it(rig: Rig, thread: Thread) -> None:
    hand = await merging_with(rig, thread, bob(rig).id)
    shown = await hand.top()
    assert shown["callback_id"] == merge.FORM
    assert f"{CUSTOMER}, {STRANGER}" in words(shown)
    assert "vip, buyer" in words(shown)
    assert Contact.objects(merged_into__exists=True).count() == 0
    await hand.submit()
    jane = contacts.get(thread.contact_id)
    assert (jane.name, jane.phones) == ("Jane Doe", [CUSTOMER, STRANGER])
    assert (await hand.top())["callback_id"] == merge.DONE


async def test_a_merge_that_comes_twice_is_told_as_done(rig: Rig, thread: Thread) -> None:
    hand = await merging_with(rig, thread, bob(rig).id)
    await rig.fault("deliver.interaction", "duplicate")
    assert (await hand.submit())["ok"]
    assert (await hand.top())["callback_id"] == merge.DONE


async def test_the_other_may_be_chosen_by_a_number(rig: Rig, thread: Thread) -> None:
    bob(rig)
    hand = await merging_with(rig, thread, STRANGER)
    assert "Bob Ray" in words(await hand.top())


@pytest.mark.parametrize("chosen", ["+17605550177", "0" * 24, None])
async def test_a_merge_that_cannot_be_is_told_below_the_choice(
    rig: Rig, thread: Thread, chosen: str | None
) -> None:
    hand = await form(rig, thread, MERGE)
    answer = await hand.submit(contact=chosen or str(thread.contact_id))
    said = {"+17605550177": NOBODY, "0" * 24: merging.NOBODY, None: merging.SELF}
    assert answer["errors"] == {merge.CONTACT: said[chosen]}
