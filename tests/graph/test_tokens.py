"""Tokens: shown once, checked everywhere, shut for good."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import InvalidInput, NotFound
from domain.model import Token
from domain.services import tokens
from tests.clock import NOON

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
