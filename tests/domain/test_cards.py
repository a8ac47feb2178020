"""What a place says of its conversation follows everything that agents must know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model import Contact, Thread
from domain.services import channels, consent, threads
from domain.services.channels.cards import digest, title
from domain.services.consent import Statement
from domain.services.desk import conversations
from domain.services.people import profiles
from domain.services.people.profiles import Profile
from domain.values import Card, Place
from tests.clock import NOON
from tests.domain.build import AGENT, CUSTOMER, POLICY, STRANGER, TOKEN, conversation, later

PLAIN = Card("t1", "Jane", CUSTOMER, "+17605550100", own_channel=True)


@pytest.fixture
def thread(db: object) -> Thread:
    """A conversation with somebody of whom nothing is known."""
    return conversation()


def card(thread: Thread) -> Card:
    return channels.card_of(threads.get(thread.id), own_channel=True)


def test_a_stranger_is_told_by_their_number(thread: Thread) -> None:
    told = card(thread)
    assert (told.name, told.consent, told.assignee, told.tags, told.status) == (
        CUSTOMER,
        "no consent: only answers",
        None,
        (),
        "open",
    )


def test_who_answers_is_told_by_name(thread: Thread) -> None:
    conversations.assign(thread.id, AGENT, TOKEN, NOON)
    assert card(thread).assignee == "Ann Agent"
    Thread.objects.update(set__assigned_to="U_UNKNOWN")
    assert card(thread).assignee == "U_UNKNOWN"


def test_what_they_agreed_to_is_told_with_its_day(thread: Thread) -> None:
    consent.record("a", CUSTOMER, Statement("opt_in", "form", NOON, level="written"), NOON)
    assert (card(thread).consent, card(thread).consent_at) == (
        "agreed in writing, also to advertising",
        NOON,
    )
    consent.record("b", CUSTOMER, Statement("opt_out", "sms", later(9)), later(9))
    assert (card(thread).consent, card(thread).consent_at) == ("opted out: no texts", later(9))


def test_a_no_from_another_number_of_theirs_is_a_no(thread: Thread) -> None:
    profiles.change(thread.contact_id, Profile(add_phones=(STRANGER,)), NOON, POLICY)
    consent.record("x", STRANGER, Statement("opt_out", "sms", NOON), NOON)
    assert card(thread).consent == "opted out: no texts"


def test_how_it_stands_is_told(thread: Thread) -> None:
    conversations.set_status(thread.id, "snoozed", later(60), TOKEN, NOON)
    conversations.set_mode(thread.id, "internal", TOKEN, NOON)
    Thread.objects.update(set__held_for_review=True)
    Contact.objects.update(set__tags=["buyer"])
    told = card(thread)
    assert (told.status, told.snoozed_until, told.reply_mode) == ("snoozed", later(60), "internal")
    assert (told.held, told.tags) == (True, ("buyer",))


def test_where_it_was_before_is_told_but_not_where_it_is(thread: Thread) -> None:
    Thread.objects.update(
        set__channel__earlier=[{"channel_id": "C_OLD"}, {"channel_id": "C0", "thread_ts": "5.5"}]
    )
    assert card(thread).earlier == Place("C0", "5.5")
    Thread.objects.update(set__channel__channel_id="C0", set__channel__thread_ts="5.5")
    assert card(thread).earlier == Place("C_OLD")


@pytest.mark.parametrize(
    ("field", "value", "topical"),
    [
        ("name", "Joan", True),
        ("consent", "agreed to texts", True),
        ("assignee", "Ann", True),
        ("consent_at", NOON, False),
        ("status", "closed", False),
        ("tags", ("vip",), False),
        ("reply_mode", "internal", False),
        ("held", True, True),
        ("earlier", Place("C9"), False),
    ],
)
def test_whatever_is_said_otherwise_is_another_card(
    field: str, value: object, topical: bool
) -> None:
    other = Card(**{**vars(PLAIN), field: value})
    assert digest(other) != digest(PLAIN)
    assert (title(other) != title(PLAIN)) is topical


@given(st.text(), st.text())
def test_what_is_said_alike_is_the_same_card(one: str, two: str) -> None:
    first, second = (Card("t", text, CUSTOMER, "s", own_channel=True) for text in (one, two))
    assert (digest(first) == digest(second)) is (one == two)
