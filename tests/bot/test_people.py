"""What a filled-in form says of a contact: read as Slack sends it, whatever it sends."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sandbox.slack.state import filled
from bot import memory, people
from bot.views import contact as form
from domain.model import Contact
from domain.model.contact import Address, Interests
from domain.rules.consent import wording
from domain.services.desk.agreements import Known
from domain.services.people.fields import KEEP
from domain.services.people.pieces import Lines
from domain.services.people.profiles import Profile
from tests.bot.boards import OFFICE

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60)
JANE = Contact(
    id="66f0c0ffee66f0c0ffee66f0",
    first_name="Jane",
    last_name="Doe",
    phone="+17605550111",
    phones=["+17605550111", "+17605550122"],
    tags=["vip", "a, b"],
    notes="Line\r\nanother & <b>",
    address=Address(city="Vista"),
    interests=Interests(locations=["San Diego, CA"], buying=True),
)


def submission(person: Contact, **given_: Any) -> dict[str, Any]:
    """The form of that person as it comes back with some fields changed."""
    view = form.edit(OFFICE, person, Known(person.phone), "")
    return {"view": view | {"state": {"values": filled(view["blocks"], given_)}}}


def said(person: Contact = JANE, **changes: Any) -> Profile:
    return people.changed(submission(person, **changes))


def test_a_form_that_nobody_touched_says_nothing() -> None:
    assert said() == Profile()


@given(st.lists(WORDS, max_size=6), WORDS, WORDS)
def test_whatever_is_shown_and_sent_back_says_nothing(
    tags: list[str], notes: str, city: str
) -> None:
    person = Contact(id=JANE.id, first_name="J", phone="+1", phones=["+1"], tags=tags, notes=notes)
    person.address = Address(city=city)
    assert said(person) == Profile()


def test_line_ends_and_entities_of_slack_are_no_change() -> None:
    assert said(notes="Line\nanother & <b>  ") == Profile()


def test_one_changed_field_is_all_that_is_said() -> None:
    assert said(firstName="Janet") == Profile(first_name="Janet")
    assert said(email="j@example.com") == Profile(email="j@example.com")
    assert said(notes=None) == Profile(notes=None)


def test_lists_tell_what_was_added_and_taken_off() -> None:
    assert said(addTags="vip\nc, d") == Profile(add_tags=("c", "d"), remove_tags=("a, b",))
    assert said(addPhones="") == Profile(remove_phones=("+17605550122",))
    moved = {"locations": Lines(("Los Angeles, CA",), ("San Diego, CA",))}
    assert said(locations="Los Angeles, CA") == Profile(pieces=moved)


def test_boxes_tell_what_was_ticked_and_unticked() -> None:
    assert said(wants=["selling"]) == Profile(pieces={"buying": False, "selling": True})


def test_an_emptied_line_is_taken_away_and_a_blank_one_too() -> None:
    assert said(city="") == Profile(pieces={"city": None})
    assert said(city="   ") == Profile(pieces={"city": None})


def test_codes_of_emoji_are_what_they_show() -> None:
    assert said(notes="Hi :tada:") == Profile(notes="Hi 🎉")


def test_a_new_contacts_form_says_all_that_is_in_it() -> None:
    view = form.create(OFFICE, name="Jane", phone="7605550111")
    values = filled(view["blocks"], {"lastName": "Doe", "city": "Vista"})
    told = people.described({"view": view | {"state": {"values": values}}})
    assert (told.first_name, told.last_name, told.phone) == ("Jane", "Doe", "7605550111")
    assert told.pieces == {"city": "Vista"}
    assert (told.email, told.status) == (KEEP, "new")


@pytest.mark.parametrize(
    "body", [{}, {"view": []}, {"view": {"state": {"values": 7}, "blocks": "x"}}]
)
def test_what_is_no_form_says_nothing(body: dict[str, Any]) -> None:
    assert people.changed(body) == Profile()


@given(st.dictionaries(st.sampled_from(["contact", "phone", "about"]), WORDS.filter(bool)))
def test_a_form_remembers_what_it_was_given(words: dict[str, str]) -> None:
    body = {"view": {"private_metadata": memory.kept(**words)}}
    assert memory.recalled(body) == words


@pytest.mark.parametrize("carried", ["", "no json", "[1]", "7", "null"])
def test_what_another_form_carries_is_nothing(carried: str) -> None:
    assert memory.recalled({"view": {"private_metadata": carried}}) == {}


def test_the_wording_of_the_form_is_the_current_one() -> None:
    assert OFFICE.wording == wording.CURRENT
