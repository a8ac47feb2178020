"""How far a campaign is, followed: what changes its figures is told together, to the last."""

import pytest
from bson import ObjectId

from domain.model import Campaign, Message
from domain.ports import Change
from domain.rules.status import MessageStatus
from domain.services import messages
from domain.services.campaigns.sending import echoes
from graph.live import _Waiting
from tests.clock import NOON
from tests.domain.audience import people, phone
from tests.domain.build import received
from tests.graph.conftest import Api
from tests.graph.desk import OURS, Program
from tests.graph.follow import TRANSPORTS, following
from tests.graph.test_campaigns import begun, made, steered, turn
from tests.graph.wire import connected, cursor

FOLLOW = """subscription($id: ID!, $after: Cursor) { campaignProgress(id: $id, after: $after) {
  cursor change id campaign { id status counts { audience queued sent delivered replies } } } }"""
COUNT = 5
"""All in one turn."""


def delivered(*places: int) -> None:
    """The texts to these arrive."""
    for place in places:
        match = {"to": phone(place), "direction": "outbound"}
        messages.move(match, MessageStatus.DELIVERED, NOON)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_happens_to_its_texts_is_told_together_and_to_the_end(
    me: Program, transport: str
) -> None:
    own = begun(me, COUNT)
    after = await cursor(me)
    delivered(*range(COUNT))
    async with following(transport, me, FOLLOW, id=own, after=after) as stream:
        events = [await stream.event()]
        while events[-1]["campaign"]["counts"]["delivered"] < COUNT:
            events.append(await stream.event())
    assert len(events) < COUNT, events
    assert {(one["change"], one["id"]) for one in events} == {("UPDATED", own)}
    assert events[-1]["campaign"]["counts"]["sent"] == COUNT


async def test_its_own_steps_are_told_one_by_one(me: Program) -> None:
    people(1)
    own = str(made(me)["id"])
    after = await cursor(me)
    for verb in ("start", "pause", "resume", "cancel"):
        steered(me, verb, own)
    async with connected(me) as line:
        stream = await line.subscribe(FOLLOW, id=own, after=after)
        events = [await stream.event() for _ in range(4)]
    assert [one["change"] for one in events] == ["STATUS"] * 4
    assert events[-1]["campaign"]["status"] == "CANCELED"


async def test_a_cursor_resumes_behind_its_event(me: Program) -> None:
    own = begun(me, 2)
    after = await cursor(me)
    delivered(0)
    async with connected(me) as line:
        first = await (await line.subscribe(FOLLOW, id=own, after=after)).event()
    delivered(1)
    async with connected(me) as line:
        second = await (await line.subscribe(FOLLOW, id=own, after=first["cursor"])).event()
    assert [one["campaign"]["counts"]["delivered"] for one in (first, second)] == [1, 2]
    assert first["cursor"] < second["cursor"]


async def test_who_answers_is_told_too(me: Program) -> None:
    own = begun(me, 2)
    Message.objects.update(set__status="sent", set__attempted_at=NOON)
    after = await cursor(me)
    echoes.hear(received("Yes please", sender=phone(0), recipient=OURS))
    async with connected(me) as line:
        stream = await line.subscribe(FOLLOW, id=own, after=after)
        event = await stream.event()
    assert (event["change"], event["campaign"]["counts"]["replies"]) == ("UPDATED", 1)


async def test_the_list_is_told_when_it_is_whole(me: Program) -> None:
    people(3)
    own = str(made(me, startAt="2026-03-04T20:00:00Z")["id"])
    steered(me, "start", own)
    after = await cursor(me)
    turn()
    async with connected(me) as line:
        stream = await line.subscribe(FOLLOW, id=own, after=after)
        event = await stream.event()
    assert event["campaign"]["counts"]["audience"] == 3


async def test_other_campaigns_are_not_told(me: Program) -> None:
    own, other = begun(me, 1), str(made(me, name="Two")["id"])
    after = await cursor(me)
    steered(me, "start", other)
    delivered(0)
    async with connected(me) as line:
        event = await (await line.subscribe(FOLLOW, id=own, after=after)).event()
    assert (event["id"], event["campaign"]["counts"]["delivered"]) == (own, 1)


async def test_what_is_gone_keeps_its_id(me: Program) -> None:
    own = str(made(me)["id"])
    after = await cursor(me)
    Campaign.objects(id=own).delete()
    async with connected(me) as line:
        event = await (await line.subscribe(FOLLOW, id=own, after=after)).event()
    assert (event["change"], event["id"], event["campaign"]) == ("REMOVED", own, None)


async def test_a_quiet_one_has_checkpoints_and_a_wrong_cursor_ends(me: Program, api: Api) -> None:
    brisk = Program(me.url.replace("/graphql", "/brisk"), me.secret)
    for own in (str(made(me)["id"]), "x"):
        async with connected(brisk) as line:
            stream = await line.subscribe(FOLLOW, id=own)
            (event,) = (await stream.next())["data"].values()
            assert (event["change"], event["campaign"]) == ("CHECKPOINT", None)
    async with connected(me) as line:
        stream = await line.subscribe(FOLLOW, id=own, after="no cursor of ours")
        assert await stream.ended() == "CURSOR_EXPIRED"


def change(cursor: str) -> Change:
    return Change(cursor, "smsmessages", "update", ObjectId(), {}, {})


A, B, C = map(change, "abc")


def test_what_may_wait_is_told_at_the_end_of_its_time() -> None:
    waiting = _Waiting(1.0)
    assert waiting.due(0) is None
    assert waiting.rest(0, 9) == 9
    waiting.take(A, at_once=False)
    assert waiting.due(0) is A
    waiting.take(B, at_once=False)
    waiting.take(C, at_once=False)
    assert waiting.due(0.9) is None
    assert waiting.rest(0.75, 9) == 0.25
    assert waiting.due(1.0) is C
    assert waiting.due(5) is None


def test_what_may_not_wait_is_told_at_once_for_all_before_it() -> None:
    waiting = _Waiting(1.0)
    for one, at in ((A, 0.0), (B, 0.1), (C, 0.2)):
        waiting.take(one, at_once=True)
        assert waiting.due(at) is one
    waiting.take(A, at_once=False)
    waiting.take(B, at_once=True)
    assert waiting.due(0.3) is B
    assert waiting.due(9) is None
