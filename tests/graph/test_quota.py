"""What one token may ask for in a minute, over HTTP and over WebSockets."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from starlette.applications import Starlette

from domain.allowance import Allowance
from graph.quota import Quota
from tests.clock import FakeClock
from tests.graph.conftest import mounted
from tests.graph.desk import Program, person, program
from tests.graph.wire import connected
from tests.server import serving

VIEWER = "{ viewer { name } }"
TWICE = "{ a: viewer { name } b: viewer { name } }"
CONTACTS = "{ contacts(first: 50) { nodes { id } } }"
NOTES = """mutation($id: ID!) { one: addNote(contactId: $id, text: "Rang") { ...said }
  other: addNote(contactId: $id, text: "Rang again") { ...said } }
fragment said on ActivityResult { ... on Activity { id } ... on Problem { code retryAt help } }"""
Limited = Callable[..., str]


@pytest.fixture
def limited(db: object, clock: FakeClock) -> Iterator[Limited]:
    """`limited(requests, nodes)`: the address of an API with those limits."""
    with ExitStack() as stack:

        def start(requests: int = 0, nodes: int = 0) -> str:
            quota = Quota(Allowance(requests), Allowance(nodes))
            app = Starlette(routes=mounted("/graphql", clock=clock, quota=quota))
            return stack.enter_context(serving(app)) + "/graphql"

        yield start


def test_too_many_requests_are_429_with_the_seconds_to_wait(limited: Limited) -> None:
    me = program(limited(requests=3), "read")
    assert all(me.ask(VIEWER) for _ in range(3))
    reply = me.post(VIEWER)
    assert reply.status_code == 429
    assert 1 <= int(reply.headers["retry-after"]) <= 60
    assert reply.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


def test_each_root_field_counts(limited: Limited) -> None:
    me = program(limited(requests=2), "read")
    assert me.ask(TWICE)
    assert me.refused(VIEWER)["extensions"]["code"] == "RATE_LIMITED"


def test_another_token_is_not_concerned(limited: Limited) -> None:
    url = limited(requests=1)
    one, other = program(url, "read"), program(url, "read")
    for _ in range(3):
        one.post(VIEWER)
    assert other.ask(VIEWER)


def test_nodes_count_however_few_requests_they_are(limited: Limited) -> None:
    me = program(limited(nodes=100), "read")
    assert me.ask(CONTACTS)
    assert me.ask(CONTACTS)
    assert me.refused(CONTACTS)["extensions"]["code"] == "RATE_LIMITED"


def test_a_mutation_is_a_problem_that_says_when(limited: Limited) -> None:
    me, own = program(limited(requests=1), "write"), str(person().id)
    told = me.ask(NOTES, id=own)
    assert "id" in told["one"]
    other = told["other"]
    assert (other["code"], bool(other["retryAt"]), bool(other["help"])) == (
        "RATE_LIMITED",
        True,
        True,
    )


def test_a_wrong_token_uses_nothing_and_is_not_remembered(limited: Limited) -> None:
    url = limited(requests=1)
    stranger = Program(url, "tl_" + "x" * 43)
    for _ in range(3):
        assert stranger.post(VIEWER).status_code == 401
    assert program(url, "read").ask(VIEWER)


async def test_a_websocket_has_no_more(limited: Limited) -> None:
    url = limited(requests=2)
    me = program(url, "read")
    assert me.ask(TWICE)
    async with connected(me) as line:
        told: Any = await (await line.subscribe(VIEWER)).next()
    assert told["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
