"""GraphQL over HTTP, rule by rule: media types, status codes, parameters."""

import gzip
import json
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.negotiation import EVENTS, JSON, RESPONSE, chosen
from tests.graph.conftest import Api
from tests.graph.desk import Program, http, program

VIEWER = "{ viewer { name } }"
NEEDS = "query ($id: ID!) { contact(id: $id) { id } }"
REQUEST_ERRORS = {
    "not parsed": {"query": "{"},
    "not valid": {"query": "{ nothing }"},
    "not coerced": {"query": NEEDS},
    "wrong variable": {"query": NEEDS, "variables": {"id": [[]]}},
    "too costly": {"query": "{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }"},
}


def ask(me: Program, body: Any, accept: str | None = JSON, **headers: str) -> httpx2.Response:
    """One request; `accept` None sends no such header."""
    given = me.headers | {"content-type": JSON} | headers
    wanted = {} if accept is None else {"accept": accept}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = http().build_request("POST", me.url, content=content, headers=given | wanted)
    if accept is None:
        del request.headers["accept"]
    return http().send(request)


def kind(reply: httpx2.Response) -> str:
    return str(reply.headers["content-type"])


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("*/*;q=0.1, text/html", JSON),
        (JSON, JSON),
        ("Application/JSON; charset=UTF-8", JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}; charset=utf-8", RESPONSE),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (f"{JSON}, {RESPONSE}", RESPONSE),
        (f"{RESPONSE};q=0.1, {JSON};q=0.2", JSON),
        (f"{RESPONSE};q=0, */*", JSON),
        (f"{JSON};q=0, application/*", RESPONSE),
        (f"{JSON}, {EVENTS}", JSON),
        (EVENTS, EVENTS),
        ("text/html, */*;q=0", None),
        ("text/html", None),
        (f"{JSON};q=0", None),
        (f"{JSON};q=many", None),
        (f"{JSON};charset=latin-1", None),
        (",", None),
        ("nonsense", None),
    ],
)
def test_the_media_type_is_negotiated(accept: str | None, expected: str | None) -> None:
    assert chosen(accept) == expected


@given(st.text())
def test_any_accept_header_is_understood_somehow(accept: str) -> None:
    assert chosen(accept) in (None, JSON, RESPONSE, EVENTS)


@pytest.mark.parametrize("accept", [None, "*/*", JSON, RESPONSE])
def test_an_answer_is_of_the_kind_that_is_wanted_and_in_utf8(
    me: Program, accept: str | None
) -> None:
    reply = ask(me, {"query": VIEWER}, accept)
    wanted = RESPONSE if accept == RESPONSE else JSON
    assert (reply.status_code, kind(reply)) == (200, f"{wanted}; charset=utf-8")
    assert reply.json() == {"data": {"viewer": {"name": "Test program"}}}


def test_an_answer_is_kept_by_nobody_on_the_way(me: Program) -> None:
    reply = ask(me, {"query": VIEWER})
    assert (reply.headers["cache-control"], reply.headers["vary"]) == ("no-store", "Accept")


@pytest.mark.parametrize("body", REQUEST_ERRORS.values(), ids=REQUEST_ERRORS)
def test_what_is_not_executed_is_a_400_of_graphqls_own_kind(me: Program, body: Any) -> None:
    reply = ask(me, body, RESPONSE)
    assert (reply.status_code, kind(reply)) == (400, f"{RESPONSE}; charset=utf-8")
    assert list(reply.json()) == ["errors"]


@pytest.mark.parametrize("body", REQUEST_ERRORS.values(), ids=REQUEST_ERRORS)
def test_what_is_not_executed_is_a_200_of_the_older_kind(me: Program, body: Any) -> None:
    reply = ask(me, body, JSON)
    assert (reply.status_code, list(reply.json())) == (200, ["errors"])


def test_what_fails_when_executed_has_data(me: Program) -> None:
    reply = ask(me, {"query": "{ contact { id } }"}, RESPONSE)
    assert (reply.status_code, reply.json()["data"]) == (200, {"contact": None})
    failed = ask(me, {"query": '{ contacts(after: "x") { nodes { id } } }'}, RESPONSE)
    assert (failed.status_code, failed.json()["data"]) == (200, None)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b'{"query": "\\ud800"}', "JSON"),
        (b'{"query": NaN}', "JSON"),
        (b"[" * 5_000 + b"]" * 5_000, "JSON"),
        (b"7", "object"),
        (b"{}", "query"),
        (b'{"query": ""}', "query"),
        (b'{"query": null}', "query"),
        (b'{"query": 7}', "`query` must be a string"),
        (b'{"query": "{ a }", "variables": []}', "`variables` must be an object"),
        (b'{"query": "{ a }", "operationName": {}}', "`operationName` must be a string"),
        (b'{"query": "{ a }", "extensions": "x"}', "`extensions` must be an object"),
        (b"[]", "Batches"),
        (b'[{"query": "{ a }"}]', "Batches"),
    ],
)
def test_a_body_that_is_no_request_is_a_400(me: Program, body: bytes, told: str) -> None:
    for accept in (JSON, RESPONSE):
        reply = ask(me, body, accept)
        (error,) = reply.json()["errors"]
        assert (reply.status_code, error["extensions"]["code"]) == (400, "INVALID_INPUT")
        assert told in error["message"]


def test_null_and_unknown_parameters_do_no_harm(me: Program) -> None:
    nothing = {"variables": None, "operationName": None, "extensions": None}
    reply = ask(me, {"query": VIEWER, **nothing, "id": 7, "doc_id": []})
    assert reply.json()["data"]["viewer"]["name"] == "Test program"


def test_one_of_several_operations_is_chosen_by_its_name(me: Program) -> None:
    query = "query A { __typename } query B { viewer { name } }"
    chosen = ask(me, {"query": query, "operationName": "B"})
    assert list(chosen.json()["data"]) == ["viewer"]
    for name in (None, "C", ""):
        reply = ask(me, {"query": query, "operationName": name}, RESPONSE)
        assert (reply.status_code, "data" in reply.json()) == (400, False)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/graphql"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-encoding": "gzip"},
    ],
)
def test_another_kind_of_body_is_a_415(me: Program, headers: dict[str, str]) -> None:
    body = gzip.compress(b'{"query": "{ __typename }"}')
    reply = ask(me, body, **headers)
    assert reply.status_code == 415
    assert reply.json()["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


@pytest.mark.parametrize("given", ["application/json;charset=UTF-8", "APPLICATION/JSON"])
def test_a_content_type_may_be_written_in_any_way(me: Program, given: str) -> None:
    reply = ask(me, {"query": VIEWER}, **{"content-type": given})
    assert reply.json()["data"]["viewer"]["name"] == "Test program"


def test_an_answer_that_nobody_can_read_is_not_given(me: Program) -> None:
    reply = ask(me, {"query": VIEWER}, "text/html")
    assert reply.status_code == 406
    assert RESPONSE in reply.json()["errors"][0]["message"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_post_is_allowed(me: Program, method: str) -> None:
    reply = http().request(method, me.url, params={"query": VIEWER}, headers=me.headers)
    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")


def test_a_link_does_nothing_even_where_the_explorer_is(api: Api) -> None:
    me = program(api(graphiql=True), "read")
    reply = http().get(me.url, params={"query": VIEWER}, headers=me.headers)
    assert reply.status_code == 405


def test_a_subscription_says_which_way_to_take(me: Program) -> None:
    reply = ask(me, {"query": "subscription { messages { cursor } }"})
    (error,) = reply.json()["errors"]
    assert (reply.status_code, error["extensions"]["code"]) == (400, "INVALID_INPUT")


@pytest.mark.parametrize("accept", [JSON, RESPONSE, EVENTS])
def test_a_stranger_gets_a_401_in_every_kind(url: str, accept: str) -> None:
    reply = ask(Program(url, None), {"query": VIEWER}, accept)
    assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer")
    assert reply.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_token_in_the_address_is_no_token(me: Program) -> None:
    for name in ("authorization", "token", "access_token"):
        reply = http().post(me.url, params={name: f"Bearer {me.secret}"}, json={"query": VIEWER})
        assert reply.status_code == 401
