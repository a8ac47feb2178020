"""Other people's clients, as they are published, work with the API as it is."""

import asyncio
import json
import shutil
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from gql import Client, GraphQLRequest, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport, HTTPXTransport
from gql.transport.websockets import WebsocketsTransport

from graph.schema import sdl
from tests.graph.desk import Program, conversation, person, text
from tests.graph.node import CLIENTS, node
from tests.graph.wire import cursor, socket_url

CREATE = """mutation ($input: CreateContactInput!) { createContact(input: $input) {
  ... on Contact { id name } ... on Problem { code message } } }"""
FOLLOW = """subscription ($after: Cursor) { messages(after: $after) {
  cursor change message { body } } }"""
JANE = {"firstName": "Jane", "lastName": "Doe", "phone": "(760) 555-1234"}


async def test_the_javascript_client_asks_follows_and_resumes(me: Program) -> None:
    thread, after = conversation(person()), await cursor(me)
    for number in range(6):
        text(thread, minutes=number, body=str(number))
    words = ("follow.js", me.url, str(me.secret), after, "6")
    told = json.loads(await asyncio.to_thread(node, *words))
    assert told["viewer"] == "Test program"
    assert [event["body"] for event in told["events"]] == ["0", "1", "2", "3", "4", "5"]
    assert {event["change"] for event in told["events"]} == {"ADDED"}
    assert (told["expired"], told["refused"]) == ("CURSOR_EXPIRED", 4403)
    assert set(told["closed"]) <= {1000, 1006}  # this WebSocket's word for leaving amid events


def test_the_audit_of_graphql_over_http_misses_only_queries_in_the_address(me: Program) -> None:
    results = json.loads(node("audit.js", me.url, str(me.secret)))
    assert len(results) > 50
    missing = [one["name"] for one in results if one["status"] != "ok"]
    assert [name for name in missing if not (name.startswith("MAY") and "GETs" in name)] == [
        "MAY accept application/x-www-form-urlencoded formatted GET requests"
    ]


def python(me: Program, **options: Any) -> Client:
    """The Python client over HTTP; what it asks is checked against the schema first."""
    transport = HTTPXTransport(url=me.url, headers=me.headers)
    return Client(schema=sdl(), transport=transport, **options)


def test_the_python_client_asks_and_writes(me: Program) -> None:
    with python(me) as session:
        create = GraphQLRequest(CREATE, variable_values={"input": JANE})
        made, again = (session.execute(create)["createContact"] for _ in range(2))
        found = session.execute(gql('{ contacts(search: "555-12") { nodes { name } } }'))
    assert made["name"] == "Jane Doe"
    assert again["code"] == "DUPLICATE_CONTACT"
    assert found["contacts"]["nodes"] == [{"name": "Jane Doe"}]


def test_the_python_client_hears_of_errors(me: Program) -> None:
    with (
        python(Program(me.url, "tl_wrong")) as session,
        pytest.raises(TransportQueryError) as refused,
    ):
        session.execute(gql("{ viewer { name } }"))
    errors = refused.value.errors or []
    assert errors[0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_the_asynchronous_python_client_asks_too(me: Program) -> None:
    transport = HTTPXAsyncTransport(url=me.url, headers=me.headers)
    async with Client(transport=transport) as session:
        assert await session.execute(gql("{ viewer { name } }")) == {
            "viewer": {"name": "Test program"}
        }


async def test_the_python_client_follows(me: Program) -> None:
    thread, after = conversation(person()), await cursor(me)
    transport = WebsocketsTransport(
        url=socket_url(me), init_payload={"authorization": f"Bearer {me.secret}"}
    )
    heard: list[str] = []
    async with Client(transport=transport) as session:
        text(thread, body="one")
        text(thread, minutes=1, body="two")
        follow = GraphQLRequest(FOLLOW, variable_values={"after": after})
        async with aclosing(session.subscribe(follow)) as events:
            async for event in events:
                heard.append(event["messages"]["message"]["body"])
                if len(heard) == 2:
                    break
    assert heard == ["one", "two"]


def test_types_are_generated_and_hold_a_program(tmp_path: Path) -> None:
    node(
        "node_modules/@graphql-codegen/cli/esm/bin.js",
        *("--config", "codegen.json", "--errors-only"),
        GENERATED=str(tmp_path),
    )
    program = shutil.copy(CLIENTS / "program.ts", tmp_path)
    strict = ["--noEmit", "--strict", "--target", "es2022", "--moduleResolution", "bundler"]
    strict += ["--module", "esnext", "--types", ""]
    node("node_modules/typescript/bin/tsc", *strict, program)
    generated = (tmp_path / "types.ts").read_text()
    assert "export type Contact = {" in generated
