"""The WebSocket protocol itself: who gets in, and what a clumsy client hears."""

import json
from typing import Any

import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from graph.sockets import MOST_OPERATIONS
from tests import local
from tests.graph.desk import Program, conversation, person, program, text
from tests.graph.wire import PROTOCOL, connected, opened, socket_url

FORBIDDEN, UNAUTHORIZED, MALFORMED, TWICE, TOO_LARGE = 4403, 4401, 4400, 4429, 1009
LATE, TAKEN, UNSPOKEN = 4408, 4409, 4406


@pytest.mark.parametrize(
    "payload",
    [None, {}, {"authorization": "Bearer tl_wrong"}, {"authorization": "tl"}, {"authorization": 7}],
)
async def test_nobody_gets_in_without_a_valid_token(me: Program, payload: dict[str, Any]) -> None:
    async with opened(me) as line:
        await line.send(type="connection_init", payload=payload)
        assert await line.closed() == FORBIDDEN
        assert "API token" in str(line.socket.close_reason)


async def test_the_header_serves_as_well(me: Program) -> None:
    async with opened(me, additional_headers=me.headers) as line:
        await line.send(type="connection_init")
        assert await line.receive() == {"type": "connection_ack"}


async def test_the_parameter_is_found_in_any_case(me: Program) -> None:
    async with opened(me) as line:
        await line.send(type="connection_init", payload={"Authorization": f"bearer {me.secret}"})
        assert await line.receive() == {"type": "connection_ack"}


async def test_nothing_is_answered_before_the_introduction(me: Program) -> None:
    async with opened(me) as line:
        await line.subscribe("{ viewer { name } }")
        assert await line.closed() == UNAUTHORIZED


async def test_one_introduces_oneself_once(me: Program) -> None:
    async with connected(me) as line:
        await line.send(type="connection_init", payload={})
        assert await line.closed() == TWICE


async def test_one_introduces_oneself_soon(brisk: str) -> None:
    async with opened(program(brisk, "read")) as line:
        assert await line.closed() == LATE


async def test_who_introduced_himself_may_stay(brisk: str) -> None:
    async with connected(program(brisk, "read")) as line:
        stream = await line.subscribe("subscription { messages { change } }")
        for _ in range(4):  # checkpoints, which come later than the patience ends
            assert (await stream.next())["data"]["messages"] == {"change": "CHECKPOINT"}


async def test_a_ping_is_answered_before_the_introduction_too(me: Program) -> None:
    async with opened(me) as line:
        await line.send(type="ping", payload={"at": 7})
        assert await line.receive() == {"type": "pong"}


async def test_a_pong_and_the_end_of_nothing_are_taken_silently(me: Program) -> None:
    async with connected(me) as line:
        await line.send(type="pong", payload=None)
        await line.send(type="complete", id="nobody")
        await line.send(type="ping")
        assert await line.receive() == {"type": "pong"}


@pytest.mark.parametrize("own", ["a", "ä" * 400])
async def test_an_id_is_used_once_at_a_time(me: Program, own: str) -> None:
    listen = {"query": "subscription { messages { cursor } }"}
    async with connected(me) as line:
        await line.send(id=own, type="subscribe", payload=listen)
        await line.send(id=own, type="subscribe", payload=listen)
        assert await line.closed() == TAKEN


async def test_an_id_is_free_again_when_its_operation_ended(me: Program) -> None:
    async with connected(me) as line:
        for _ in range(2):
            await line.send(id="1", type="subscribe", payload={"query": "{ viewer { name } }"})
            assert (await line.receive())["type"] == "next"
            assert await line.receive() == {"type": "complete", "id": "1"}


async def test_a_stopped_subscription_is_silent_and_its_id_free(me: Program) -> None:
    async with connected(me) as line:
        await line.send(
            id="1", type="subscribe", payload={"query": "subscription { messages { cursor } }"}
        )
        await line.send(id="1", type="complete")
        await line.send(id="1", type="subscribe", payload={"query": "{ viewer { name } }"})
        assert (await line.receive())["payload"]["data"]["viewer"]["name"] == "Test program"


async def test_a_connection_has_so_many_operations(me: Program) -> None:
    async with connected(me) as line:
        for _ in range(MOST_OPERATIONS):
            await line.subscribe("subscription { messages { cursor } }")
        last = await line.subscribe("{ viewer { name } }")
        # Those that follow hear where they begin, some of them before it is refused.
        while (message := await line.receive())["id"] != last.id:
            assert message["type"] == "next"
    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_a_ping_is_answered(me: Program) -> None:
    async with connected(me) as line:
        await line.send(type="ping")
        assert await line.receive() == {"type": "pong"}


FRAMES = [
    *("", "{", "[]", "7", "null", '"x"', "{}", '{"type": 7}', '{"type": "dance"}', b"\x00\xff"),
    '{"type": "subscribe"}',
    json.dumps({"type": "ü" * 5_000}),
    *('{"type": "ping", "payload": 7}', '{"type": "pong", "payload": []}'),
    *('{"type": "complete"}', '{"type": "complete", "id": ""}', '{"type": "connection_ack"}'),
    '{"type": "connection_init", "payload": []}',
    '{"type": "subscribe", "id": "", "payload": {"query": "{ x }"}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ x }", "extensions": 7}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ x }", "operationName": []}}',
    '{"type": "subscribe", "id": "\\ud800", "payload": {"query": "{ x }"}}',
    "[" * 5_000,
    '{"type": "subscribe", "id": 1, "payload": {"query": "{ x }"}}',
    '{"type": "subscribe", "id": "1", "payload": 7}',
    '{"type": "complete", "id": {}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": 7}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": ""}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ x }", "variables": []}}',
]


@pytest.mark.parametrize("frame", FRAMES)
async def test_a_malformed_frame_closes_with_its_code(
    me: Program, frame: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logs:
        async with connected(me) as line:
            await line.socket.send(frame)
            assert await line.closed() == MALFORMED
    assert logs == []
    assert [one for one in caplog.records if one.levelname in ("ERROR", "CRITICAL")] == []


async def test_a_frame_too_large_closes_with_its_code(me: Program) -> None:
    async with connected(me) as line:
        await line.subscribe("{ viewer { name } }", padding="x" * 1_000_001)
        assert await line.closed() == TOO_LARGE


@pytest.mark.parametrize("query", ["subscription { nothing }", "{", "fish"])
async def test_a_request_that_is_not_valid_ends_with_an_error(me: Program, query: str) -> None:
    async with connected(me) as line:
        stream = await line.subscribe(query)
        message = await line.receive()
    assert (message["id"], message["type"]) == (stream.id, "error")
    assert message["payload"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_queries_and_mutations_are_answered_too(me: Program) -> None:
    cancel = 'mutation { cancelMessage(id: "x") { ... on Problem { code } } }'
    async with connected(me) as line:
        answer = await (await line.subscribe(cancel)).next()
        assert answer["data"] == {"cancelMessage": {"code": "NOT_FOUND"}}
        assert (await line.receive())["type"] == "complete"


async def test_a_page_of_another_origin_does_not_get_in(me: Program) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            socket_url(me),
            subprotocols=[PROTOCOL],
            additional_headers={"origin": "https://evil.example"},
        ):
            pass
    assert refused.value.response.status_code == 403


async def test_another_protocol_is_not_spoken(me: Program) -> None:
    async with connect(socket_url(me), subprotocols=[Subprotocol("graphql-ws")]) as socket:
        await socket.wait_closed()
    assert socket.close_code == UNSPOKEN


async def test_a_protocol_must_be_named(me: Program) -> None:
    async with connect(socket_url(me)) as socket:
        await socket.wait_closed()
    assert socket.close_code == UNSPOKEN


def test_events_come_over_server_sent_events_too(me: Program) -> None:
    thread = conversation(person())
    after = me.ask("{ cursor }")["cursor"]
    text(thread, body="Hello")
    query = "subscription($after: Cursor) { messages(after: $after) { change message { body } } }"
    body = {"query": query, "variables": {"after": after}}
    headers = me.headers | {"accept": "text/event-stream"}
    with local.stream("POST", me.url, json=body, headers=headers) as reply:
        lines = (line for line in reply.iter_lines() if line.startswith("data: {"))
        event = json.loads(next(lines).removeprefix("data: "))
    assert event["data"]["messages"] == {"change": "ADDED", "message": {"body": "Hello"}}


def test_a_stranger_gets_no_server_sent_events(url: str) -> None:
    body = {"query": "subscription { messages { cursor } }"}
    with local.stream("POST", url, json=body, headers={"accept": "text/event-stream"}) as reply:
        told = "".join(reply.iter_text())
    assert "UNAUTHENTICATED" in told


def test_a_program_may_only_listen_over_http_by_events(url: str) -> None:
    reply = program(url, "read").post("subscription { messages { cursor } }")
    assert reply.status_code == 400
