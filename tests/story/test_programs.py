"""A program's texts, as agents see them in Slack and Twilio carries them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.graph.desk import Program
from tests.story.world import World, until

pytestmark = pytest.mark.timeout(600)
THREAD = "query($p: Phone) { messages(filter: {phone: $p}, first: 1) { nodes { thread { id } } } }"
SEND = """mutation($t: ID!, $body: String!, $at: DateTime) {
  sendMessage(input: {threadId: $t, body: $body, sendAt: $at}) { ... on Message { id } } }"""
UPDATE = """mutation($id: ID!, $body: String!) {
  updateMessage(id: $id, body: $body) { ... on Message { body } } }"""
CANCEL = "mutation($id: ID!) { cancelMessage(id: $id) { ... on Message { status } } }"
CORRECT = """mutation($id: ID!, $body: String!) {
  sendCorrection(id: $id, body: $body) { ... on Message { id } } }"""
REFRESH = """mutation($id: ID!) { refreshMessage(id: $id) {
  ... on Message { status price } ... on Problem { code message } } }"""


def ask(world: World, query: str, **variables: Any) -> dict[str, Any]:
    """The one result of an operation."""
    return dict(Program(f"{world.url}/graphql", world.token).do(query, **variables))


def thread_of(world: World, phone: str) -> str:
    """The conversation with that number."""
    (text,) = ask(world, THREAD, p=phone)["nodes"]
    return str(text["thread"]["id"])


def test_a_scheduled_text_is_shown_as_it_is_changed_and_called_back(world: World) -> None:
    phone, channel = world.conversation()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    made = ask(world, SEND, t=thread_of(world, phone), body="At nine", at=tomorrow)
    until(lambda: "At nine" in channel.shown(), "the scheduled text")
    ask(world, UPDATE, id=made["id"], body="At ten")
    until(lambda: "At ten" in channel.shown(), "the new words")
    assert "At nine" not in channel.shown()
    ask(world, CANCEL, id=made["id"])
    until(lambda: "Called back" in str(channel.channel()["messages"]), "that it was called back")
    assert world.bodies(phone) == []


def test_a_text_is_corrected_and_its_price_found_out(world: World) -> None:
    phone, channel = world.conversation()
    made = ask(world, SEND, t=thread_of(world, phone), body="At nine")
    world.reached(phone, "At nine")
    until(lambda: ask(world, REFRESH, id=made["id"]).get("status") == "DELIVERED", "the status")
    assert ask(world, REFRESH, id=made["id"])["price"] == "0.00790"
    ask(world, CORRECT, id=made["id"], body="At ten, sorry")
    world.reached(phone, "At nine", "At ten, sorry")
    until(lambda: channel.shown()[-2:] == ["At nine", "At ten, sorry"], "both in the channel")
