"""A new text, by hand: the form and its preview, what is refused, what is sent, where it goes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot import composing
from bot.chat import SlackChat
from bot.chats import OneWorkspace
from bot.desk import Desk
from domain.model import Author, Contact, Message, Thread
from domain.services import agents, consent
from domain.services.automation import templates
from domain.services.consent import Statement
from domain.services.people import contacts
from domain.values import Person, Workspace
from tests.anytime import POLICY
from tests.bot.events import AGENT, TEAM
from tests.bot.hand import Hand, element, fields, named, small_print, words
from tests.bot.office import NOWHERE, answers, conversation, workspace
from tests.bot.rig import INBOX, FakePace, Rig
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, OURS, TIMING

SECOND = "+17605550199"


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


async def test_the_form_asks_whom_what_and_when(hand: Hand) -> None:
    view = await hand.asked()
    assert fields(view) == ["contact", "template", "text", "when"]
    assert small_print(view) == ["Nothing is written yet."]


async def test_the_global_shortcut_opens_the_same_form(hand: Hand) -> None:
    assert (await hand.act("shortcuts", callback_id="new_text"))["ok"]
    assert fields(await hand.top()) == ["contact", "template", "text", "when"]


async def test_the_preview_follows_each_character(hand: Hand) -> None:
    await hand.asked()
    view = await hand.choose("text", "Hello")
    assert small_print(view) == ["1 segment, about US$0.0079 · 5 characters (plain)."]
    view = await hand.choose("text", "It’s " + "x" * 70)
    (said,) = small_print(view)
    assert said.startswith("2 segments, about US$0.0158 · 75 characters (Unicode, because of ’).")
    assert said.endswith("Without ’ it would be 1 segment.")
    assert element(view, "text")["initial_value"].startswith("It’s")


async def test_each_character_is_told(hand: Hand) -> None:
    area = element(await hand.asked(), "text")
    told = area["dispatch_action_config"]["trigger_actions_on"]
    assert (told, area["max_length"]) == (["on_character_entered"], 1600)


async def test_the_preview_says_that_it_may_be_sent(hand: Hand, jane: Contact) -> None:
    await hand.asked()
    view = await hand.choose("contact", str(jane.id), text="Hi")
    assert small_print(view)[1] == "✅ May be sent: they agreed to texts. From (760) 555-0100."


async def test_the_preview_says_why_it_may_not_be_sent(hand: Hand) -> None:
    await hand.asked()
    view = await hand.choose("contact", "+12125550123")
    assert small_print(view)[1].startswith("❗ Cannot be sent. This person has not agreed")


async def test_a_preview_that_was_overtaken_is_dropped(rig: Rig, hand: Hand) -> None:
    await hand.asked()
    body = {"ok": False, "error": "hash_conflict"}
    await rig.fault("views.update", "answer", status=200, body=body)
    assert small_print(await hand.choose("text", "Hello")) == ["Nothing is written yet."]
    assert small_print(await hand.choose("text", "Hello!"))[0].startswith("1 segment")


async def test_a_text_is_committed_and_the_form_says_where_it_goes(
    hand: Hand, jane: Contact
) -> None:
    view = await hand.asked()
    told = await hand.submit(contact=str(jane.id), text="Hi :tada: <3")
    assert told["errors"] in (None, {})
    (message,) = answers()
    assert (message.body, message.status, message.to) == ("Hi 🎉 <3", "held", CUSTOMER)
    assert message.origin == f"slack:T0SANDBOX/view/{view['id']}"
    assert message.sent_by
    assert message.sent_by.key == AGENT
    said = words(await hand.top())
    assert said == "Your text to Jane Doe leaves in 5 seconds. Its channel is being made."


async def test_a_conversation_that_has_a_channel_is_named(hand: Hand, rig: Rig) -> None:
    thread = conversation(rig.clock)
    contact = str(thread.contact_id)
    await hand.asked()
    await hand.submit(contact=contact, text="Hi")
    assert words(await hand.top()).endswith("It shows in <#C0JANE>.")
    assert answers()[0].thread_id == thread.id


async def test_a_form_that_slack_delivers_twice_is_one_text(
    hand: Hand, rig: Rig, jane: Contact
) -> None:
    await hand.asked()
    await rig.town.http.put(
        "/faults", json=[{"method": "deliver.interaction", "action": "drop_reply", "times": 1}]
    )
    await hand.submit(contact=str(jane.id), text="Once")
    await hand.submit(contact=str(jane.id), text="Once")
    assert len(answers()) == 1


async def test_it_can_be_called_back_from_there(hand: Hand, jane: Contact) -> None:
    await hand.asked()
    await hand.submit(contact=str(jane.id), text="Hi")
    assert (await hand.press("cancel_scheduled"))["ok"]
    assert "called back" in words(await hand.top())
    assert [one.status for one in answers()] == ["canceled"]


async def test_calling_back_too_late_says_so(hand: Hand, jane: Contact) -> None:
    await hand.asked()
    await hand.submit(contact=str(jane.id), text="Hi")
    gone = {"$set": {"status": "sent", "twilioMessageSid": "SM1"}}
    Message._get_collection().update_one({"_id": answers()[0].id}, gone)
    await hand.press("cancel_scheduled")
    assert "too late" in words(await hand.top())


@pytest.mark.parametrize(
    ("state", "field", "why"),
    [
        ({"text": "\u200b"}, "text", "no text"),
        ({"text": "bell", "contact": "+12125550123"}, "contact", "not agreed"),
        ({"contact": "nonsense"}, "contact", "no contact"),
        ({"contact": "+123"}, "contact", "E.164"),
    ],
)
async def test_what_is_wrong_is_told_below_its_field(
    hand: Hand, jane: Contact, state: dict[str, str], field: str, why: str
) -> None:
    await hand.asked()
    told = await hand.submit(**({"contact": str(jane.id), "text": "Hi"} | state))
    assert list(told["errors"]) == [field]
    assert why in told["errors"][field]
    assert (answers(), Thread.objects.count()) == ([], 0)


async def test_somebody_who_opted_out_is_refused_below_their_name(
    hand: Hand, rig: Rig, jane: Contact
) -> None:
    now = rig.clock.now()
    consent.record("no", CUSTOMER, Statement("opt_out", "form", now, level="none"), now)
    await hand.asked()
    told = await hand.submit(contact=str(jane.id), text="Hi")
    assert "opted out" in told["errors"]["contact"]
    assert "START" in told["errors"]["contact"]


async def test_the_menu_offers_those_who_may_be_texted_first(hand: Hand, jane: Contact) -> None:
    now = datetime.now(UTC)
    other = Contact(first_name="Nora", last_name="No", phone=SECOND, phones=[SECOND])
    contacts.add(other, now)
    await hand.asked()
    assert await hand.suggested("contact") == {
        "May be texted": ["Jane Doe · (760) 555-0111"],
        "Cannot be texted now": [
            "✗ Nora No · (760) 555-0199 (This person has not agreed to receive texts.)"
        ],
    }


async def test_a_template_fills_the_text_for_the_contact(hand: Hand, jane: Contact) -> None:
    chosen = template()
    await hand.asked()
    await hand.choose("contact", str(jane.id))
    view = await hand.choose("template", chosen)
    assert element(view, "text")["initial_value"] == "Hi Jane, see {listing}."
    assert small_print(view)[0] == "Write in the text what stands for {listing}."
    assert named(view, "text") == "text:1"
    view = await hand.choose("text", "Hi Jane, see 1 Main St.")
    assert named(view, "text") == "text:1"
    assert small_print(view)[0].startswith("1 segment")


async def test_a_template_that_was_chosen_first_takes_the_name_when_it_is_known(
    hand: Hand, jane: Contact
) -> None:
    chosen = template("Hi {first_name|there}!")
    await hand.asked()
    view = await hand.choose("template", chosen)
    assert element(view, "text")["initial_value"] == "Hi there!"
    view = await hand.choose("contact", str(jane.id))
    assert element(view, "text")["initial_value"] == "Hi Jane!"


async def test_what_was_written_by_hand_is_not_lost_to_another_contact(
    hand: Hand, jane: Contact
) -> None:
    chosen = template("Hi {first_name|there}!")
    await hand.asked()
    await hand.choose("template", chosen)
    view = await hand.choose("contact", str(jane.id), text="My own words")
    assert element(view, "text")["initial_value"] == "My own words"


async def test_a_variable_that_is_left_is_refused_below_the_text(hand: Hand, jane: Contact) -> None:
    chosen = template()
    await hand.asked()
    await hand.choose("template", chosen)
    told = await hand.submit(contact=str(jane.id))
    assert "{listing}" in told["errors"]["text:1"]
    told = await hand.submit(contact=str(jane.id), text="Hi Jane, see 1 Main St.")
    assert [str(one.template_id) for one in answers()] == [chosen]


async def test_a_template_that_is_gone_says_so(hand: Hand) -> None:
    chosen = template("Hello")
    await hand.asked()
    found = templates.get(chosen)
    templates.remove(found.id, Author(kind="agent", key=AGENT), datetime.now(UTC))
    assert "no template" in words(await hand.choose("template", chosen))


async def test_one_of_several_numbers_can_be_chosen(db: object) -> None:
    policy = replace(POLICY, numbers=(OURS, SECOND))
    async with workspace(FakeClock(datetime.now(UTC)), policy=policy) as (rig, _):
        now = rig.clock.now()
        consent.record("form", CUSTOMER, Statement("opt_in", "form", now), now)
        hand = Hand(rig)
        assert fields(await hand.asked())[:2] == ["contact", "sender"]
        view = await hand.choose("sender", SECOND, contact=CUSTOMER)
        assert "From (760) 555-0199." in small_print(view)[1]
        await hand.submit(text="Hi")
        assert [one.from_ for one in answers()] == [SECOND]


async def test_a_guest_gets_no_form(rig: Rig) -> None:
    guest = Hand(rig, "U0GUEST")
    await guest.act("shortcuts", callback_id="new_text")
    assert await guest.views() == []


async def test_only_the_workspaces_own_numbers_are_offered(db: object) -> None:
    policy, clock = replace(POLICY, numbers=(OURS, SECOND)), FakeClock(datetime.now(UTC))
    client = AsyncWebClient("xoxb-sandbox", base_url=NOWHERE, retry_handlers=[])
    chat = SlackChat(client, FakePace(), clock, Workspace(INBOX, senders=(SECOND,)))
    ann()
    agent = agents.known(AGENT)
    assert agent
    desk = Desk(clock, policy, TIMING, chats=OneWorkspace(chat))
    composer = composing.composer(desk, {"team_id": TEAM}, agent)
    assert (composer.policy.numbers, composer.policy.default_sender) == ((SECOND,), SECOND)
    assert [value for value, _ in composer.senders()] == [SECOND]
