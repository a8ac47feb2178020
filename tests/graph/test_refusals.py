"""What is malformed, too large or unexpected is answered in JSON, and tells nothing internal."""

import json
from typing import Any

import httpx2
import pytest
from graphql import GraphQLError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.errors import AutoReconnect
from structlog.testing import capture_logs

from graph import problems
from tests.graph.conftest import Api
from tests.graph.desk import Program, http, person, program

JSON = {"content-type": "application/json"}


def raw(me: Program, body: bytes, **headers: str) -> httpx2.Response:
    """One request, byte by byte."""
    given = JSON | me.headers | headers
    return http().post(me.url, content=body, headers=given)


def fine(reply: httpx2.Response) -> bool:
    """A 4xx, or errors in a 200; in JSON with a code, whatever it is."""
    told = reply.json()["errors"]
    return reply.status_code < 500 and all(one["extensions"]["code"] for one in told)


VIEWER = "{ viewer { name } }"
BODIES = [
    *(b"", b"{", b"null", b"[]", b"[1]", b'"text"', b"7", b"{}", b"\xff\xfe"),
    *(b'{"query": 5}', b'{"query": null}', b'{"query": ""}', b'{"query": "{"}'),
    *(b'{"query": "{ nothing }"}', b'{"query": "\\ud800"}', b'{"query": ["{ __typename }"]}'),
    b'[{"query": "{ __typename }"}]',
    b'{"query": "{ __typename }", "variables": []}',
    b'{"query": "{ __typename }", "variables": "x"}',
    b'{"query": "{ __typename }", "operationName": 7}',
    b'{"query": "{ __typename }", "operationName": "Other"}',
    b'{"query": "{ __typename }", "extensions": 7}',
    b'{"query": "subscription { messages { cursor } }"}',
    b'{"query": "fragment A on Query { ...A } query { ...A }"}',
    b'{"query": "{ ...Nowhere }"}',
    b'{"query": "{ contact(id: 7.5) { id } }"}',
    b'{"query": "{ contact(id: \\"\\\\ud800\\") { id } }"}',
    b'{"query": "{ contact(id: \\"\\\\u{110000}\\") { id } }"}',
]


@pytest.mark.parametrize("body", BODIES)
def test_a_malformed_request_is_the_clients_mistake(me: Program, body: bytes) -> None:
    reply = raw(me, body)
    assert fine(reply), (reply.status_code, reply.text)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", ""])
def test_another_content_type_is_refused(me: Program, kind: str) -> None:
    body = json.dumps({"query": "{ viewer { name } }"}).encode()
    reply = raw(me, body, **{"content-type": kind})
    assert 400 <= reply.status_code < 500
    assert reply.json()["errors"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_refused(me: Program, method: str) -> None:
    reply = http().request(method, me.url, headers=me.headers)
    assert 400 <= reply.status_code < 500


@pytest.mark.parametrize(
    "query", ["{ viewer { name } }", "mutation { cancelMessage(id: 1) { __typename } }"]
)
def test_nothing_is_done_by_a_link(me: Program, query: str) -> None:
    reply = http().get(me.url, params={"query": query}, headers=me.headers)
    assert reply.status_code == 405
    assert fine(reply)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["query", "variables", "operationName", "extensions", "x"]), inner
            )
        ),
        max_leaves=6,
    )
)
def test_no_json_whatever_makes_us_fail(me: Program, body: Any) -> None:
    reply = raw(me, json.dumps(body).encode())
    assert reply.status_code < 500, body
    assert reply.json()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=st.text(max_size=60) | st.integers() | st.floats() | st.lists(st.text(max_size=3)))
@pytest.mark.parametrize(
    "query",
    [
        "query($v: Cursor) { contacts(after: $v) { nodes { id } } }",
        "query($v: Int) { contacts(first: $v) { nodes { id } } }",
        "query($v: String) { contacts(search: $v) { nodes { id } } }",
        "query($v: ID) { contact(id: $v) { id } }",
        "query($v: Phone) { contact(phone: $v) { id } }",
        "query($v: String!) { phone(input: $v) { valid } }",
        "query($v: DateTime) { messages(filter: { created: { from: $v } }) { nodes { id } } }",
        "query($v: String) { messages(filter: { text: $v }) { nodes { id } } }",
        'query($v: String) { previewMessage(input: { to: "7605551234", body: $v }) { body } }',
    ],
)
def test_no_value_whatever_is_an_unexpected_failure(me: Program, query: str, value: Any) -> None:
    try:
        body = json.dumps({"query": query, "variables": {"v": value}}, allow_nan=False)
    except ValueError:
        return
    reply = raw(me, body.encode("utf-8", "surrogatepass"))
    assert reply.status_code < 500
    assert "INTERNAL" not in reply.text, reply.text


@pytest.mark.parametrize("first", [0, -1, 201, 1_000_000])
def test_a_page_has_its_bounds(me: Program, first: int) -> None:
    for query in (
        "query($n: Int) { contacts(first: $n) { nodes { id } } }",
        "query($n: Int) { contacts { nodes { messages(first: $n) { nodes { id } } } } }",
    ):
        person(f"+1760555{abs(first) % 9000 + len(query):04}")
        error = me.refused(query, n=first)
        assert error["extensions"]["code"] in ("INVALID_INPUT", "COST_LIMIT")
    assert (
        "200"
        in me.refused("query($n: Int) { threads(first: $n) { totalCount } }", n=first)["message"]
    )


@pytest.mark.parametrize("after", ["x", "", "AAAA", "!!!", "bnVsbA", "A" * 5000])
def test_a_strange_cursor_is_said_so(me: Program, after: str) -> None:
    reply = me.post("query($c: Cursor) { contacts(after: $c) { nodes { id } } }", c=after).json()
    if after:
        assert reply["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
    else:
        assert "errors" not in reply


def test_a_cursor_of_another_list_is_said_so(me: Program) -> None:
    person()
    page = me.ask("{ contacts { pageInfo { endCursor } } }")["contacts"]["pageInfo"]
    error = me.refused(
        "query($c: Cursor) { contacts(after: $c, orderBy: NAME_ASC) { nodes { id } } }",
        c=page["endCursor"],
    )
    assert error["extensions"]["fields"] == [{"field": "after", "message": error["message"]}]


class Broken:
    """A clock that fails with something nobody may see."""

    def now(self) -> Any:
        raise RuntimeError("secret-of-the-house")


def test_the_unexpected_is_masked_and_logged_under_its_id(api: Api) -> None:
    me = program(api(clock=Broken()), "read")
    with capture_logs() as logs:
        error = me.refused("{ viewer { name } }")
    assert "secret" not in json.dumps(error)
    assert error["message"] == problems.MASKED
    (logged,) = [one for one in logs if one["event"] == "graph.unexpected"]
    assert logged["id"] == error["extensions"]["id"]
    assert "secret-of-the-house" not in str(logged)


def test_an_expected_failure_is_not_logged(me: Program) -> None:
    with capture_logs() as logs:
        me.refused("{ contact { id } }")
    assert logs == []


def test_a_database_that_is_away_is_said_so_and_is_no_error_of_ours() -> None:
    away = GraphQLError("x", original_error=AutoReconnect("no primary"))
    shown = problems.told(away)
    assert shown.extensions == {"code": "UPSTREAM_ERROR"}
    assert "Try again" in shown.message
