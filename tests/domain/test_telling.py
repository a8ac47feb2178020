"""Who has left and who is back is told the carrier, unless its own customer's text did that."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from domain.model import Number
from domain.policy import ConsentPolicy, Policy
from domain.services import consent, numbers, reports
from domain.services.consent import Statement
from domain.services.registry import telling
from domain.services.registry.telling import REFUSED_FOR, SETTLING, claim, listings, settle
from domain.values import Listing
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, POLICY, handed_over, later, race, received

pytestmark = pytest.mark.usefixtures("db")
OTHER = "+17605550199"
TWO = Policy(numbers=(OURS, OTHER))
LEASE = timedelta(seconds=45)


def record(action: str = "opt_out", method: str = "agent", seconds: float = 0, **how: Any) -> None:
    at = later(seconds)
    level = "none" if action == "opt_out" else "express"
    said = Statement(action, method, at, **{"level": level, **how})
    consent.record(f"{action}/{seconds}", CUSTOMER, said, at)


def told(policy: Policy = POLICY, seconds: float = 60) -> list[Listing]:
    """What the carrier is told, a minute later."""
    return [line for one in claim(later(seconds), LEASE, 10) for line in listings(one, policy)]


def brief(lines: list[Listing]) -> list[tuple[str, bool]]:
    return [(line.sender, line.blocked) for line in lines]


@pytest.mark.parametrize("method", ["agent", "api", "import", "phone_call", "other"])
def test_an_opt_out_that_the_carrier_did_not_hear_is_told(method: str) -> None:
    """Row: §6"""
    record(method=method)
    [line] = told()
    assert (line.phone, line.sender, line.blocked) == (CUSTOMER, OURS, True)
    assert (line.method, line.at, len(line.key)) == (method, NOON, 32)


def test_every_sender_of_ours_is_told_of() -> None:
    record()
    assert brief(told(TWO)) == [(OURS, True), (OTHER, True)]


def test_an_opt_in_with_proof_is_told_once_it_lifts_a_block() -> None:
    """Row: §6"""
    record("opt_in", seconds=-60)
    assert told() == []
    record(seconds=1)
    record("opt_in", seconds=2, ip="203.0.113.7")
    [line] = told()
    assert (line.blocked, line.at) == (False, later(2))


def test_the_carriers_own_word_is_not_told_to_it() -> None:
    received("STOP")
    assert telling.earliest() == NOON + SETTLING
    assert told() == []


def test_a_word_that_only_we_know_is_told() -> None:
    received("stop please")
    assert brief(told()) == [(OURS, True)]


def test_a_stop_is_told_to_the_senders_that_did_not_hear_it() -> None:
    received("STOP")
    assert brief(told(TWO)) == [(OTHER, True)]


def test_a_word_of_the_carriers_own_list_was_heard() -> None:
    received("Nein danke", opt_out_type="STOP", raw={"OptOutType": "STOP"})
    assert told() == []


def lifted(seconds: float = 10) -> None:
    """The carrier is told that they are back; whether it heard, nobody knows."""
    for one in claim(later(seconds), LEASE, 10):
        assert brief(telling.begin(one, POLICY, later(seconds))) == [(OURS, False)]


def test_a_stop_after_which_an_opt_in_may_have_been_told_is_told_itself() -> None:
    """Their webhook came late: at the carrier the lift undid what the STOP had done."""
    record(seconds=-60)
    record("opt_in", seconds=-50, ip="203.0.113.7")
    lifted()
    received("STOP", now=later(20))
    assert brief(told()) == [(OURS, True)]


def test_a_stop_that_was_found_late_is_told_whatever_was_told_since() -> None:
    """After a restore nobody knows what that was."""
    received("STOP", now=later(20), sent_at=NOON)
    assert brief(told()) == [(OURS, True)]


def test_a_stop_long_after_they_were_back_is_the_carriers_own_again() -> None:
    record(seconds=-60)
    record("opt_in", seconds=-50, ip="203.0.113.7")
    lifted()
    days = telling.DOUBT.total_seconds() + 60
    received("STOP", now=later(days))
    assert told(seconds=days + 60) == []


def test_a_lift_is_not_told_once_something_else_was_said() -> None:
    record(seconds=-60)
    record("opt_in", seconds=-50, ip="203.0.113.7")
    [held] = claim(NOON, LEASE, 10)
    received("STOP", now=later(1))
    assert telling.begin(held, POLICY, later(2)) == []


def test_a_carrier_whose_answers_are_switched_off_hears_nothing() -> None:
    received("STOP")
    ours = replace(POLICY, consent=ConsentPolicy(confirms="threadline"))
    assert brief(told(ours)) == [(OURS, True)]


def test_the_customers_own_start_was_heard_as_well() -> None:
    received("STOP")
    received("START", now=later(1))
    assert brief(told(TWO)) == [(OTHER, False)]


def test_a_refusal_of_the_carriers_is_its_own_knowledge() -> None:
    reports.opted_out(CUSTOMER, handed_over_id(), NOON)
    assert numbers.state_of(CUSTOMER).blocked
    assert telling.earliest() is None


def handed_over_id() -> Any:
    record("opt_in", seconds=-60)
    return handed_over().id


def test_a_no_to_the_programme_alone_blocks_nothing_there() -> None:
    record(scope="program")
    assert telling.earliest() is None


def test_what_waited_says_the_latest_and_once() -> None:
    record()
    record("opt_in", seconds=1, ip="203.0.113.7")
    record(seconds=2)
    assert brief(told()) == [(OURS, True)]


def one() -> tuple[Number, list[Listing]]:
    [held] = claim(later(60), LEASE, 10)
    return held, listings(held, POLICY)


def test_what_was_taken_is_over() -> None:
    record()
    before = numbers.state_of(CUSTOMER).rev
    held, lines = one()
    settle(held, lines, {lines[0].key: None}, later(61))
    assert (telling.earliest(), numbers.state_of(CUSTOMER).rev) == (None, before)


def test_what_is_said_meanwhile_is_told_as_well() -> None:
    record()
    held, lines = one()
    record("opt_in", seconds=70, ip="203.0.113.7")
    settle(held, lines, {lines[0].key: None}, later(71))
    assert brief(told(seconds=72)) == [(OURS, False)]


def test_a_line_that_is_refused_is_seen_and_told_again_another_day() -> None:
    record()
    held, lines = one()
    settle(held, lines, {lines[0].key: "INVALID_SENDER_ID"}, later(61))
    assert (telling.untold(), telling.earliest()) == (1, later(61) + REFUSED_FOR)
    [again] = claim(later(61) + REFUSED_FOR, LEASE, 10)
    settle(again, [], {}, later(61) + REFUSED_FOR)
    assert telling.untold() == 0


def test_a_line_without_an_answer_is_told_again_soon() -> None:
    record()
    held, lines = one()
    settle(held, lines, {}, later(61))
    due = telling.earliest()
    assert due is not None
    assert later(61) < due < later(70)


def test_the_carrier_may_ask_for_a_longer_wait() -> None:
    record()
    held, _ = one()
    telling.put_off([held], later(61), "busy", 300)
    assert telling.earliest() == later(361)


def test_a_worker_that_died_leaves_it_to_another() -> None:
    record()
    one()
    assert told(seconds=61) == []
    assert brief(told(seconds=60 + 45)) == [(OURS, True)]


def test_several_workers_take_each_number_once() -> None:
    record()
    taken = race(*[lambda: claim(later(60), LEASE, 10)] * 4)
    assert sum(map(len, taken)) == 1


def test_it_is_found_by_its_index(db: Database[dict[str, Any]]) -> None:
    record()
    plan = db.numbers.find({"tell.due_at": {"$lte": later(60)}}).sort("tell.due_at", 1).explain()
    assert plan["queryPlanner"]["winningPlan"]["inputStage"]["indexName"] == "tell"


def test_of_somebody_who_was_forgotten_nothing_is_told() -> None:
    record()
    Number.objects(phone=CUSTOMER).update(set__phone="#" + "0" * 64)
    assert told() == []
