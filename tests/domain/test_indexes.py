"""Every query of the journeys is served by an index, in a conversation with a long past."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from domain import outbox
from domain.model import NOUNS, Contact, Message, Thread, ensure_indexes
from domain.rules.search import wanted
from domain.services import (
    channels,
    consent,
    dispatch,
    edits,
    inbound,
    relay,
    reports,
    threads,
    unclear,
    upkeep,
)
from domain.services.automation import responding
from domain.services.channels import history, keeping, news, steps
from domain.services.desk import conversations
from domain.services.dispatch import Look
from domain.services.people import profiles
from domain.services.people.profiles import Profile
from domain.services.programs import broadcasts, refreshing, repeating, revising, sending
from domain.values import Place, Shown
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    OURS,
    POLICY,
    STRANGER,
    TIMING,
    TOKEN,
    accepted_as,
    answered,
    callback,
    carried,
    conversation,
    draft,
    later,
    leased,
    leaving,
    queued,
    received,
    said,
    text_in,
)
from tests.domain.replies import rule, shut

PAST = 400
MOST_KEYS = 60
Documents = Database[dict[str, Any]]


def past(thread: Thread) -> None:
    """Hundreds of settled texts in the conversation, and as many elsewhere still to be sent."""
    tomorrow = {"state": "due", "due_at": NOON + timedelta(days=1)}
    rows = [
        {
            "origin": f"past:{number}",
            "twilioMessageSid": f"SMpast{number}",
            "threadId": thread.id if number % 2 else ObjectId(),
            "contactId": thread.contact_id,
            "direction": "inbound" if number % 4 == 1 else "outbound",
            "status": ["scheduled", "received", "scheduled", "delivered"][number % 4],
            "from": CUSTOMER if number % 4 == 1 else OURS,
            "to": [STRANGER, OURS, STRANGER, CUSTOMER][number % 4],
            "sentBy": {"kind": "agent", "key": "U1"},
            "body": "old",
            "rank": 54,
            "rev": 1,
            "position": number,
            "createdAt": NOON - timedelta(days=2, seconds=2 * PAST - number),
            "relay": {"state": "done"} if number % 2 else tomorrow,
            "dispatch": {"state": "done"} if number % 2 else tomorrow,
            "effects": {"state": "done"} if number % 2 else tomorrow,
        }
        for number in range(2 * PAST)
    ]
    Message._get_collection().insert_many(rows)


@pytest.fixture
def profile(db: Documents) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What the database did for the services from now on: one record per operation."""
    past(conversation())
    db.command("profile", 2)
    yield lambda: list(db["system.profile"].find({"planSummary": {"$exists": True}}))
    db.command("profile", 0)
    db["system.profile"].drop()


def journey_in() -> None:
    """A text comes in, is shown, and its conversation is summed up."""
    received("Is it free?", now=later(1))
    claim = leased("relay", later(1))
    step = relay.next_step(claim, later(1))
    assert isinstance(step, relay.Say)
    relay.said(step, Shown("2.0"))
    assert relay.next_step(claim, later(1)) is None
    outbox.release(claim)
    while message := upkeep.claim(later(1), TIMING.lease):
        upkeep.carry_out(message)


def journey_out() -> None:
    """An agent answers, it is changed, leaves, is reported and marked."""
    message = answered(at=later(2))
    edited = said("Yes", later(2), edited_ts=f"{later(3).timestamp():.6f}")
    edits.edit(edited, later(3), POLICY, TIMING)
    dispatch.record(leaving(later(7)), accepted_as("SM1"), later(7), TIMING)
    reports.receive(callback("delivered", "SM1", message.id), later(8))
    claim = leased("relay", later(8))
    step = relay.next_step(claim, later(8))
    assert isinstance(step, relay.Mark)
    relay.marked(step, None)
    outbox.release(claim)


def journey_unclear() -> None:
    """A program's text times out and is found."""
    message = queued("Your keys are ready", later(1))
    leaving(later(1))
    claim = leased("dispatch", later(60))
    assert isinstance(dispatch.next_step(claim, later(60), POLICY, TIMING), Look)
    found = [carried("Your keys are ready", created_at=later(1))]
    unclear.resolve(Look(str(message.id), CUSTOMER), found, later(60), TIMING)
    outbox.earliest("dispatch")


def journey_stop() -> None:
    """STOP calls back what waits; START restores; a stranger writes."""
    queued("Your keys are ready", later(1))
    inbound.receive(text_in("STOP"), later(2), POLICY)
    inbound.receive(text_in("START"), later(3), POLICY)
    inbound.receive(text_in("Hello", sender=STRANGER), later(4), POLICY)
    sending.addressee(draft(), POLICY)
    consent.record("x", CUSTOMER, consent.Statement("opt_in", "form", NOON), later(5))


def journey_again() -> None:
    """A program's text is changed, fails and is tried again; another is corrected, one refused."""
    message = queued("Your keys are ready", later(1), send_at=later(60), key="k1")
    revising.reword(message.id, "Your key is ready", TOKEN, later(1), POLICY)
    revising.reschedule(message.id, later(2), later(1), POLICY)
    dispatch.record(leaving(later(2)), accepted_as("SM1"), later(2), TIMING)
    repeating.correct(message.id, "Your keys are ready", TOKEN, later(3), POLICY)
    refreshing.begin(message.id)
    reports.receive(callback("failed", "SM1"), later(4))
    repeating.retry(message.id, TOKEN, later(5), POLICY)
    repeating.retry(message.id, TOKEN, later(6), POLICY)
    broadcasts.send(draft(phone=None), broadcasts.recipients([STRANGER], []), later(7), POLICY)


def journey_place() -> None:
    """A conversation is closed, its channel rests and is followed by another, which is deleted."""
    thread = threads.in_channel("C1", None)
    assert thread
    conversations.set_status(thread.id, "closed", None, TOKEN, later(1))
    keeping.earliest()
    claim = keeping.claim(later(1), TIMING.lease)
    assert claim
    while isinstance(step := keeping.next_step(claim, later(1), archives=True), steps.Keep):
        keeping.kept(step, None, later(1))
    assert isinstance(step, steps.Introduce)
    channels.introduced(step, Shown("1.5"))
    told = keeping.next_step(claim, later(1), archives=True)
    assert isinstance(told, steps.Recount)
    channels.recounted(told, Shown("1.6"), later(1))
    while isinstance(step := keeping.next_step(claim, later(1), archives=True), steps.Keep):
        keeping.kept(step, None, later(1))
    outbox.release(claim)
    history.unseen(thread, Place("C2"))
    profiles.change(thread.contact_id, Profile(add_tags=("vip",)), later(2), POLICY)
    news.renamed("C1", "sms-y", "2.1")
    news.archived("C1", "2.2", TOKEN, later(3))
    news.unarchived("C1", "2.3", TOKEN, later(4))
    news.deleted("C1")
    news.reidentified("C7", "C8")


def journey_advert() -> None:
    """An advertisement is asked about, now and for later; what they had before is looked up."""
    told = consent.Statement("opt_in", "form", NOON, level="written")
    consent.record("w", CUSTOMER, told, later(1))
    wanted_ = draft(purpose="marketing")
    whom = sending.addressee(wanted_, POLICY)
    assert sending.judged(whom, wanted_, later(2), POLICY).allowed
    assert sending.judged(whom, replace(wanted_, send_at=later(60)), later(2), POLICY).allowed


def journey_reply() -> None:
    """A rule answers, then the away message; neither does again."""
    shut()
    rule("hours")
    made = []
    for place, body in enumerate(("hours", "Hours", "Hello", "Anybody there?")):
        text = received(body, later(minutes=20, seconds=place))
        made.append(responding.answer(text, text.created_at, POLICY) is not None)
    assert made == [True, False, True, False]


JOURNEYS = [
    journey_reply,
    journey_in,
    journey_out,
    journey_unclear,
    journey_stop,
    journey_again,
    journey_place,
    journey_advert,
]


@pytest.mark.parametrize("journey", JOURNEYS)
def test_no_query_of_a_journey_scans_a_collection(
    profile: Callable[[], list[dict[str, Any]]], journey: Callable[[], None]
) -> None:
    journey()
    done = profile()
    assert len(done) > 10
    assert [entry["command"] for entry in done if "COLLSCAN" in entry["planSummary"]] == []


@pytest.mark.parametrize("journey", JOURNEYS)
def test_no_query_of_a_journey_reads_the_past(
    profile: Callable[[], list[dict[str, Any]]], journey: Callable[[], None]
) -> None:
    journey()
    costly = [
        (entry["planSummary"], entry["keysExamined"], entry["command"])
        for entry in profile()
        if entry.get("keysExamined", 0) > MOST_KEYS or entry.get("docsExamined", 0) > MOST_KEYS
    ]
    assert costly == []


@pytest.mark.usefixtures("db")
def test_making_the_indexes_again_changes_nothing(db: Documents) -> None:
    def names() -> dict[str, set[str]]:
        return {
            noun._get_collection().name: set(noun._get_collection().index_information())
            for noun in NOUNS
        }

    before = names()
    assert ensure_indexes() == ensure_indexes()
    assert names() == before


@pytest.mark.usefixtures("db")
def test_every_index_is_made_under_its_name() -> None:
    made = ensure_indexes()
    assert len(made) == len(set(made)) == sum(len(noun.INDEXES) for noun in NOUNS)
    for noun in NOUNS:
        there = set(noun._get_collection().index_information()) - {"_id_"}
        assert there == {index.document["name"] for index in noun.INDEXES}


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("query", ["760", "jane", "jane 0111"])
def test_a_search_for_contacts_is_served_by_one_index_filter_and_order(query: str) -> None:
    received()
    match: dict[str, Any] = {"$and": [{"terms": term} for term in wanted(query)]}
    cursor = Contact._get_collection().find(match).sort([("createdAt", -1), ("_id", -1)])
    plan = str(cursor.explain()["queryPlanner"]["winningPlan"])
    assert "'indexName': 'search'" in plan
    assert "'stage': 'SORT'" not in plan


@pytest.mark.usefixtures("db")
def test_null_is_stored_nowhere_in_unique_optional_fields() -> None:
    received()
    queued(key="1")
    queued(key="2")
    raw = Message._get_collection().find({"direction": "outbound"})
    assert all("twilioMessageSid" not in row for row in raw)
    assert Message._get_collection().count_documents({"twilioMessageSid": None}) == 2
    assert "email" not in (Contact._get_collection().find_one() or {})
