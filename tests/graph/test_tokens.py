"""Tokens: shown once, checked everywhere, shut for good."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import InvalidInput, NotFound
from domain.model import Token
from domain.services import tokens
from tests.clock import NOON
from tests.graph.desk import Program, program

CREATE = """mutation($name: String!, $scopes: [String!]!, $until: DateTime) {
  createToken(name: $name, scopes: $scopes, expiresAt: $until) {
  ... on CreatedToken { secret token { id name scopes createdAt lastUsedAt expiresAt } }
  ... on Problem { code fields { field } } } }"""
REVOKE = (
    "mutation($id: ID!) { revokeToken(id: $id) { ... on Deleted { id } ... on Problem { code } } }"
)
VIEWER = "{ viewer { name scopes } }"
LATER = NOON + timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("db")


def test_a_token_opens_with_its_secret_alone() -> None:
    made, secret = tokens.create("CRM", ["read"], NOON)
    found = tokens.verify(secret, NOON)
    assert found is not None
    assert (found.id, found.scopes) == (made.id, ["read"])
    for wrong in (secret[:-1], secret.upper(), secret[3:], "", "tl_", f"{secret} "):
        assert tokens.verify(wrong, NOON) is None


def test_no_two_secrets_are_alike() -> None:
    assert len({tokens.create("CRM", ["read"], NOON)[1] for _ in range(20)}) == 20


def test_scopes_are_kept_in_order_and_once() -> None:
    made, _ = tokens.create(" CRM ", ["write", "read", "write"], NOON)
    assert (made.name, made.scopes) == ("CRM", ["read", "write"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"expires_at": NOON}, "expiresAt"),
    ],
)
def test_what_cannot_be_a_token_is_said(given: dict[str, Any], field: str) -> None:
    usual: dict[str, Any] = {"name": "CRM", "scopes": ["read"], "now": NOON}
    with pytest.raises(InvalidInput) as refused:
        tokens.create(**usual | given)
    assert refused.value.fields[0].field == field
    assert Token.objects.count() == 0


def test_a_token_works_until_it_expires() -> None:
    _, secret = tokens.create("CRM", ["read"], NOON, expires_at=LATER)
    assert tokens.verify(secret, LATER - timedelta(milliseconds=1))
    assert tokens.verify(secret, LATER) is None


def test_a_revoked_token_stays_shut_and_keeps_its_moment() -> None:
    made, secret = tokens.create("CRM", ["read"], NOON)
    tokens.revoke(made.id, NOON)
    assert tokens.revoke(made.id, LATER).revoked_at == NOON
    assert tokens.verify(secret, LATER) is None


@pytest.mark.parametrize("token_id", ["0" * 24, "nonsense", ""])
def test_what_is_no_token_cannot_be_revoked(token_id: str) -> None:
    with pytest.raises(NotFound):
        tokens.revoke(token_id, NOON)


def test_all_tokens_are_listed_the_newest_first() -> None:
    tokens.create("old", ["read"], NOON)
    made, _ = tokens.create("new", ["admin"], LATER)
    tokens.revoke(made.id, LATER)
    assert [one.name for one in tokens.listed()] == ["new", "old"]


@pytest.fixture
def admin(url: str) -> Program:
    """A program that may make others."""
    return program(url, "admin")


def test_a_token_is_made_over_the_api_and_opens_with_its_secret(admin: Program) -> None:
    made = admin.do(CREATE, name=" CRM 🏡 ", scopes=["write", "read"], until=LATER.isoformat())
    assert made["token"] == {
        "id": made["token"]["id"],
        "name": "CRM 🏡",
        "scopes": ["read", "write"],
        "createdAt": "2026-03-04T20:00:00.000Z",
        "lastUsedAt": None,
        "expiresAt": "2026-03-04T21:00:00.000Z",
    }
    viewer = Program(admin.url, made["secret"]).ask(VIEWER)["viewer"]
    assert viewer == {"name": "CRM 🏡", "scopes": ["read", "write"]}


def test_the_secret_is_shown_once_and_not_kept(admin: Program) -> None:
    made = admin.do(CREATE, name="CRM", scopes=["read"])
    stored = Token._get_collection().find_one({"name": "CRM"})
    assert stored is not None
    assert made["secret"] not in str(stored)
    assert made["secret"].startswith("tl_")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 10_000}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["Admin"]}, "scopes"),
        ({"scopes": ["read", "read\0"]}, "scopes"),
        ({"until": "2026-03-04T20:00:00Z"}, "expiresAt"),
        ({"until": "0001-01-01T00:00:00Z"}, "expiresAt"),
    ],
)
def test_what_cannot_be_a_token_is_a_problem(
    admin: Program, given: dict[str, Any], field: str
) -> None:
    usual: dict[str, Any] = {"name": "CRM", "scopes": ["read"]}
    refused = admin.do(CREATE, **usual | given)
    assert refused == {"code": "INVALID_INPUT", "fields": [{"field": field}]}
    assert Token.objects.count() == 1


def test_a_token_cannot_outlive_the_one_that_makes_it(url: str) -> None:
    short = program(url, "admin", expires_at=LATER)
    later = (LATER + timedelta(seconds=1)).isoformat()
    refused = short.do(CREATE, name="CRM", scopes=["read"], until=later)
    assert refused["fields"] == [{"field": "expiresAt"}]
    made = short.do(CREATE, name="CRM", scopes=["read"])
    assert made["token"]["expiresAt"] == "2026-03-04T21:00:00.000Z"


@pytest.mark.parametrize(
    ("own", "wanted"), [(["read"], ["write"]), (["read", "write"], ["read", "admin"])]
)
def test_a_token_cannot_do_more_than_the_one_that_makes_it(
    own: list[str], wanted: list[str]
) -> None:
    maker, _ = tokens.create("maker", own, NOON)
    with pytest.raises(InvalidInput) as refused:
        tokens.issue(maker, "CRM", wanted, NOON)
    assert refused.value.fields[0].field == "scopes"
    assert tokens.issue(maker, "CRM", own, NOON)[0].scopes == own


def test_only_an_administrator_makes_and_revokes_tokens(url: str, admin: Program) -> None:
    other = program(url, "read", "write")
    assert other.do(CREATE, name="CRM", scopes=["read"])["code"] == "FORBIDDEN"
    assert other.do(REVOKE, id=admin.token_id)["code"] == "FORBIDDEN"
    assert (Token.objects.count(), admin.post(VIEWER).status_code) == (2, 200)


def test_a_revoked_token_is_shut(url: str, admin: Program) -> None:
    other = program(url, "read")
    assert admin.do(REVOKE, id=other.token_id) == {"id": other.token_id}
    assert other.post(VIEWER).status_code == 401
    assert admin.do(REVOKE, id=other.token_id) == {"id": other.token_id}


def test_a_token_may_revoke_itself(admin: Program) -> None:
    assert admin.do(REVOKE, id=admin.token_id) == {"id": admin.token_id}
    assert admin.post(VIEWER).status_code == 401


@pytest.mark.parametrize("token_id", ["0" * 24, "nonsense", "\0", "x" * 10_000, ""])
def test_what_is_no_token_is_not_found(admin: Program, token_id: str) -> None:
    assert admin.do(REVOKE, id=token_id) == {"code": "NOT_FOUND"}
