"""What each mutation does for who may ask it, and that it does nothing for anybody else."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from graphql import GraphQLObjectType, build_schema

from domain.services import tokens
from graph.access import SCOPES
from graph.schema import sdl
from tests.clock import NOON, FakeClock
from tests.graph.desk import Program, http, program
from tests.graph.wire import connected
from tests.graph.world import TABLE, everything, peopled

SCHEMA = build_schema(sdl())
ANNE = {"firstName": "Anne", "lastName": "Lee", "phone": "7605550009"}
SALE = {"name": "Summer sale", "audience": {"contactIds": ["@ann"]}, "body": "Hi {first_name}"}

# One row for each mutation: arguments with which it does something; `@name` is of the world.
ROWS: dict[str, dict[str, Any]] = {
    "createContact": {"input": ANNE},
    "updateContact": {"id": "@ann", "input": {"notes": "Met on Sunday"}},
    "deleteContact": {"id": "@bob"},
    "mergeContacts": {"keepId": "@ann", "mergeId": "@bob"},
    "addNote": {"contactId": "@ann", "text": "Likes the garden"},
    "logContact": {"contactId": "@ann", "method": "PHONE"},
    "recordValue": {"contactId": "@ann", "amount": "1200.50"},
    "recordConsent": {"contactId": "@ann", "input": {"action": "OPT_OUT", "method": "API"}},
    "decideRevocation": {"threadId": "@thread", "optOut": True},
    "sendMessage": {"input": {"contactId": "@ann", "body": "Hello"}},
    "sendMessages": {"input": {"contactIds": ["@ann"], "message": {"body": "Hello"}}},
    "updateMessage": {"id": "@scheduled", "body": "Hello again"},
    "releaseMessage": {"id": "@held"},
    "cancelMessage": {"id": "@scheduled"},
    "rescheduleMessage": {"id": "@scheduled", "sendAt": "2026-03-06T20:00:00Z"},
    "retryMessage": {"id": "@failed"},
    "refreshMessage": {"id": "@sent"},
    "sendCorrection": {"id": "@sent", "body": "At eight, I meant"},
    "uploadMedia": {"file": b"\x89PNG\r\n\x1a\n" + b"x" * 100},
    "exportProof": {"contactId": "@ann"},
    "importContacts": {"csv": TABLE},
    "cancelImport": {"id": "@import"},
    "exportContacts": {},
    "assignThread": {"id": "@thread", "agentId": "@agent"},
    "setThreadStatus": {"id": "@thread", "status": "CLOSED"},
    "setThreadMode": {"id": "@thread", "replyMode": "INTERNAL"},
    "moveThread": {"id": "@thread", "ownChannel": False},
    "markThreadRead": {"id": "@thread", "upTo": "@inbound"},
    "createTemplate": {"input": {"name": "New", "body": "Hi"}},
    "updateTemplate": {"id": "@template", "input": {"name": "New", "body": "Bye"}},
    "deleteTemplate": {"id": "@template"},
    "createCampaign": {"input": SALE},
    "updateCampaign": {"id": "@draft", "input": SALE},
    "testCampaign": {"id": "@news", "to": "+17605551234"},
    "startCampaign": {"id": "@draft"},
    "pauseCampaign": {"id": "@running"},
    "resumeCampaign": {"id": "@paused"},
    "cancelCampaign": {"id": "@running"},
    "saveAutoReply": {"input": {"name": "Prices", "keywords": ["price"], "body": "From $20."}},
    "deleteAutoReply": {"id": "@rule"},
    "setBusinessHours": {"input": {"timezone": "America/Denver", "intervals": []}},
    "createToken": {"name": "New", "scopes": ["read"]},
    "revokeToken": {"id": "@token"},
}
IDLE = {"refreshMessage"}  # without Twilio there is nobody to ask


def named(value: Any, world: dict[str, str]) -> Any:
    """The row with the world's ids in it."""
    if isinstance(value, dict):
        return {key: named(one, world) for key, one in value.items()}
    if isinstance(value, list):
        return [named(one, world) for one in value]
    return world[value[1:]] if isinstance(value, str) and value.startswith("@") else value


def attempt(me: Program, name: str, world: dict[str, str]) -> httpx2.Response:
    """Ask for that mutation with its row."""
    row = named(ROWS[name], world)
    kind = SCHEMA.type_map["Mutation"]
    assert isinstance(kind, GraphQLObjectType)
    types = {key: kind.fields[name].args[key].type for key in row}
    renamed = {key: "file" if isinstance(row[key], bytes) else key for key in row}
    heads = ", ".join(f"${renamed[key]}: {one}" for key, one in types.items())
    passed = ", ".join(f"{key}: ${renamed[key]}" for key in row)
    head, given = (f"({heads})", f"({passed})") if row else ("", "")
    query = f"mutation {head} {{ {name}{given} {{ __typename ... on Problem {{ code }} }} }}"
    files = [value for value in row.values() if isinstance(value, bytes)]
    return me.send(query, files[0]) if files else me.post(query, **row)


def strangers(url: str, scope: str) -> dict[str, Program]:
    """Everybody who may not, with the code that they hear."""
    other = {"read": "write", "write": "read", "admin": "write"}[scope]
    every = ("read", "write", "admin")
    revoked = program(url, *every)
    tokens.revoke(revoked.token_id, NOON)
    fine = program(url, *every)
    return {
        "without a token": Program(url, None),
        "with a wrong token": Program(url, "tl_" + "x" * 43),
        "with an expired token": program(url, *every, expires_at=NOON + timedelta(hours=1)),
        "with a revoked token": revoked,
        "with a token in the address": Program(f"{url}?authorization=Bearer+{fine.secret}", None),
        "with another scope": program(url, other),
    }


def code(reply: httpx2.Response) -> str | None:
    """The one code of a refusal, as an error or as a Problem."""
    told = reply.json()
    if "errors" in told:
        return str(told["errors"][0]["extensions"]["code"])
    (result,) = told["data"].values()
    first = result[0] if isinstance(result, list) else result
    return str(first["code"]) if "code" in first else None


def test_every_mutation_has_its_row() -> None:
    names = {name.partition(".")[2] for name in SCOPES if name.startswith("Mutation.")}
    assert set(ROWS) == names


@pytest.mark.parametrize("name", ROWS)
def test_a_mutation_works_for_the_right_and_does_nothing_for_all_others(
    url: str, clock: FakeClock, name: str
) -> None:
    scope = SCOPES[f"Mutation.{name}"]
    world = peopled(program(url, "read", "write"))
    others, right = strangers(url, scope), program(url, scope)
    clock.advance(hours=2)
    before = everything()
    for who, other in others.items():
        refused = "FORBIDDEN" if who == "with another scope" else "UNAUTHENTICATED"
        assert code(attempt(other, name, world)) == refused, who
        assert everything() == before, who
    told = attempt(right, name, world)
    assert (everything() != before) == (name not in IDLE), told.text


SUBSCRIPTIONS = [name.partition(".")[2] for name in SCOPES if name.startswith("Subscription.")]


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
async def test_a_subscription_is_for_the_right_scope_alone(url: str, name: str) -> None:
    which = f'(id: "{"0" * 24}")' if name == "campaignProgress" else ""
    query = f"subscription {{ {name}{which} {{ cursor }} }}"
    async with connected(program(url, "write")) as line:
        assert await (await line.subscribe(query)).ended() == "FORBIDDEN"
    for caller in (program(url, "write"), Program(url, None)):
        body = {"query": query}
        headers = caller.headers | {"accept": "text/event-stream"}
        told = http().post(url, json=body, headers=headers).text
        assert "FORBIDDEN" in told or "UNAUTHENTICATED" in told
