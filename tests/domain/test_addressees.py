"""Whom an agent can text: found while they type, each with the gate's word on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pymongo.database import Database

from domain.model import Author, Contact, Message, Number, Thread
from domain.policy import Policy
from domain.rules import search
from domain.services import addressees, agents, consent
from domain.services.addressees import Addressee
from domain.services.consent import Statement
from domain.services.people import contacts
from domain.services.programs import sending
from domain.services.programs.drafts import Draft
from tests.clock import NOON
from tests.domain.build import AGENT, CUSTOMER, OURS, POLICY, later, person, race, received

pytestmark = pytest.mark.usefixtures("db")
ANN = Author(kind="agent", key=AGENT)
SECOND = "+17605550199"
TWO = Policy(numbers=(OURS, SECOND))


def known(first: str, last: str, phone: str, **more: Any) -> Contact:
    """A contact."""
    made = Contact(first_name=first, last_name=last, phone=phone, phones=[phone], **more)
    return contacts.add(made, NOON)


def agreed(phone: str) -> None:
    consent.record(f"form:{phone}", phone, Statement("opt_in", "form", NOON), NOON)


def find(typed: str = "", most: int = 100, **more: Any) -> list[Addressee]:
    told: dict[str, Any] = {"now": NOON, "policy": POLICY} | more
    return list(
        addressees.find(typed, ANN, told.pop("now"), told.pop("policy"), most, **told).people
    )


def names(found: list[Addressee]) -> list[str]:
    return [one.name for one in found]


@pytest.fixture
def town(db: object) -> None:
    """One who agreed, one who wrote, one who said no, one who said nothing."""
    agreed("+17605550131")
    known("Ada", "Agreed", "+17605550131", email="ada@example.com")
    received()
    contact = contacts.by_phone(CUSTOMER)
    assert contact
    contacts.update(contact.id, {"firstName": "Will", "lastName": "Wrote"}, NOON)
    known("Nora", "No", "+17605550133")
    no = Statement("opt_out", "form", NOON, level="none")
    consent.record("no", "+17605550133", no, NOON)
    known("Sid", "Silent", "+17605550134")


@pytest.mark.usefixtures("town")
def test_those_who_may_be_texted_come_first_and_the_others_have_a_reason() -> None:
    found = find()
    assert set(names(found[:2])) == {"Ada Agreed", "Will Wrote"}
    why = {one.name: one.verdict.code for one in found[2:]}
    assert why == {"Nora No": "OPTED_OUT", "Sid Silent": "OPT_IN_REQUIRED"}
    assert all(one.verdict.message for one in found[2:])


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ada", ["Ada Agreed"]),
        ("AG", ["Ada Agreed"]),
        ("ada@exam", ["Ada Agreed"]),
        ("0131", ["Ada Agreed"]),
        ("(760) 555-0134", ["Sid Silent"]),
        ("silent sid", ["Sid Silent"]),
        ("nobody", []),
        ("%$!", []),
    ],
)
def test_they_are_found_by_words_and_numbers(typed: str, found: list[str]) -> None:
    assert names(find(typed)) == found


@pytest.mark.usefixtures("town")
def test_the_verdict_is_the_one_that_the_text_would_get() -> None:
    for one in find():
        draft = Draft("Hi", ANN, contact_id=one.contact_id)
        whom = sending.addressee(draft, POLICY)
        assert sending.ask(whom, "conversation", ANN, NOON, POLICY) == one.verdict


@pytest.mark.usefixtures("town")
def test_the_reply_window_closes() -> None:
    found = find("will", now=later(hours=25))
    assert [one.verdict.code for one in found] == ["OPT_IN_REQUIRED"]


@pytest.mark.usefixtures("town")
def test_everybody_is_refused_to_somebody_who_may_not_text() -> None:
    agents.learn(person(guest=True), NOON)
    assert {one.verdict.code for one in find()} == {"FORBIDDEN"}


@pytest.mark.usefixtures("town")
def test_a_number_that_nobody_has_is_offered_as_it_would_be_kept() -> None:
    (one,) = find("(212) 555-0123")
    assert (one.contact_id, one.value, one.verdict.code) == (
        None,
        "+12125550123",
        "OPT_IN_REQUIRED",
    )


@pytest.mark.parametrize("typed", ["555-0123", "+1 212 555 0123 x5", "2125550123456", "12"])
def test_half_a_number_is_no_number(typed: str) -> None:
    assert find(typed) == []


def test_a_new_number_that_has_agreed_may_be_texted() -> None:
    agreed("+12125550123")
    (one,) = find("2125550123")
    assert one.verdict.allowed


def test_a_no_to_one_number_is_a_no_to_all_of_theirs() -> None:
    agreed("+17605550141")
    contacts.add(
        Contact(first_name="Two", phone="+17605550141", phones=["+17605550141", "+17605550142"]),
        NOON,
    )
    no = Statement("opt_out", "form", later(1), level="none")
    consent.record("no", "+17605550142", no, later(1))
    assert [one.verdict.code for one in find("two")] == ["OPTED_OUT"]


def test_a_number_that_cannot_be_read_says_so() -> None:
    raw = {"firstName": "Old", "lastName": "Entry", "phone": "555-CALL", "phones": ["555-CALL"]}
    stamps = {"createdAt": NOON, "updatedAt": NOON, "rev": 1, "terms": search.terms(["Old"], [])}
    Contact._get_collection().insert_one(raw | stamps)
    assert [one.verdict.code for one in find("old")] == ["INVALID_PHONE"]


def test_the_sender_of_their_latest_conversation_counts() -> None:
    received(policy=TWO)
    received(now=later(5), recipient=SECOND, policy=TWO)
    assert [one.verdict.allowed for one in find(policy=TWO, now=later(5))] == [True]
    never = later(hours=30)
    received(now=never, policy=TWO)
    assert [one.verdict.allowed for one in find(policy=TWO, now=never)] == [True]
    assert [one.verdict.allowed for one in find(policy=TWO, now=never, sender=SECOND)] == [False]


def test_their_own_channel_is_known_but_not_a_thread_of_the_inbox() -> None:
    thread_id = received().thread_id
    where = {"channel.channelId": "C1", "channel.step": "ready"}
    Thread._get_collection().update_one({"_id": thread_id}, {"$set": where})
    assert [one.place for one in find()] == ["C1"]
    inbox = {"$set": {"channel.threadTs": "1.1"}}
    Thread._get_collection().update_one({"_id": thread_id}, inbox)
    assert [one.place for one in find()] == [None]


def test_no_more_are_given_than_were_asked_for() -> None:
    for number in range(12):
        known("Jane", f"Doe{number}", f"+1760555{1000 + number}")
    found = addressees.find("jane", ANN, NOON, POLICY, 5)
    assert (len(found.people), found.more) == (5, True)
    assert not addressees.find("doe11", ANN, NOON, POLICY, 5).more


def test_the_few_who_agreed_are_not_lost_among_many_who_did_not() -> None:
    agreed("+17605552000")
    known("Jane", "Agreed", "+17605552000")
    for number in range(30):
        made = known("Jane", f"Doe{number}", f"+1760555{1000 + number}")
        Contact.objects(id=made.id).update_one(set__created_at=later(number + 1))
    assert names(find("jane", most=10))[0] == "Jane Agreed"


def test_somebody_merged_into_another_is_not_offered() -> None:
    one, other = known("Jane", "Doe", "+17605551001"), known("Jane", "Old", "+17605551002")
    Contact.objects(id=other.id).update_one(set__merged_into=one.id)
    assert names(find("jane")) == ["Jane Doe"]


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("jane doe", "Jane Doe"),
        ("Doe, Jane", "Jane Doe"),
        ("7605551001", "Jane Doe"),
        ("jane", None),
        ("760555", None),
    ],
)
def test_the_one_of_exactly_that_name_or_number_is_meant(typed: str, best: str | None) -> None:
    known("Jane", "Doe", "+17605551001")
    known("Jane", "Doering", "+17605551002")
    found = addressees.best(typed, find(typed))
    assert (found.name if found else None) == best


def test_two_of_the_same_name_are_both_shown() -> None:
    known("Jane", "Doe", "+17605551001")
    known("Jane", "Doe", "+17605551002")
    assert addressees.best("jane doe", find("jane doe")) is None


@contextmanager
def profiled(db: Database[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """What the database did inside."""
    done: list[dict[str, Any]] = []
    db.command("profile", 2)
    try:
        yield done
    finally:
        db.command("profile", 0)
    done += list(db["system.profile"].find({"ns": {"$regex": "contacts|numbers|threads|smsmess"}}))
    db["system.profile"].drop()


def test_it_looks_at_few_keys_in_few_commands(db: Database[dict[str, Any]]) -> None:
    rows = [_row(number) for number in range(2_000)]
    Contact._get_collection().insert_many(rows)
    for typed in ("", "jane", "7605", "jane doe1"):
        with profiled(db) as done:
            find(typed, most=10)
        assert 0 < len(done) <= 16
        assert [one for one in done if "COLLSCAN" in one.get("planSummary", "")] == []
        assert sum(one.get("keysExamined", 0) for one in done) <= 10 * 60


@pytest.mark.usefixtures("town")
def test_at_night_each_is_judged_where_they_are() -> None:
    agreed("+17605550135")
    known("Hal", "Hawaii", "+17605550135", timezone="Pacific/Honolulu")
    night = later(hours=9, minutes=30)  # 21:30 where the numbers are, 19:30 in Hawaii
    verdicts = {one.name: one.verdict for one in find(now=night)}
    assert verdicts["Hal Hawaii"].allowed
    assert verdicts["Ada Agreed"].deferred
    assert verdicts["Will Wrote"].needs_confirmation
    assert verdicts["Sid Silent"].refused


def _row(number: int) -> dict[str, Any]:
    phone = f"+1760{5_550_000 + number}"
    words = ["Jane", f"Doe{number}"]
    return {
        "firstName": words[0],
        "lastName": words[1],
        "phone": phone,
        "phones": [phone],
        "status": "new",
        "preferences": {"smsOptIn": number % 5 == 0},
        "createdAt": later(number),
        "updatedAt": NOON,
        "rev": 1,
        "terms": search.terms(words, [phone]),
    }


def test_many_may_ask_at_once() -> None:
    received()
    found = race(*[lambda: names(find())] * 4)
    assert all(one == found[0] for one in found)
    assert (Message.objects.count(), Number.objects.count()) == (1, 0)


def test_an_address_is_somebody_elses_however_like_it_is() -> None:
    known("Jane", "Doe", "+17605550134", email="doe@example.com")
    known("Jo", "Roe", "+17605550135", email="jane@example.com")
    assert names(find("jane@example.com")) == names(find("Jane@ex")) == ["Jo Roe"]
    assert names(find("jane@other.org")) == []
