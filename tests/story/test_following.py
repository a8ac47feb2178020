"""A program that follows the API sees every step of a conversation, in order."""

import asyncio
from typing import Any

import pytest

from tests.graph.desk import Program
from tests.graph.wire import Stream, connected, cursor
from tests.story.world import World, somebody

pytestmark = pytest.mark.timeout(600)

STEPS = """subscription ($phone: Phone!, $after: Cursor!) { messages(phone: $phone, after: $after) {
  change cursor id status message { direction body } } }"""
ORDER = ["HELD", "SENDING", "QUEUED", "SENT", "DELIVERED"]


async def _steps(stream: Stream) -> list[dict[str, Any]]:
    """Every event up to the delivery."""
    seen: list[dict[str, Any]] = []
    while not seen or seen[-1]["status"] != "DELIVERED":
        seen.append(await stream.event())
    return seen


async def test_a_subscriber_sees_every_step_of_text_and_answer(world: World) -> None:
    phone, me = somebody(), Program(f"{world.url}/graphql", world.token)
    async with connected(me) as line:
        stream = await line.subscribe(STEPS, phone=phone, after=await cursor(me))
        await asyncio.to_thread(_converse, world, phone)
        seen = await _steps(stream)
    cursors = [event["cursor"] for event in seen]
    assert cursors == sorted(set(cursors))
    assert (seen[0]["change"], seen[0]["status"]) == ("ADDED", "RECEIVED")
    out = [one for one in seen if one["message"]["direction"] == "OUTBOUND"]
    assert out[0]["change"] == "ADDED"
    assert {one["message"]["body"] for one in out} == {"We do"}
    steps = [one["status"] for one in out]
    assert sorted(set(steps), key=ORDER.index) == list(dict.fromkeys(steps))
    assert {steps[0], steps[-1]} == {"HELD", "DELIVERED"}


def _converse(world: World, phone: str) -> None:
    """A customer asks, an agent answers, the answer arrives."""
    world.text(phone, f"Do you deliver, {phone}?")
    place = world.place(f"Do you deliver, {phone}?")
    place.joined()
    place.write("We do")
    world.reached(phone, "We do")
