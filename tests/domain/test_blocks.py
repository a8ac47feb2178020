"""Proof lifts the blocks that it was given for, and none that came later."""

from contextlib import suppress
from functools import partial

import pytest

from domain.errors import Conflict
from domain.model import Author, ConsentEvent, Number
from domain.services import consent, numbers
from domain.services.consent import Statement
from domain.services.desk import agreements, blocks
from domain.services.desk.agreements import Yes
from domain.services.desk.blocks import Blocks
from tests.clock import NOON
from tests.domain.build import CUSTOMER, POLICY, STRANGER, later, race

pytestmark = pytest.mark.usefixtures("db")
ANN = Author(kind="agent", key="U1", name="Ann Agent")
PROOF = Yes("written", "on a paper form", evidence="Binder 3")


def stopped(seconds: int = 0, phone: str = CUSTOMER) -> None:
    at = later(seconds)
    said = Statement("opt_out", "keyword", at, level="none", message_sid="SM1")
    consent.record(f"twilio:{phone}/{seconds}", phone, said, at)


def began(seconds: int) -> None:
    said = Statement("opt_in", "keyword", later(seconds), message_sid="SM2")
    consent.record(f"twilio:start/{seconds}", CUSTOMER, said, later(seconds))


def lift(seen: Blocks, phone: str = CUSTOMER) -> None:
    agreements.lift(f"slack:T1/view/{phone}", phone, PROOF, ANN, later(600), seen, POLICY)


def test_the_blocks_of_some_numbers_are_told_with_their_moments() -> None:
    stopped()
    Number(phone=STRANGER, blocked=True).save()
    Number(phone="+17605550155").save()
    told = blocks.held([CUSTOMER, STRANGER, "+17605550155"])
    assert told == {CUSTOMER: NOON, STRANGER: None}
    assert agreements.known(CUSTOMER, POLICY).blocks == {CUSTOMER: NOON}


def test_the_block_that_was_seen_is_lifted() -> None:
    stopped()
    lift(agreements.known(CUSTOMER, POLICY).blocks)
    assert not numbers.state_of(CUSTOMER).blocked


def test_a_block_of_an_unknown_moment_is_lifted_when_it_was_seen() -> None:
    Number(phone=CUSTOMER, blocked=True).save()
    with pytest.raises(Conflict):
        lift({})
    lift({CUSTOMER: None})
    assert not numbers.state_of(CUSTOMER).blocked


@pytest.mark.parametrize("seen", [{}, {CUSTOMER: None}, {CUSTOMER: later(-60)}, {STRANGER: NOON}])
def test_a_block_that_was_not_seen_stands(seen: Blocks) -> None:
    stopped()
    with pytest.raises(Conflict) as refused:
        lift(seen)
    assert (refused.value.code, refused.value.message) == ("OPTED_OUT", blocks.AGAIN)
    assert refused.value.fields[0].field == "evidence"
    assert numbers.state_of(CUSTOMER).blocked
    assert ConsentEvent.objects(action="opt_in").count() == 0


def test_a_no_after_a_yes_is_another_one() -> None:
    stopped()
    seen = agreements.known(CUSTOMER, POLICY).blocks
    began(10)
    stopped(20)
    with pytest.raises(Conflict):
        lift(seen)
    assert numbers.state_of(CUSTOMER).blocked_at == later(20)


def test_a_repeated_form_is_known_and_lifts_nothing_new() -> None:
    stopped()
    lift({CUSTOMER: NOON})
    stopped(700)
    lift({CUSTOMER: NOON})
    assert numbers.state_of(CUSTOMER).blocked
    assert ConsentEvent.objects(action="opt_in").count() == 1


def test_of_proof_and_a_newer_no_at_once_the_no_stands() -> None:
    for number in range(8):
        phone = f"+1760555014{number}"
        stopped(phone=phone)

        def try_to(phone: str = phone) -> None:
            with suppress(Conflict):
                lift({phone: NOON}, phone)

        race(try_to, partial(stopped, 60, phone))
        assert numbers.state_of(phone).blocked
