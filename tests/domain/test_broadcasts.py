"""One text to several people: a text and an answer for each, whatever becomes of the others."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from domain.errors import Conflict, DomainError, InvalidInput, NotFound, Refused
from domain.model import Contact, Message, Thread
from domain.services.programs import broadcasts
from tests.clock import NOON
from tests.domain.build import CUSTOMER, POLICY, STRANGER, customer, draft, race, received
from tests.domain.test_sending import opted_in

pytestmark = pytest.mark.usefixtures("db")
Answers = list[Message | DomainError]


def numbers(count: int) -> list[str]:
    """So many people who agreed to be texted."""
    found = [f"+1760555{place:04}" for place in range(2000, 2000 + count)]
    for phone in found:
        opted_in(phone)
    return found


def sent(phones: Sequence[str] = (), contacts: Sequence[str] = (), **changes: Any) -> Answers:
    """The answers of one call."""
    wish = draft(**({"phone": None} | changes))
    return broadcasts.send(wish, broadcasts.recipients(phones, contacts), NOON, POLICY)


def texts(answers: Answers) -> list[Message]:
    """The answers, which are texts."""
    found = [one for one in answers if isinstance(one, Message)]
    assert len(found) == len(answers), answers
    return found


def test_each_gets_a_text_in_the_order_given() -> None:
    first, second = numbers(2)
    contact = customer()
    opted_in()
    made = texts(sent([second, first], [str(contact.id)]))
    assert [one.to for one in made] == [second, first, CUSTOMER]
    assert len({one.thread_id for one in made}) == 3


def test_one_who_cannot_be_texted_does_not_stop_the_others() -> None:
    (good,) = numbers(1)
    received("STOP")
    answers = sent(["12", CUSTOMER, good], ["nonsense"])
    kinds = [type(answer) for answer in answers]
    assert kinds == [InvalidInput, Refused, Message, NotFound]
    assert Message.objects(status="queued").get().to == good


def test_each_problem_says_whom_it_is_about() -> None:
    opted_in(STRANGER)
    answers = sent([STRANGER, "12"], ["nonsense"])
    told = [one.fields for one in answers if isinstance(one, DomainError)]
    assert [[field.field for field in fields] for fields in told] == [["to.1"], ["contactIds.0"]]
    assert told[0][0].message.startswith("12: ")


def test_what_is_wrong_with_the_text_is_told_to_each() -> None:
    answers = sent(numbers(2), body=" ")
    assert [one.code for one in answers if isinstance(one, DomainError)] == ["MESSAGE_EMPTY"] * 2
    fields = [[f.field for f in one.fields] for one in answers if isinstance(one, DomainError)]
    assert fields == [["message.body", "to.0"], ["message.body", "to.1"]]
    assert (Message.objects.count(), Contact.objects.count()) == (0, 0)


def test_a_number_that_is_named_twice_gets_one_text_and_two_answers() -> None:
    contact = customer()
    opted_in()
    made = texts(sent([CUSTOMER, "(760) 555-0111"], [str(contact.id)]))
    assert len({one.id for one in made}) == 1
    assert Message.objects.count() == 1


def test_somebody_refused_who_is_named_twice_is_refused_once() -> None:
    first, second = sent([CUSTOMER, CUSTOMER])
    assert isinstance(first, Refused)
    assert isinstance(second, Refused)
    assert first.conflict_id == second.conflict_id
    assert Message.objects.count() == 1


def test_the_same_key_again_is_the_same_texts() -> None:
    phones = numbers(3)
    first, again = texts(sent(phones, key="k1")), texts(sent(phones, key="k1"))
    assert [one.id for one in first] == [one.id for one in again]
    assert first[0].origin == f"api:token1/k1/{phones[0]}"


def test_a_call_that_was_cut_short_is_completed_by_the_same_key() -> None:
    phones = numbers(3)
    (first,) = texts(sent(phones[:1], key="k1"))
    assert texts(sent(phones, key="k1"))[0].id == first.id
    assert Message.objects.count() == 3


def test_the_same_key_cannot_carry_other_words() -> None:
    phones = numbers(2)
    sent(phones, key="k1")
    answers = sent(phones, key="k1", body="Something else")
    assert [type(answer) for answer in answers] == [Conflict] * 2
    assert Message.objects.count() == 2


def test_two_calls_at_once_with_one_key_are_one_text_each() -> None:
    phones = numbers(4)
    answers = race(*[partial(sent, phones, key="k1")] * 3)
    assert {tuple(one.id for one in texts(made)) for made in answers} == {
        tuple(one.id for one in texts(answers[0]))
    }
    assert Message.objects.count() == 4


def test_without_a_key_two_calls_are_two_texts() -> None:
    phones = numbers(1)
    assert texts(sent(phones))[0].id != texts(sent(phones))[0].id


@pytest.mark.parametrize("count", [0, 101])
def test_nobody_and_too_many_are_told_as_one(count: int) -> None:
    with pytest.raises(InvalidInput) as problem:
        broadcasts.recipients([CUSTOMER] * count, [])
    assert [one.field for one in problem.value.fields] == ["to"]


def test_a_hundred_people_can_be_texted() -> None:
    assert len(broadcasts.recipients([CUSTOMER] * 60, ["x"] * 40)) == 100


def test_a_key_that_is_too_long_is_told_before_anything_is_made() -> None:
    with pytest.raises(InvalidInput):
        sent(numbers(2), key="k" * 201)
    assert (Message.objects.count(), Thread.objects.count()) == (0, 0)


def test_each_recipient_takes_the_same_few_commands(db: Database[dict[str, Any]]) -> None:
    phones = numbers(12)
    db.command("profile", 2)
    taken = []
    for batch in (phones[:2], phones[2:7], phones[7:]):
        before = db["system.profile"].count_documents({})
        sent(batch)
        taken.append((db["system.profile"].count_documents({}) - before) / len(batch))
    db.command("profile", 0)
    db["system.profile"].drop()
    assert max(taken) - min(taken) < 1
    assert max(taken) <= 16
