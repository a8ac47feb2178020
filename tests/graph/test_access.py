"""Who may ask what, for every root field and every kind of token."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type

from domain.model import Token
from domain.services import tokens
from graph.access import SCOPES
from graph.schema import sdl
from tests import local
from tests.clock import NOON, FakeClock
from tests.graph.desk import Program, program

SAMPLES = {
    "ID!": '"000000000000000000000001"',
    "ContactMethod!": "PHONE",
    "String!": '"7605551234"',
    "SendMessageInput!": '{ to: "7605551234", body: "Hello" }',
    "SendMessagesInput!": '{ to: ["7605551234"], message: { body: "Hello" } }',
    "DateTime!": '"2026-03-05T20:00:00Z"',
    "CreateContactInput!": '{ firstName: "J", lastName: "D", phone: "7605551234" }',
    "UpdateContactInput!": "{ notes: null }",
    "ConsentInput!": "{ action: OPT_OUT, method: API }",
    "Upload!": "$file",
    "[String!]!": '["read"]',
    "Boolean!": "true",
    "Purpose!": "MARKETING",
    "ThreadStatus!": "CLOSED",
    "ReplyMode!": "INTERNAL",
    "Phone!": '"+17605551234"',
    "Decimal!": '"1.50"',
    "CampaignInput!": '{ name: "A", audience: { search: "a" }, body: "B" }',
    "AutoReplyInput!": '{ name: "A", keywords: ["a"], body: "B" }',
    "BusinessHoursInput!": '{ timezone: "UTC", intervals: [] }',
    "TemplateInput!": '{ name: "A", body: "B" }',
}
SCHEMA = build_schema(sdl())
ROOTS = [name for name in SCOPES if not name.startswith("Subscription")]


def operation(name: str) -> str:
    """The smallest operation that asks for that root field."""
    root, _, field = name.partition(".")
    found = SCHEMA.type_map[root]
    assert isinstance(found, GraphQLObjectType)
    definition = found.fields[field]
    needed = [(key, str(arg.type)) for key, arg in definition.args.items()]
    given = ", ".join(f"{key}: {SAMPLES[kind]}" for key, kind in needed if kind in SAMPLES)
    leaf = "" if not hasattr(get_named_type(definition.type), "fields") else " { __typename }"
    if root == "Mutation":
        leaf = " { __typename ... on Problem { code } }"
    head = f"{root.lower()} ($file: Upload!)" if "$file" in given else root.lower()
    return f"{head} {{ {field}{f'({given})' if given else ''}{leaf} }}"


def asked(program: Program, name: str) -> httpx2.Response:
    """The answer to that operation, sent with a file where it needs one."""
    query = operation(name)
    return program.send(query, b"name\n") if "$file" in query else program.post(query)


def codes(reply: dict[str, Any]) -> set[str]:
    """The codes of a reply, wherever they are."""
    errors = {error["extensions"]["code"] for error in reply.get("errors", ())}
    told = (reply.get("data") or {}).values()
    results = [one for many in told for one in (many if isinstance(many, list) else [many])]
    return errors | {one["code"] for one in results if isinstance(one, dict) and "code" in one}


def test_every_root_field_has_its_scope() -> None:
    roots = [SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type]
    fields = {f"{root.name}.{field}" for root in roots if root for field in root.fields}
    assert fields == set(SCOPES)


@pytest.mark.parametrize("name", ROOTS)
def test_nobody_without_a_token(url: str, name: str) -> None:
    reply = asked(Program(url, None), name)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert codes(reply.json()) == {"UNAUTHENTICATED"}


@pytest.mark.parametrize("name", ROOTS)
def test_the_wrong_scope_is_refused(url: str, name: str) -> None:
    other = {"read": "write", "write": "read", "admin": "write"}[SCOPES[name]]
    reply = asked(program(url, other), name).json()
    assert codes(reply) == {"FORBIDDEN"}


@pytest.mark.parametrize("name", ROOTS)
def test_the_right_scope_is_let_in(url: str, name: str) -> None:
    for scope in (SCOPES[name], "admin"):
        reply = asked(program(url, scope), name).json()
        assert not codes(reply) & {"FORBIDDEN", "UNAUTHENTICATED"}


@pytest.mark.parametrize("secret", ["tl_wrong", "wrong", "tl_", "ä" * 40, "Bearer"])
def test_a_wrong_token_is_said_so(url: str, secret: str) -> None:
    headers = {b"authorization": b"Bearer " + secret.encode()}
    reply = local.post(url, json={"query": "{ viewer { name } }"}, headers=headers)
    assert reply.status_code == 401
    assert "token" in reply.json()["errors"][0]["message"].lower()


def test_the_viewer_is_the_token(me: Program) -> None:
    viewer = {"name": "Test program", "scopes": ["read", "write"]}
    assert me.ask("{ viewer { name scopes } }") == {"viewer": viewer}


def test_a_revoked_token_is_shut_at_once(me: Program) -> None:
    me.ask("{ viewer { name } }")
    tokens.revoke(me.token_id, NOON)
    assert me.post("{ viewer { name } }").status_code == 401


def test_a_token_expires(url: str, clock: FakeClock) -> None:
    short = program(url, "read", expires_at=NOON + timedelta(hours=1))
    short.ask("{ viewer { name } }")
    clock.advance(hours=1)
    assert short.post("{ viewer { name } }").status_code == 401


def test_use_is_noted_at_most_once_a_minute(me: Program, clock: FakeClock) -> None:
    seen = []
    for seconds in (0, 59, 1):
        clock.advance(seconds)
        me.ask("{ viewer { name } }")
        seen.append(Token.objects.get(id=me.token_id).last_used_at - NOON)
    assert [int(used.total_seconds()) for used in seen] == [0, 0, 60]


def test_the_secret_is_nowhere_kept(me: Program) -> None:
    stored = Token._get_collection().find_one({})
    assert me.secret is not None
    assert me.secret not in str(stored)
    assert me.secret.startswith("tl_")
    assert len(me.secret) == 46
