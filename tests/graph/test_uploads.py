"""Multipart requests: who may send one, and what a clumsy or hostile one hears."""

import json
from socket import create_connection
from typing import Any

import httpx2
import pytest
from httpx2 import URL
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from graph.guard import Guard
from tests import local
from tests.conftest import Serve
from tests.graph.desk import Program, http, program

NOTE = """mutation ($v: JSON) {
  createContact(input: {firstName: "A", lastName: "B", phone: "7", customFields: $v}) {
    ... on Problem { code }
  }
}"""
NAMED = "query ($v: ID) { contact(id: $v) { id } }"
VIEWER = "{ viewer { name } }"


def form(operations: Any, places: Any, **files: bytes) -> dict[str, Any]:
    """What makes httpx2 send a multipart form: plain parts first, then the files."""
    given = {"operations": operations, "map": places}
    parts: list[tuple[str, Any]] = [
        (name, (None, value if isinstance(value, str | bytes) else json.dumps(value)))
        for name, value in given.items()
        if value is not None
    ]
    parts += [(name, ("a.csv", content, "text/csv")) for name, content in files.items()]
    return {"files": parts}


def send(me: Program, operations: Any, places: Any, **files: bytes) -> httpx2.Response:
    return http().post(me.url, headers=me.headers, **form(operations, places, **files))


def operation(query: str, value: Any = None) -> dict[str, Any]:
    return {"query": query, "variables": {"v": value}}


def code(reply: httpx2.Response) -> str:
    (error,) = reply.json()["errors"]
    return str(error["extensions"]["code"])


def test_an_operation_may_come_as_a_form(me: Program) -> None:
    reply = send(me, {"query": VIEWER}, {})
    assert reply.json() == {"data": {"viewer": {"name": "Test program"}}}


@pytest.mark.parametrize(
    ("operations", "places"),
    [
        (None, {}),
        ({"query": VIEWER}, None),
        ("", {}),
        ("{", {}),
        ("\x00", {}),
        ('"x"', {}),
        ([{"query": VIEWER}], {}),
        ({"query": VIEWER}, "{"),
        ({"query": VIEWER}, []),
        ({"query": VIEWER}, "null"),
        ({"query": VIEWER}, {"missing": ["variables.v"]}),
        ({"query": VIEWER}, {"file": "variables.v"}),
        ({"query": VIEWER}, {"file": [7]}),
        ({"query": VIEWER}, {"file": ["variables.v"]}),
        ({"query": VIEWER, "variables": None}, {"file": ["variables.v"]}),
        ({"query": VIEWER, "variables": []}, {"file": ["variables.0"]}),
        (operation(VIEWER), {"file": [""]}),
        (operation(VIEWER), {"file": ["query"]}),
        (operation(VIEWER), {"file": ["variables"]}),
        (operation(VIEWER), {"file": ["variables.w"]}),
        (operation(VIEWER), {"file": ["variables.v.w"]}),
        (operation(VIEWER, "taken"), {"file": ["variables.v"]}),
        (operation(VIEWER, [None]), {"file": ["variables.v.-1"]}),
        (operation(VIEWER, [None]), {"file": ["variables.v.1"]}),
        (operation(VIEWER, [None]), {"file": ["variables.v.x"]}),
        (operation(VIEWER, [None]), {"file": ["variables.v.²"]}),
    ],
)
def test_a_malformed_form_is_refused(me: Program, operations: Any, places: Any) -> None:
    reply = send(me, operations, places, file=b"1,2")
    assert (reply.status_code, code(reply)) == (400, "INVALID_INPUT")


@pytest.mark.parametrize("query", [NAMED, NOTE])
def test_a_file_fits_only_where_a_file_is_asked_for(me: Program, query: str) -> None:
    reply = send(me, operation(query), {"file": ["variables.v"]}, file=b"1,2")
    assert code(reply) == "INVALID_INPUT"


def test_a_form_that_is_none_is_refused(me: Program) -> None:
    headers = me.headers | {"content-type": "multipart/form-data; boundary=x"}
    reply = http().post(me.url, content=b"nothing of the kind", headers=headers)
    assert (reply.status_code, code(reply)) == (400, "INVALID_INPUT")


def test_a_form_needs_a_boundary(me: Program) -> None:
    headers = me.headers | {"content-type": "multipart/form-data"}
    reply = http().post(me.url, content=b"--x--", headers=headers)
    assert (reply.status_code, code(reply)) == (400, "INVALID_INPUT")


def test_too_many_files_are_refused(me: Program) -> None:
    many = {f"file{number}": b"x" for number in range(21)}
    reply = send(me, operation(VIEWER), {}, **many)
    assert (reply.status_code, code(reply)) == (400, "INVALID_INPUT")


async def greedy(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads its body to the end."""
    while scope["type"] == "http" and (await receive()).get("more_body"):
        pass
    await PlainTextResponse("read")(scope, receive, send)


@pytest.mark.parametrize("secret", ["", "authorization: Bearer tl_wrong\r\n"])
def test_nothing_is_read_from_a_stranger(me: Program, secret: str) -> None:
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 50000000\r\n{secret}"
        "content-type: multipart/form-data; boundary=x\r\n\r\n"
    )
    with create_connection((URL(me.url).host, URL(me.url).port or 80), timeout=20) as socket:
        socket.sendall(head.encode())  # and nothing of the body
        answer = socket.recv(4_096).lower()
    assert answer.startswith(b"http/1.1 401")
    assert b"www-authenticate: bearer" in answer


@pytest.mark.parametrize(
    ("kind", "size", "status"),
    [
        ("application/json", 101, 413),
        ("multipart/form-data; boundary=x", 101, 200),
        ("Multipart/Form-Data; boundary=x", 201, 413),
    ],
)
def test_an_upload_has_a_size_limit_of_its_own(
    serve: Serve, kind: str, size: int, status: int
) -> None:
    url = serve(Guard(greedy, 100, 200), lifespan="off")
    reply = local.post(url, content=b"x" * size, headers={"content-type": kind})
    assert reply.status_code == status


def test_more_than_a_json_body_may_hold_comes_through(url: str) -> None:
    me = program(url, "read")
    reply = send(me, {"query": VIEWER}, {}, file=b"x" * 3_000_000)
    assert reply.json()["data"] == {"viewer": {"name": "Test program"}}
