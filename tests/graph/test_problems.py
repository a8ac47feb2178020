"""What fails unexpectedly says so under an id, and tells nothing of what is inside."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, OperationFailure
from structlog.testing import capture_logs

from domain.ports import Change
from graph.problems import AWAY, MASKED
from tests.clock import NOON
from tests.graph.conftest import Api
from tests.graph.desk import Program, http, program
from tests.graph.wire import connected, opened

SECRET = "mongodb://jane:s3cret@db.internal/crm"
CREATE = """mutation {
  createContact(input: { firstName: "A", lastName: "B", phone: "7605551234" }) {
    ... on Problem { code }
  }
}"""
LISTEN = "subscription { messages { cursor } }"
FAILURES = [
    RuntimeError(SECRET),
    OperationFailure(SECRET),
    KeyError(SECRET),
    AssertionError(SECRET),
]


class Failing:
    """A clock with which everything that looks at the time fails, once it is `broken`."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.broken = True

    def now(self) -> Any:
        if self.broken:
            raise self.error
        return NOON


class FailingFeed:
    """A feed whose stream breaks with words that nobody may see."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __aiter__(self) -> AsyncIterator[Change]:
        return self

    async def __anext__(self) -> Change:
        raise self.error

    async def cursor(self) -> str:
        raise self.error

    @asynccontextmanager
    async def follow(self, after: str | None) -> AsyncIterator[AsyncIterator[Change]]:
        yield self


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_the_unexpected_is_masked_and_noted(api: Api, error: Exception) -> None:
    me = program(api(clock=Failing(error)), "read", "write")
    for query in ("{ viewer { name } }", CREATE):
        with capture_logs() as logs:
            told = me.refused(query)
        assert (told["message"], told["extensions"]["code"]) == (MASKED, "INTERNAL")
        assert [one["id"] for one in logs] == [told["extensions"]["id"]]
        assert SECRET not in json.dumps(told) + str(logs)


def test_a_database_that_is_away_is_said_so(api: Api) -> None:
    me = program(api(clock=Failing(AutoReconnect(SECRET))), "read", "write")
    for query in ("{ viewer { name } }", CREATE):
        told = me.refused(query)
        assert (told["message"], told["extensions"]) == (AWAY, {"code": "UPSTREAM_ERROR"})
    upload = me.send("{ viewer { name } }", b"x")  # known before the file is read
    assert upload.status_code == 503
    assert upload.json()["errors"][0]["extensions"] == {"code": "UPSTREAM_ERROR"}


async def test_a_database_that_is_away_closes_the_door_of_a_socket(api: Api) -> None:
    me = program(api(clock=Failing(AutoReconnect(SECRET))), "read")
    async with opened(me) as line:
        await line.send(type="connection_init", payload=me.headers)
        assert await line.closed() == 1013


@pytest.mark.parametrize("error", FAILURES[:2], ids=lambda error: type(error).__name__)
async def test_a_stream_that_breaks_ends_with_an_id(api: Api, error: Exception) -> None:
    me = program(api(feed=FailingFeed(error)), "read")
    with capture_logs() as logs:
        async with connected(me) as line:
            payload = await (await line.subscribe(LISTEN)).next()
    told = payload["errors"][0]
    assert (told["message"], told["extensions"]["code"]) == (MASKED, "INTERNAL")
    assert [one["id"] for one in logs] == [told["extensions"]["id"]]
    assert SECRET not in json.dumps(payload) + str(logs)


def test_events_that_break_end_with_an_id(api: Api) -> None:
    me = program(api(feed=FailingFeed(RuntimeError(SECRET))), "read")
    headers = me.headers | {"accept": "text/event-stream"}
    told = http().post(me.url, json={"query": LISTEN}, headers=headers).text
    assert "INTERNAL" in told
    assert SECRET not in told


async def test_a_socket_outlives_what_breaks_on_it(api: Api) -> None:
    clock = Failing(RuntimeError(SECRET))
    clock.broken = False
    async with connected(program(api(clock=clock), "read")) as line:
        clock.broken = True
        told = await (await line.subscribe("{ viewer { name } }")).next()
        assert told["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert (await line.receive())["type"] == "complete"
        clock.broken = False
        told = await (await line.subscribe("{ viewer { name } }")).next()
        assert told["data"]["viewer"]["name"] == "Test program"


def test_what_is_wrong_with_input_is_told_field_by_field(me: Program) -> None:
    query = """mutation ($input: CreateContactInput!) {
      createContact(input: $input) { ... on Problem { code fields { field message } } }
    }"""
    wrong = {"firstName": "", "lastName": "D", "phone": "7605551234", "email": "nowhere"}
    problem = me.do(query, input=wrong)
    assert problem["code"] == "INVALID_INPUT"
    assert {one["field"] for one in problem["fields"]} <= {"firstName", "email"}
    assert all(one["message"] for one in problem["fields"])
