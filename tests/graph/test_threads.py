"""A program works on conversations over the API, as an agent does in Slack."""

from datetime import timedelta
from typing import Any

import pytest

from domain.model import Activity, Number, Thread
from domain.services import agents
from domain.services.consent import reading
from domain.services.desk import waking
from domain.values import Person
from tests.clock import NOON, FakeClock
from tests.graph.desk import Program, answered, conversation, doubted, person, program, text
from tests.graph.wire import connected, cursor

SHOWN = """... on Thread { id status snoozedUntil unreadCount heldForReview
    assignedTo { id name active } contact { name } slackChannel { channelId replyMode } }
  ... on Problem { code message fields { field } } } }"""
ASSIGN = "mutation($id: ID!, $to: ID) { assignThread(id: $id, agentId: $to) { " + SHOWN
STATUS = (
    "mutation($id: ID!, $status: ThreadStatus!, $until: DateTime) "
    "{ setThreadStatus(id: $id, status: $status, snoozedUntil: $until) { " + SHOWN
)
MODE = "mutation($id: ID!, $mode: ReplyMode!) { setThreadMode(id: $id, replyMode: $mode) { " + SHOWN
MOVE = "mutation($id: ID!, $own: Boolean!) { moveThread(id: $id, ownChannel: $own) { " + SHOWN
READ = "mutation($id: ID!, $upTo: ID!) { markThreadRead(id: $id, upTo: $upTo) { " + SHOWN
DECIDE = (
    "mutation($id: ID!, $optOut: Boolean!, $note: String) "
    "{ decideRevocation(threadId: $id, optOut: $optOut, note: $note) { " + SHOWN
)
CHANNEL = {"step": "ready", "tries": 0, "channelId": "C1", "teamId": "T1", "name": "sms-jane"}
NOBODY = "0" * 24
GIVEN: dict[str, dict[str, Any]] = {
    ASSIGN: {"to": None},
    STATUS: {"status": "CLOSED"},
    MODE: {"mode": "INTERNAL"},
    MOVE: {"own": False},
    READ: {"upTo": NOBODY},
    DECIDE: {"optOut": True},
}


@pytest.fixture
def thread(url: str) -> Thread:
    """A conversation in its own channel; Ann may answer it."""
    agents.learn(Person("U1", "T1", "Ann", None, False, False, False, False), NOON)
    return conversation(person(), channel=CHANNEL)


def test_an_agent_is_assigned_and_taken_off(me: Program, thread: Thread) -> None:
    given = me.do(ASSIGN, id=str(thread.id), to="U1")
    assert given["assignedTo"] == {"id": "U1", "name": "Ann", "active": True}
    assert given["contact"] == {"name": "Jane Doe"}
    assert me.do(ASSIGN, id=str(thread.id), to=None)["assignedTo"] is None
    lines = Activity.objects.order_by("id")
    assert [one.text for one in lines] == ["Assigned to Ann.", "Assigned to nobody."]
    assert {one.author.key for one in lines} == {me.token_id}


@pytest.mark.parametrize("agent_id", ["", "U9", "\0", "x" * 10_000, "👩‍💼", "\u202eU1"])
def test_nobody_unknown_is_assigned(me: Program, thread: Thread, agent_id: str) -> None:
    refused = me.do(ASSIGN, id=str(thread.id), to=agent_id)
    assert (refused["code"], refused["fields"]) == ("INVALID_INPUT", [{"field": "agentId"}])


def test_a_snoozed_conversation_wakes_up(me: Program, thread: Thread, clock: FakeClock) -> None:
    until = NOON + timedelta(hours=3)
    asleep = me.do(STATUS, id=str(thread.id), status="SNOOZED", until=until.isoformat())
    assert (asleep["status"], asleep["snoozedUntil"]) == ("SNOOZED", "2026-03-04T23:00:00.000Z")
    waking.wake(clock.advance(hours=3))
    query = "query($id: ID!) { thread(id: $id) { status snoozedUntil } }"
    awake = me.ask(query, id=str(thread.id))["thread"]
    assert awake == {"status": "OPEN", "snoozedUntil": None}


@pytest.mark.parametrize(
    ("status", "until"),
    [
        ("SNOOZED", None),
        ("SNOOZED", "2026-03-04T20:00:00Z"),
        ("SNOOZED", "9999-12-31T23:59:59Z"),
        ("SNOOZED", "0001-01-01T00:00:00Z"),
        ("OPEN", "2026-03-05T20:00:00Z"),
        ("CLOSED", "2026-03-05T20:00:00Z"),
    ],
)
def test_status_and_moment_must_fit(
    me: Program, thread: Thread, status: str, until: str | None
) -> None:
    refused = me.do(STATUS, id=str(thread.id), status=status, until=until)
    assert (refused["code"], refused["fields"]) == ("INVALID_INPUT", [{"field": "snoozedUntil"}])
    assert Thread.objects.get().rev == thread.rev


def test_a_conversation_is_closed_and_opened(me: Program, thread: Thread) -> None:
    assert me.do(STATUS, id=str(thread.id), status="CLOSED")["status"] == "CLOSED"
    assert me.do(STATUS, id=str(thread.id), status="OPEN")["status"] == "OPEN"


def test_a_channel_is_turned_internal(me: Program, thread: Thread) -> None:
    after = me.do(MODE, id=str(thread.id), mode="INTERNAL")
    assert after["slackChannel"] == {"channelId": "C1", "replyMode": "INTERNAL"}


def test_a_conversation_is_moved_and_told_when_it_cannot_be(me: Program, thread: Thread) -> None:
    assert me.do(MOVE, id=str(thread.id), own=False)["slackChannel"]["channelId"] == "C1"
    assert Thread.objects.get().channel.step == "anchoring"
    Thread.objects.update(set__channel__tried_at=NOON)
    assert me.do(MOVE, id=str(thread.id), own=True)["code"] == "CONFLICT"


def test_what_was_seen_is_read_and_what_came_after_stays_unread(
    me: Program, thread: Thread
) -> None:
    seen, _ = (text(thread, place, position=thread.position + place) for place in (1, 2))
    assert me.do(READ, id=str(thread.id), upTo=str(seen.id))["unreadCount"] == 1
    assert me.do(READ, id=str(thread.id), upTo=NOBODY)["fields"] == [{"field": "upTo"}]


def test_a_held_conversation_is_decided_once(me: Program, thread: Thread) -> None:
    waiting = answered(thread, status="queued", dispatch={"state": "due", "due_at": NOON})
    doubted(thread)
    after = me.do(DECIDE, id=str(thread.id), optOut=True, note="Leave me alone 🙏")
    assert not after["heldForReview"]
    _, event = reading.of_phone(thread.phone)
    assert (event.method, event.note, event.recorded_from_ip) == (
        "api",
        "Leave me alone 🙏",
        "127.0.0.1",
    )
    assert (Number.objects.get().blocked, type(waiting).objects.get().status) == (True, "canceled")
    assert me.do(DECIDE, id=str(thread.id), optOut=False)["code"] == "CONFLICT"


def test_a_long_note_is_refused_before_anything_happens(me: Program, thread: Thread) -> None:
    doubted(thread)
    refused = me.do(DECIDE, id=str(thread.id), optOut=True, note="x" * 5_000)
    assert refused["fields"] == [{"field": "note"}]
    assert [one.action for one in reading.of_phone(thread.phone)] == ["held"]
    assert Thread.objects.get().held_for_review


async def test_whoever_follows_hears_of_the_hold_and_of_its_end(
    me: Program, thread: Thread
) -> None:
    after = await cursor(me)
    doubted(thread)
    me.do(DECIDE, id=str(thread.id), optOut=False)
    shown = "{ change thread { heldForReview } }"
    query = f"subscription($after: Cursor) {{ threads(after: $after) {shown} }}"
    async with connected(me) as line:
        stream = await line.subscribe(query, after=after)
        seen = [(await stream.event())["thread"] for _ in range(2)]
    assert seen[-1] == {"heldForReview": False}


async def test_whoever_follows_sees_each_change_once_and_the_waking(
    me: Program, thread: Thread
) -> None:
    after, until = await cursor(me), (NOON + timedelta(hours=3)).isoformat()
    for _ in range(2):
        me.do(ASSIGN, id=str(thread.id), to="U1")
        me.do(STATUS, id=str(thread.id), status="SNOOZED", until=until)
    waking.wake(NOON + timedelta(hours=3))
    me.do(MODE, id=str(thread.id), mode="INTERNAL")
    query = "subscription($after: Cursor) { threads(after: $after) { change } }"
    async with connected(me) as line:
        stream = await line.subscribe(query, after=after)
        seen = [(await stream.event())["change"] for _ in range(4)]
    assert seen == ["UPDATED", "STATUS", "STATUS", "UPDATED"]


@pytest.mark.parametrize("mutation", GIVEN, ids=["assign", "status", "mode", "move", "read", "no"])
def test_what_is_no_conversation_is_not_found(me: Program, mutation: str) -> None:
    contact = person()
    for wrong in (NOBODY, str(contact.id), "nonsense", "\0", "x" * 10_000):
        assert me.do(mutation, id=wrong, **GIVEN[mutation])["code"] == "NOT_FOUND"
    assert Activity.objects.count() == 0


@pytest.mark.parametrize("mutation", GIVEN, ids=["assign", "status", "mode", "move", "read", "no"])
def test_a_reader_changes_nothing(url: str, thread: Thread, mutation: str) -> None:
    given: dict[str, Any] = {"id": str(thread.id)} | GIVEN[mutation]
    assert program(url, "read").do(mutation, **given)["code"] == "FORBIDDEN"
    assert Thread.objects.get() == thread
