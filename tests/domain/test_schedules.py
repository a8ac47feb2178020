"""Texts that wait for their time: listed, changed in one write, let go."""

from datetime import datetime
from typing import Any

import pytest
from pymongo.database import Database

from domain.errors import Conflict, DomainError, InvalidInput, NotFound
from domain.model import Author, Contact, Message
from domain.services import agents, consent, outbound
from domain.services.consent import Statement
from domain.services.desk import schedules
from domain.services.people import contacts
from domain.services.programs import revising, sending
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    CUSTOMER,
    POLICY,
    TOKEN,
    conversation,
    draft,
    due,
    fresh,
    later,
    leaving,
    person,
    race,
    received,
    statuses,
)

pytestmark = pytest.mark.usefixtures("db")
ANN = Author(kind="agent", key=AGENT, name="Ann Agent")
OTHER = "+17605550155"
TEN = later(hours=2)


def scheduled(
    body: str = "See you at ten", at: datetime = TEN, author: Author = ANN, **changes: Any
) -> Message:
    """A text for later, to somebody who agreed."""
    phone = changes.setdefault("phone", CUSTOMER)
    consent.record(f"form:{phone}", phone, Statement("opt_in", "form", NOON), NOON)
    agents.learn(person(), NOON)
    return sending.send(draft(body, send_at=at, author=author, **changes), NOON, POLICY)


def mine(agent_id: str = AGENT, most: int = 20) -> list[str]:
    return [one.body for one in schedules.mine(agent_id, most)[0]]


def test_ones_own_are_listed_with_the_next_first() -> None:
    scheduled("second", later(hours=3))
    scheduled("first", later(hours=2))
    scheduled("another's", author=Author(kind="agent", key="U9"))
    scheduled("a program's", author=TOKEN)
    assert mine() == ["first", "second"]


def test_a_text_that_has_left_or_was_called_back_is_not_listed() -> None:
    gone, canceled = scheduled("gone"), scheduled("canceled")
    revising.reschedule(gone.id, NOON, NOON, POLICY)
    outbound.cancel(canceled.id, NOON)
    assert mine() == []


def test_only_so_many_are_listed_and_that_there_are_more_is_said() -> None:
    for hour in range(2, 6):
        scheduled(f"at {hour}", later(hours=hour))
    found, more = schedules.mine(AGENT, 3)
    assert ([one.body for one in found], more) == (["at 2", "at 3", "at 4"], True)
    assert not schedules.mine(AGENT, 4)[1]


def test_each_says_to_whom_when_and_by_whom() -> None:
    message = scheduled()
    contact = contacts.by_phone(CUSTOMER)
    assert contact
    contacts.update(contact.id, {"firstName": "Jane", "lastName": "Doe"}, NOON)
    one = schedules.get(message.id)
    assert (one.id, one.name, one.phone, one.body) == (
        str(message.id),
        "Jane Doe",
        CUSTOMER,
        "See you at ten",
    )
    assert (one.send_at, one.zone, one.by) == (TEN, "America/Los_Angeles", "Ann Agent")


def test_a_conversations_are_listed_whoever_scheduled_them() -> None:
    thread_id = scheduled("mine").thread_id
    scheduled("a program's", later(hours=1), author=TOKEN)
    scheduled("to somebody else", phone=OTHER)
    found, more = schedules.of_thread(thread_id)
    assert ([one.body for one in found], more) == (["a program's", "mine"], False)
    assert [one.by for one in found] == ["CRM", "Ann Agent"]


def test_a_held_answer_is_not_scheduled() -> None:
    thread = conversation()
    assert schedules.of_thread(thread.id) == ([], False)
    with pytest.raises(NotFound):
        schedules.get("no id")
    with pytest.raises(Conflict, match="not waiting"):
        schedules.get(received().id)


def test_words_and_time_change_at_once() -> None:
    message = scheduled()
    changed = schedules.revise(message.id, "See you at eleven", later(hours=3), NOON, POLICY)
    assert (changed.body, changed.send_at, changed.rev) == (
        "See you at eleven",
        later(hours=3),
        message.rev + 1,
    )
    assert due(changed, "dispatch") == later(hours=3)
    assert due(changed, "relay") == NOON
    agents.learn(person(), later(hours=3))
    assert leaving(later(hours=3)).text.body == "See you at eleven"


def test_the_same_once_more_is_no_change() -> None:
    message = scheduled()
    first = schedules.revise(message.id, "Other words", later(hours=3), NOON, POLICY)
    assert (
        schedules.revise(message.id, "Other words", later(hours=3), NOON, POLICY).rev == first.rev
    )


def test_the_measure_follows_the_words() -> None:
    message = scheduled()
    changed = schedules.revise(message.id, "It’s " + "x" * 70, TEN, NOON, POLICY)
    assert (changed.segments, changed.encoding) == (2, "UCS2")


@pytest.mark.parametrize(
    ("body", "at", "field"),
    [
        ("", TEN, "body"),
        ("x" * 1601, TEN, "body"),
        ("fine", later(-120), "sendAt"),
        ("fine", later(days=400), "sendAt"),
    ],
)
def test_what_cannot_be_is_named_by_its_field(body: str, at: datetime, field: str) -> None:
    message = scheduled()
    with pytest.raises(InvalidInput) as wrong:
        schedules.revise(message.id, body, at, NOON, POLICY)
    assert [one.field for one in wrong.value.fields] == [field]
    assert (fresh(message).body, fresh(message).send_at) == ("See you at ten", TEN)


def test_it_can_leave_at_once() -> None:
    message = scheduled()
    sent = schedules.send_now(message.id, ANN, NOON, POLICY)
    assert (sent.status, sent.send_at, statuses(message)) == (
        "queued",
        None,
        ["scheduled", "queued"],
    )


def test_a_change_to_now_lets_it_go_with_its_new_words() -> None:
    message = scheduled()
    changed = schedules.revise(message.id, "Now!", NOON, NOON, POLICY)
    assert (changed.status, changed.body, changed.send_at) == ("queued", "Now!", None)


@pytest.mark.parametrize("gone", ["sent", "canceled"])
def test_afterwards_it_is_too_late(gone: str) -> None:
    message = scheduled()
    if gone == "sent":
        schedules.send_now(message.id, ANN, NOON, POLICY)
    else:
        outbound.cancel(message.id, NOON)
    for attempt in (
        lambda: schedules.send_now(message.id, ANN, NOON, POLICY),
        lambda: schedules.revise(message.id, "Other", TEN, NOON, POLICY),
        lambda: schedules.get(message.id),
    ):
        with pytest.raises(Conflict) as late:
            attempt()
        assert (late.value.code, late.value.help) == ("TOO_LATE", schedules.SEE)


def test_of_two_who_change_it_and_let_it_go_one_is_told() -> None:
    message = scheduled()

    def attempt(deed: str) -> str:
        try:
            if deed == "revise":
                return schedules.revise(message.id, "Other", TEN, NOON, POLICY).body
            return schedules.send_now(message.id, ANN, NOON, POLICY).status
        except DomainError as error:
            return error.code

    found = race(lambda: attempt("revise"), lambda: attempt("send"))
    assert found[1] == "queued"
    assert found[0] in ("Other", "TOO_LATE")
    assert (fresh(message).body == "Other") == (found[0] == "Other")


def test_ones_own_are_read_from_their_index(db: Database[dict[str, Any]]) -> None:
    for hour in range(2, 40):
        scheduled(f"at {hour}", later(hours=hour), author=Author(kind="agent", key=f"U{hour % 4}"))
    own = {"sentBy.key": "U1", "status": "scheduled"}
    plan = db["smsmessages"].find(own).sort([("sendAt", 1), ("_id", 1)]).limit(5).explain()
    assert "'indexName': 'scheduled'" in str(plan["queryPlanner"]["winningPlan"])
    assert "'stage': 'SORT'" not in str(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalKeysExamined"] <= 6


def test_a_contact_who_was_deleted_leaves_the_number() -> None:
    message = scheduled()
    Contact.objects.delete()
    assert schedules.get(message.id).name == CUSTOMER
