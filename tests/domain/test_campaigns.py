"""A campaign makes one text for each on its list, in their words, or says why there is none."""

from dataclasses import replace
from datetime import timedelta

import pytest
from mongoengine.connection import get_db

from adapters.mongo.pace import COLLECTION, DatabasePace
from domain.model import ConsentEvent, Contact, Message, Recipient, Thread
from domain.rules.pacing import Rate
from domain.services import agents, dispatch, relay, reports, threads
from domain.services.campaigns.sending import running
from domain.services.channels import history
from domain.services.channels.steps import OpenChannel
from domain.services.people import contacts, deletion, erasure, merging
from domain.values import Place
from tests.clock import NOON
from tests.domain.audience import (
    HI,
    after_crash,
    bodies,
    fates,
    frozen,
    listed,
    on_list,
    people,
    phone,
    started,
    texts,
    turn,
)
from tests.domain.build import (
    OURS,
    POLICY,
    TIMING,
    TOKEN,
    accepted_as,
    callback,
    due,
    fresh,
    furnished,
    later,
    leased,
    leaving,
    person,
    received,
)
from tests.domain.build import queued as sent_by_program

pytestmark = pytest.mark.usefixtures("db")
QUEUED = ("queued", None)


def out(code: str) -> tuple[str, str]:
    """The fate of somebody who was left out, for that reason."""
    return ("excluded", code)


def test_everybody_on_the_list_gets_one_text_in_their_own_words() -> None:
    people(3)
    made = frozen(tags=("spring",))
    assert bodies(made) == ["Hi P0!", "Hi P1!", "Hi P2!"]
    assert fates(made) == [QUEUED] * 3
    one = texts(made)[0]
    assert (one.status, one.purpose, one.from_, one.to) == ("queued", "marketing", OURS, phone(0))
    assert one.sent_by
    assert (one.sent_by.kind, one.sent_by.name) == ("system", "Spring sale")
    assert (one.campaign_id, one.tags) == (made.id, ["spring"])


def test_it_ends_when_all_of_its_texts_have_left() -> None:
    people(1)
    made = frozen()
    assert turn(later(10)).status == "running"
    Message.objects.update(set__status="delivered", unset__dispatch__due_at=True)
    done = turn(later(20))
    assert (done.status, done.started_at, done.finished_at) == ("done", NOON, later(20))
    assert done.rev > made.rev
    assert running.claim(later(60)) is None


def test_a_campaign_for_nobody_ends_at_once() -> None:
    assert frozen().status == "done"


@pytest.mark.parametrize("level", ["none", "express"])
def test_who_may_not_be_advertised_to_is_left_out_with_the_reason(level: str) -> None:
    people(1, level=level)
    made = frozen()
    assert (texts(made), fates(made)) == ([], [out("OPT_IN_REQUIRED")])
    assert Recipient.objects.get().reason
    assert Thread.objects.count() == 0


def test_who_agreed_as_far_as_nobody_can_show_is_left_out() -> None:
    """Row: §7.2"""
    people(1)
    ConsentEvent.objects.delete()
    assert fates(frozen()) == [out("OPT_IN_REQUIRED")]
    assert "on record" in Recipient.objects.get().reason


def test_informational_texts_need_express_consent_only() -> None:
    people(1, level="express")
    assert len(texts(frozen(purpose="informational"))) == 1


def test_who_said_stop_is_left_out() -> None:
    people(2)
    received("STOP", sender=phone(1))
    assert fates(frozen()) == [QUEUED, out("OPTED_OUT")]


def test_without_a_value_for_a_variable_there_is_no_text() -> None:
    people(1)
    assert fates(frozen(body="Hi {first_name}, in {city} …")) == [out("MISSING_VARIABLE")]
    assert "city" in Recipient.objects.get().reason


def test_what_is_said_instead_of_a_missing_value_is_said() -> None:
    people(1)
    assert bodies(frozen(body="In {city|town}")) == ["In town"]


def test_what_gets_too_long_with_its_values_is_left_out() -> None:
    (own,) = people(1)
    Contact.objects(id=own).update(custom_fields={"story": "x" * 1_600})
    assert fates(frozen(body="Hi {story}!")) == [out("MESSAGE_TOO_LONG")]


def test_whoever_turned_out_to_be_another_on_the_list_gets_one_text() -> None:
    first, second = people(2)
    made = listed()
    merging.merge(second, first, TOKEN, NOON)
    turn(after_crash())
    assert sorted(fates(made), key=str) == [out("DUPLICATE_CONTACT"), QUEUED]
    assert [one.contact_id for one in texts(made)] == [second]


def test_who_was_deleted_or_gave_up_the_number_is_left_out() -> None:
    first, second = people(2)
    made = listed()
    deletion.delete(first, NOON)
    contacts.update(second, {"phones": [phone(9)], "phone": phone(9)}, NOON)
    turn(after_crash())
    assert fates(made) == [out("NOT_FOUND")] * 2


def test_who_is_forgotten_is_on_no_list_any_more() -> None:
    first, _ = people(2)
    made = listed()
    erasure.erase(first, NOON, replace(POLICY, secret="s" * 32), None)
    assert on_list(made) == [phone(1)]
    turn(after_crash())
    assert bodies(made) == ["Hi P1!"]


def test_a_number_that_nobody_can_read_is_left_out() -> None:
    (own,) = people(1)
    Contact.objects(id=own).update(phone="call me", phones=["call me"])
    assert fates(frozen()) == [out("INVALID_PHONE")]


def test_a_few_seconds_worth_is_released_spread_over_time() -> None:
    people(12)
    made = frozen(per_minute=60)
    times = [one.dispatch.due_at for one in texts(made) if one.dispatch]
    assert sorted(times) == [later(second) for second in range(5)]
    assert made.run
    assert made.run.due_at == later(4)
    Message.objects.update(set__status="sent", unset__dispatch__due_at=True)
    turn(later(5))
    assert len(texts(made)) == 10


def test_no_pile_is_built_up_before_a_slow_carrier() -> None:
    people(12)
    made = frozen(per_minute=60)
    for second in (5, 10, 15):
        turn(later(second))
    assert len(texts(made)) == 5


def test_campaigns_share_the_pace_of_their_sender() -> None:
    people(20)
    first, second = started(per_minute=60), started(per_minute=60, name="Two")
    turn(NOON)
    turn(NOON)
    assert sorted(len(texts(one)) for one in (first, second)) == [0, 5]
    turn(later(5))
    turn(later(5))
    assert sorted(len(texts(one)) for one in (first, second)) == [5, 5]


def test_the_pace_is_that_of_all_processes() -> None:
    people(1)
    pace = DatabasePace(get_db()[COLLECTION])
    pace.take(f"campaign:{OURS}", Rate(timedelta(seconds=7)), NOON)
    made = frozen()
    assert made.run
    assert (texts(made), made.run.due_at) == ([], later(6))


def test_a_conversation_that_only_a_campaign_made_asks_for_nobody() -> None:
    people(1)
    (one,) = texts(frozen())
    thread = threads.get(one.thread_id)
    assert (thread.status, thread.contact_id) == ("closed", one.contact_id)
    assert one.relay
    assert (one.quiet, one.relay.state, one.relay.due_at) == (True, "done", None)


def test_a_text_that_nobody_looks_at_asks_for_no_relay_on_its_way() -> None:
    people(1)
    (one,) = texts(frozen())
    send = leaving()
    dispatch.record(send, accepted_as("SM1"), NOON, TIMING)
    reports.receive(callback("delivered", "SM1"), NOON)
    assert (fresh(one).status, due(one, "relay")) == ("delivered", None)


def test_when_they_write_the_new_place_tells_what_the_campaign_said() -> None:
    people(1)
    (text,) = texts(frozen())
    Message.objects(id=text.id).update(set__relay__due_at=NOON)  # its status has changed
    answer = received("Yes please", sender=phone(0), now=later(60))
    claim = leased("relay", later(60))
    step = relay.next_step(claim, later(60))
    assert isinstance(step, OpenChannel)
    told = history.unseen(threads.get(answer.thread_id), Place("C1"))
    assert told
    assert [(one.author, one.text) for one in told[1].texts] == [("Spring sale", HI)]
    furnished(answer.thread_id)
    Message.objects(id=text.id).update(unset__shadow=True, set__relay__due_at=NOON)
    assert relay.next_step(claim, later(90)) is None


def test_where_agents_look_on_a_campaigns_text_is_shown() -> None:
    people(1)
    agents.learn(person(), NOON)
    furnished(received(sender=phone(0)).thread_id)
    (one,) = texts(frozen())
    assert one.relay
    assert (one.quiet, one.relay.due_at) == (None, NOON)
    assert threads.get(one.thread_id).status == "open"


def test_what_a_program_writes_opens_a_conversation_that_only_a_campaign_made() -> None:
    people(1)
    (one,) = texts(frozen())
    written = sent_by_program(phone=phone(0))
    assert written.thread_id == one.thread_id
    assert threads.get(one.thread_id).status == "open"
