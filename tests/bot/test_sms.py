"""The `/sms` command, typed in the stand-in Slack: forms, short lists, help."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.model import Author, Contact, Thread
from domain.rules import search
from domain.services import consent
from domain.services.automation import templates
from domain.services.consent import Statement
from domain.services.people import contacts
from tests.bot.events import CHANNEL
from tests.bot.hand import Hand, element, fields, small_print, words
from tests.bot.office import answers, conversation, workspace
from tests.bot.rig import INBOX, Rig
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER

HELP = "What /sms can do"


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose clock is the machine's."""
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        yield built


@pytest.fixture
def hand(rig: Rig) -> Hand:
    return Hand(rig)


def known(first: str, last: str, phone: str, **more: Any) -> Contact:
    made = Contact(first_name=first, last_name=last, phone=phone, phones=[phone], **more)
    return contacts.add(made, datetime.now(UTC))


def agreed(phone: str) -> None:
    now = datetime.now(UTC)
    consent.record(f"form:{phone}", phone, Statement("opt_in", "form", now), now)


def chosen(view: dict[str, Any]) -> str:
    """Whom the form is to."""
    text = element(view, "contact")["initial_option"]["text"]["text"]
    assert isinstance(text, str)
    return text


async def told(hand: Hand, text: str, channel: str = INBOX) -> dict[str, Any]:
    """The one whisper that a command is answered with."""
    answer = await hand.command(text, channel)
    assert answer["ok"], answer
    assert await hand.views() == []
    (heard,) = await hand.heard(channel)
    return heard


async def test_without_words_the_form_is_empty(hand: Hand) -> None:
    view = await hand.asked()
    assert "initial_option" not in element(view, "contact")


@pytest.mark.parametrize("typed", ["jane", "doe jane", "jane@exam", "0131", "7605550131"])
async def test_the_one_who_is_meant_is_chosen(hand: Hand, typed: str) -> None:
    agreed("+17605550131")
    known("Jane", "Doe", "+17605550131", email="jane@example.com")
    known("Nora", "No", "+17605550132")
    view = await hand.asked(typed)
    assert chosen(view) == "Jane Doe · (760) 555-0131"
    assert small_print(view)[1].startswith("✅ May be sent")


async def test_a_number_and_words_fill_the_form_and_send_nothing(hand: Hand) -> None:
    agreed(CUSTOMER)
    view = await hand.asked("760-555-0111 See you at 5 & bring <cake>")
    assert chosen(view) == "New number (760) 555-0111"
    assert element(view, "text")["initial_value"] == "See you at 5 & bring <cake>"
    assert not answers()
    assert (await hand.submit())["errors"] in (None, {})
    assert [(one.to, one.body) for one in answers()] == [(CUSTOMER, "See you at 5 & bring <cake>")]


async def test_of_several_a_short_list_is_shown(hand: Hand) -> None:
    for number in range(11):
        known("Jane", f"Doe{number:02}", f"+176055501{number:02}")
    heard = await told(hand, "jane")
    rows = [one for one in heard["blocks"] if one["type"] == "section"]
    assert (heard["text"], len(rows)) == ("Who is meant by “jane”?", 8)
    (more,) = [one["elements"][0]["text"] for one in heard["blocks"] if one["type"] == "context"]
    assert more == "3 more: add a word of the name, or more of the number."
    row = rows[0]
    assert "✗ This person has not agreed" in row["text"]["text"]
    assert row["accessory"]["text"]["text"] == "Text"


async def test_a_button_of_the_list_opens_the_form(hand: Hand) -> None:
    agreed("+17605550131")
    known("Jane", "Doe", "+17605550131")
    known("Jane", "Roe", "+17605550132")
    heard = await told(hand, "jane")
    first = heard["blocks"][0]
    done = await hand.act(
        "actions",
        action_id="text_contact",
        block_id=first.get("block_id", "block-0"),
        channel=INBOX,
        ts=heard["ts"],
    )
    assert done["ok"], done
    assert chosen(await hand.top()) == "Jane Doe · (760) 555-0131"


async def test_search_lists_even_one_and_names_their_channel(hand: Hand, rig: Rig) -> None:
    conversation(rig.clock)
    heard = await told(hand, "search 0111")
    assert heard["blocks"][0]["text"]["text"] == f"(760) 555-0111 · <#{CHANNEL}>"
    assert heard["text"] == "Found under “0111”:"


async def test_search_without_words_shows_the_latest(hand: Hand, rig: Rig) -> None:
    conversation(rig.clock)
    heard = await told(hand, "search")
    assert heard["text"] == "The latest conversations and contacts:"
    assert len(heard["blocks"]) == 1


@pytest.mark.parametrize("typed", ["help", "?", "HELP"])
async def test_help_says_what_there_is(hand: Hand, typed: str) -> None:
    heard = await told(hand, typed)
    assert heard["text"] == HELP
    assert "`/sms search doe`" in words(heard)


async def test_words_that_nobody_knows_are_answered_with_help(hand: Hand) -> None:
    heard = await told(hand, "frobnicate <!channel> *now*")
    assert "Nobody is found under “frobnicate" in words(heard)
    assert "<!channel>" not in words(heard)
    assert "`/sms search doe`" in words(heard)


async def test_a_strangers_wall_of_words_is_cut_short(hand: Hand) -> None:
    heard = await told(hand, "search " + "x" * 3_900)
    assert len(words(heard)) < 200


async def test_names_are_harmless(hand: Hand) -> None:
    known("<!here>", "*Bold*", "+17605550131")
    known("<!here>", "_Other_", "+17605550132")
    heard = await told(hand, "search here")
    assert "<!here>" not in words(heard)


async def test_a_template_is_asked_for_by_the_form(hand: Hand) -> None:
    assert fields(await hand.asked("template"))[:2] == ["contact", "template"]


async def test_in_a_customers_channel_it_is_that_customer(hand: Hand, rig: Rig) -> None:
    place = await rig.opened()
    thread = conversation(rig.clock, place.channel_id)
    await rig.town.http.post("/slack/members", json={"channel": place.channel_id, "user": "U0DANA"})
    view = await hand.asked("template", place.channel_id)
    assert (view["private_metadata"], "contact" in fields(view)) == (str(thread.id), False)
    view = await hand.asked("schedule", place.channel_id)
    assert view["private_metadata"] == str(thread.id)
    assert "initial_option" not in element(await hand.asked("", place.channel_id), "contact")


async def test_a_new_contacts_form_has_what_was_said(hand: Hand) -> None:
    view = await hand.asked("new Jane van Doe 760-555-0111")
    given = [element(view, one)["initial_value"] for one in ("firstName", "lastName", "phone")]
    assert given == ["Jane", "van Doe", CUSTOMER]


@pytest.mark.parametrize("typed", ["contact jane", "contact 760-555-0131"])
async def test_a_contact_who_is_known_is_shown(hand: Hand, typed: str) -> None:
    known("Jane", "Doe", "+17605550131")
    view = await hand.asked(typed)
    assert element(view, "lastName")["initial_value"] == "Doe"
    new = await hand.asked("contact Somebody Else")
    assert element(new, "lastName")["initial_value"] == "Else"


@pytest.mark.parametrize("user", ["U0GUEST", "U0STRANGER"])
async def test_guests_and_strangers_are_refused_in_words(rig: Rig, user: str) -> None:
    body = {"channel": INBOX, "user": user}
    await rig.town.http.post("/slack/members", json=body)
    hand = Hand(rig, user)
    heard = await told(hand, "760-555-0111 Hello")
    assert "cannot text" in heard["text"]
    assert (answers(), Thread.objects.count()) == ([], 0)


async def test_a_form_that_slack_would_not_open_says_try_again(hand: Hand, rig: Rig) -> None:
    body = {"ok": False, "error": "expired_trigger_id"}
    await rig.fault("views.open", "answer", status=200, body=body)
    assert "once more" in (await told(hand, ""))["text"]


def crowd(count: int) -> None:
    """So many contacts with long names."""
    rows = [
        {
            "firstName": "Wolfeschlegelsteinhausenbergerdorff" * 2,
            "lastName": f"Doe{number}",
            "phone": f"+1760555{1_000 + number}",
            "phones": [f"+1760555{1_000 + number}"],
            "preferences": {"smsOptIn": False},
            "createdAt": datetime.now(UTC),
            "updatedAt": datetime.now(UTC),
            "rev": 1,
            "terms": search.terms([f"Doe{number}", "Wolfe"], []),
        }
        for number in range(count)
    ]
    Contact._get_collection().insert_many(rows)


async def test_a_menu_offers_a_hundred_at_most_each_within_its_limits(hand: Hand) -> None:
    crowd(250)
    for number in range(0, 40, 2):
        agreed(f"+1760555{1_000 + number}")
    await hand.asked()
    groups = await hand.suggested("contact", "wolfe")
    assert sum(map(len, groups.values())) <= 100
    assert list(groups) == ["May be texted", "Cannot be texted now"]
    assert len(groups["May be texted"]) >= 1
    assert all("… · (760) 555-1" in one for options in groups.values() for one in options)


async def test_a_menu_without_a_match_is_empty(hand: Hand) -> None:
    await hand.asked()
    assert await hand.suggested("contact", "nobody") == {}


async def test_a_whole_number_that_nobody_has_is_offered(hand: Hand) -> None:
    agreed("+12125550123")
    await hand.asked()
    assert await hand.suggested("contact", "212 555 0123") == {
        "May be texted": ["New number (212) 555-0123"]
    }


async def test_templates_are_offered_as_shared_and_ones_own(hand: Hand) -> None:
    now = datetime.now(UTC)
    for name, shared, owner in (("Welcome", True, "U1"), ("Mine", False, "U0DANA")):
        templates.create(name, f"{name}!", shared, Author(kind="agent", key=owner), now)
    templates.create("Theirs", "x", False, Author(kind="agent", key="U9"), now)
    await hand.asked()
    assert await hand.suggested("template") == {
        "Shared templates": ["Welcome (Welcome!)"],
        "My templates": ["Mine (Mine!)"],
    }
    assert await hand.suggested("template", "wel") == {"Shared templates": ["Welcome (Welcome!)"]}


async def test_a_guests_menu_stays_empty(hand: Hand, rig: Rig) -> None:
    known("Jane", "Doe", "+17605550131")
    view = await hand.asked()
    payload = {"user": "U0GUEST", "view": view["id"], "action_id": "contact", "value": ""}
    answer = await rig.town.http.post("/slack/suggestions", json=payload)
    assert "Jane" not in answer.text
