"""Bad input: whatever is sent, the answer is clear, never an unexpected failure, and nothing is
half-written.
"""

import asyncio
import json
from random import Random
from secrets import randbits
from typing import Any

import httpx2
import pytest
from bson import ObjectId
from graphql import GraphQLObjectType, build_schema
from mongoengine.connection import get_db

from graph.schema import sdl
from tests.graph.desk import Program, http, program
from tests.graph.hostile import NUL, Forge, Request
from tests.graph.wire import connected
from tests.graph.world import AGENT, everything, peopled

SCHEMA = build_schema(sdl())
LISTS = """{
  cursor
  contacts { edges { cursor } } threads { edges { cursor } } messages { edges { cursor } }
}"""
GATE = {"OPTED_OUT", "OPT_IN_REQUIRED", "QUIET_HOURS", "FORBIDDEN", "NOT_CONFIGURED"}


def roots(*kinds: str) -> list[tuple[str, str]]:
    """Every field of those roots."""
    return [
        (kind, name)
        for kind in kinds
        if isinstance(found := SCHEMA.type_map[kind], GraphQLObjectType)
        for name in found.fields
    ]


def known(me: Program) -> tuple[dict[str, list[str]], list[str]]:
    """The ids of a small world by their kind, and cursors of all lists."""
    peopled(me)
    lists = me.ask(LISTS)
    edges = [edge for name in lists if name != "cursor" for edge in lists[name]["edges"]]
    ids = {name: [str(one["_id"]) for one in found] for name, found in everything().items()}
    ids["agents"] = [AGENT]  # known by their ids in Slack
    ids["tokens"].remove(me.token_id)  # who revokes himself cannot go on
    return ids, [*(edge["cursor"] for edge in edges), lists["cursor"]]


def problems(reply: dict[str, Any]) -> list[str | None]:
    """The code of each result that is a Problem, None for each that is none."""
    results = list((reply.get("data") or {}).values())
    flat = [one for result in results for one in (result if isinstance(result, list) else [result])]
    return [one.get("Problem_code") if isinstance(one, dict) else None for one in flat]


def sent(me: Program, request: Request) -> httpx2.Response:
    """The answer, however the request must be sent: files go as a form."""
    files = {name: one for name, one in request.variables.items() if isinstance(one, bytes)}
    plain = {name: None if name in files else one for name, one in request.variables.items()}
    body = {"query": request.query, "variables": plain}
    if not files:
        return http().post(me.url, json=body, headers=me.headers)
    parts: dict[str, Any] = {
        "operations": (None, json.dumps(body)),
        "map": (None, json.dumps({name: [f"variables.{name}"] for name in files})),
    }
    parts |= {name: (f"{name}.csv", content) for name, content in files.items()}
    return http().post(me.url, files=parts, headers=me.headers)


def judged(me: Program, request: Request) -> None:
    """Ask, and look at the answer and at what became of the database."""
    before = everything() if request.query.startswith("mutation") else None
    answer = sent(me, request)
    assert answer.status_code in (200, 400, 413), request
    reply = answer.json()
    failed = {error["extensions"]["code"] for error in reply.get("errors", ())}
    found = problems(reply)
    assert "INTERNAL" not in failed | set(found), f"{request}\n{answer.text}"
    # What the gate says no to is kept as a refused text.
    refused = failed or (found and None not in found and not GATE & set(found))
    if before is not None and refused:
        assert everything() == before, f"{request}\n{answer.text}"


def bombarded(me: Program, root: str, name: str, seed: int, times: int) -> None:
    """So many requests for one root field, and one with a NUL in each of its texts."""
    forge = Forge(SCHEMA, Random(f"{seed}:{name}"), *known(me))
    for request in forge.each_text(root, name, NUL):
        judged(me, request)
    for _ in range(times):
        judged(me, forge.request(root, name))


@pytest.fixture
def boss(url: str) -> Program:
    """A program that may do everything."""
    return program(url, "read", "write", "admin")


@pytest.mark.parametrize(("root", "name"), roots("Query", "Mutation"))
def test_no_argument_whatever_is_an_unexpected_failure(boss: Program, root: str, name: str) -> None:
    bombarded(boss, root, name, seed=1, times=2)


def test_no_moment_and_no_amount_is_an_unexpected_failure(boss: Program) -> None:
    ids, cursors = known(boss)
    for root, name in roots("Query", "Mutation"):
        for request in Forge(SCHEMA, Random(name), ids, cursors).each_edge(root, name):
            judged(boss, request)


@pytest.mark.long
@pytest.mark.parametrize(("root", "name"), roots("Query", "Mutation"))
def test_no_argument_whatever_is_an_unexpected_failure_for_long(
    boss: Program, root: str, name: str
) -> None:
    for _ in range(8):
        for collection in get_db().list_collection_names():
            get_db()[collection].delete_many({"_id": {"$ne": ObjectId(boss.token_id)}})
        bombarded(boss, root, name, seed=randbits(32), times=50)


@pytest.mark.parametrize(("root", "name"), roots("Subscription"))
async def test_no_argument_whatever_breaks_a_subscription(brisk: str, root: str, name: str) -> None:
    me = program(brisk, "read", "write")
    forge = Forge(SCHEMA, Random(name), *await asyncio.to_thread(known, me))
    wanted = {str(number): forge.request(root, name) for number in range(40)}
    async with connected(me) as line:
        for number, one in wanted.items():
            payload = {"query": one.query, "variables": dict(one.variables)}
            await line.send(id=number, type="subscribe", payload=payload)
        waiting = set(wanted)
        while waiting:  # an error, or a checkpoint at the latest
            message = await line.receive()
            assert "INTERNAL" not in str(message), wanted[message["id"]]
            waiting.discard(message["id"])
