"""After a restore no slot makes anew a text that may have left."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from mongoengine.fields import EmbeddedDocumentField, EmbeddedDocumentListField

from domain import outbox
from domain.model import NOUNS, Author, Find, Message, Number
from domain.services import dispatch, guard, unclear, upkeep
from domain.services.automation import responding
from domain.services.dispatch import Look, Send
from domain.services.recovery import doubts, lost, missed, restored
from tests.clock import NOON
from tests.domain import test_confirming as confirming
from tests.domain.build import CUSTOMER, OURS, TIMING, carried, fresh, later, new_sid, received

TAKEN, BACK = NOON + timedelta(minutes=1), NOON + timedelta(minutes=4)


@pytest.fixture
def put_back(db: object) -> None:
    """A conversation is there; its number is to be asked; then some minutes are lost."""
    received("Hello")
    confirming.agreed()
    restored.end(TAKEN, BACK)


def open_work(kind: Any, before: str) -> Iterator[str]:
    """The places in documents of that kind where something can be due."""
    for field in kind._fields.values():
        here = f"{before}.{field.db_field}"
        inner = field.field if isinstance(field, EmbeddedDocumentListField) else field
        if field.name == "due_at":
            yield before if field.db_field == "due_at" else here
        if isinstance(inner, EmbeddedDocumentField):
            yield from open_work(inner.document_type, here)


def test_each_slot_has_its_treatment() -> None:
    """A new one fails here: say in `doubts` what a restore does about it."""
    found = {place for noun in NOUNS for place in open_work(noun, noun._get_collection_name())}
    told = [*doubts.SENDS, *doubts.SHOWS, *doubts.KEEPS]
    assert found == set(told)
    assert len(told) == len(set(told))


def step(now: datetime) -> Any:
    """What a worker is to do next of texts that leave."""
    while claim := outbox.claim("dispatch", now, TIMING.lease):
        found = dispatch.next_step(claim, now, confirming.DOUBLE, TIMING)
        outbox.release(claim)
        if found:
            return found
    return None


@pytest.mark.usefixtures("put_back")
def test_who_may_have_been_asked_to_confirm_is_looked_up_first() -> None:
    made = confirming.asked(BACK)
    assert made is not None
    found = step(BACK)
    assert isinstance(found, Look)
    sent = carried(made.body, created_at=TAKEN + timedelta(minutes=1))
    unclear.resolve(found, (sent,), BACK, TIMING)
    assert fresh(made).status == "sent"
    assert step(BACK + timedelta(days=1)) is None


@pytest.mark.usefixtures("put_back")
def test_who_surely_was_not_asked_is_asked() -> None:
    made, now = confirming.asked(BACK), BACK
    found = step(now)
    while isinstance(found, Look):
        unclear.resolve(found, (), now, TIMING)
        now += timedelta(minutes=10)
        found = step(now)
    assert isinstance(found, Send)
    assert made is not None
    assert found.text.message_id == str(made.id)


@pytest.mark.usefixtures("put_back")
def test_long_after_nothing_is_looked_up() -> None:
    long_after = BACK + lost.REMEMBERED + timedelta(days=1)
    assert lost.since(BACK) == TAKEN
    assert lost.since(long_after) is None


@pytest.mark.usefixtures("db")
def test_a_text_that_was_still_to_be_answered_is_answered_by_nobody() -> None:
    text = received("HELP", policy=confirming.DOUBLE)
    assert text.answer == "help"
    restored.end(TAKEN, BACK)
    claimed = upkeep.claim(BACK, TIMING.lease)
    assert claimed is not None
    assert responding.answer(claimed, BACK, confirming.DOUBLE) is None
    assert (fresh(text).answer, fresh(text).lapsed) == (None, True)


@pytest.mark.parametrize(("sent_at", "answered"), [(later(150), False), (later(300), True)])
@pytest.mark.usefixtures("put_back")
def test_what_they_asked_in_the_time_that_was_lost_is_not_answered_again(
    sent_at: datetime, answered: bool
) -> None:
    own = {"sid": new_sid(), "from_": CUSTOMER, "to": OURS, "body": "HELP", "sent_at": sent_at}
    found = Find(**own).save()
    now = BACK + timedelta(minutes=2)
    taken = missed.take(found, (), now, confirming.DOUBLE)
    text = Message.objects.get(id=taken.message_id)
    assert (responding.answer(text, now, confirming.DOUBLE) is not None) == answered
    assert Number.objects(phone=CUSTOMER).first()


@pytest.mark.usefixtures("put_back")
def test_what_an_agent_wrote_in_that_time_may_have_left_and_says_so() -> None:
    def asked(said_at: datetime) -> str:
        dana = Author(kind="agent", key="U0DANA")
        return guard.away("See you", said_at, dana, later(600), confirming.DOUBLE).text

    assert "may have been sent already" in asked(TAKEN + timedelta(minutes=1))
    assert "while I was away" in asked(BACK + timedelta(minutes=1))
