"""How large a request may be: each limit has a sentence of its own, and holds in every disguise."""

from time import monotonic
from typing import Any

import pytest
from graphql import get_introspection_query

from graph.limits import MOST_ALIASES, MOST_DEEP
from tests.graph.desk import Program, http, person

PATIENCE = 5.0  # seconds; an attack that works takes minutes


def wide(aliases: int, field: str = "__typename") -> str:
    """The same field under so many names."""
    return " ".join(f"a{place}: {field}" for place in range(aliases))


def nested(times: int) -> str:
    """Of a text: four fields inside one another, so many times."""
    inner = "id"
    for _ in range(times):
        inner = f"contact {{ threads(first: 1) {{ nodes {{ lastMessage {{ {inner} }} }} }} }}"
    return inner


def texts(inside: str) -> str:
    return f"messages(first: 1) {{ nodes {{ {inside} }} }}"


def refusals(me: Program, query: str, **variables: Any) -> list[dict[str, Any]]:
    """The errors of a request of which nothing is executed, soon."""
    began = monotonic()
    reply = me.post(query, **variables)
    assert monotonic() - began < PATIENCE
    assert reply.status_code in (200, 400)
    return list(reply.json()["errors"])


MANY = MOST_ALIASES + 1
NESTED = "contacts(first: 200) { nodes { messages { nodes { id } } } }"
DEEP = {
    "plainly": f"{{ {texts(nested(3))} }}",
    "in a fragment": f"{{ {texts('...F')} }} fragment F on Message {{ {nested(3)} }}",
    "in inline fragments": f"{{ {texts(f'... on Message {{ ... {{ {nested(3)} }} }}')} }}",
    "beside others": f"{{ viewer {{ name }} {texts(nested(3))} }}",
}
WIDE = {
    "at the root": f"{{ {wide(MANY)} }}",
    "a few hundred": f"{{ {wide(600)} }}",
    "in a fragment": f"{{ ...F }} fragment F on Query {{ {wide(MANY)} }}",
    "in two fragments": f"{{ ...F ...G }} fragment F on Query {{ {wide(20)} }} "
    f"fragment G on Query {{ b: cursor {wide(20)} }}",
    "in a list": f"{{ contacts {{ nodes {{ {wide(MANY, 'id')} }} }} }}",
    "inside introspection": f"{{ __schema {{ types {{ {wide(MANY, 'name')} }} }} }}",
    "of introspection": f"{{ {wide(MANY, '__schema { types { name } }')} }}",
}
LONG = {
    "a thousand aliases": f"{{ {wide(1_000)} }}",
    "words": "{ " + "__typename " * 2_001 + "}",
    "directives": "{ viewer { name " + "@include(if: true) " * 400 + "} }",
    "arguments": "{ contacts(filter: { tagsAny: [" + '"a" ' * 2_001 + "] }) { nodes { id } } }",
    "braces": "{" + "a{" * 900 + "b" + "}" * 901,
}
OFTEN = {
    "words": "{ " + "__typename " * 1_900 + "}",
    "objects": "{ " + "viewer { name } " * 390 + "}",
    "below one another": "{ " + "contacts { nodes { id } } " * 200 + "}",
    "in fragments": "{ "
    + " ".join(f"...F{n}" for n in range(150))
    + " } "
    + " ".join(f"fragment F{n} on Query {{ viewer {{ name }} }}" for n in range(150)),
}
COSTLY = {
    "nested": "{ contacts(first: 200) { nodes { messages(first: 200) { nodes { id } } } } }",
    "by edges": """{
      contacts(first: 200) { edges { node { messages(first: 99) { edges { cursor } } } } }
    }""",
    "many roots": f"{{ {wide(20, NESTED)} }}",
    "many roots in a fragment": f"{{ ... on Query {{ {wide(2, NESTED)} }} }}",
    "many roots of two kinds": """{
      contacts(first: 200) { nodes { messages(first: 40) { nodes { id } } } }
      threads(first: 200) { nodes { messages(first: 40) { nodes { id } } } }
    }""",
}


@pytest.mark.parametrize("query", DEEP.values(), ids=DEEP)
def test_what_is_too_deep_is_refused(me: Program, query: str) -> None:
    (error,) = refusals(me, query)
    assert error["extensions"]["code"] == "COST_LIMIT"
    assert f"{MOST_DEEP} are allowed" in error["message"]


@pytest.mark.parametrize("query", WIDE.values(), ids=WIDE)
def test_too_many_aliases_are_refused(me: Program, query: str) -> None:
    errors = refusals(me, query)
    assert {error["extensions"]["code"] for error in errors} == {"COST_LIMIT"}
    assert f"aliases; {MOST_ALIASES} are allowed" in errors[0]["message"]


@pytest.mark.parametrize("query", LONG.values(), ids=LONG)
def test_what_is_too_long_is_refused(me: Program, query: str) -> None:
    (error,) = refusals(me, query)
    assert error["extensions"]["code"] == "COST_LIMIT"
    assert "2,000 words" in error["message"]


@pytest.mark.parametrize("query", OFTEN.values(), ids=OFTEN)
def test_what_repeats_itself_too_often_is_refused(me: Program, query: str) -> None:
    (error,) = refusals(me, query)
    assert error["extensions"]["code"] == "COST_LIMIT"
    assert "too often" in error["message"]


@pytest.mark.parametrize("query", COSTLY.values(), ids=COSTLY)
def test_what_asks_for_too_many_nodes_is_refused(me: Program, query: str) -> None:
    errors = refusals(me, query)
    assert {error["extensions"]["code"] for error in errors} == {"COST_LIMIT"}
    assert "nodes at once; 12,000 are allowed" in errors[0]["message"]


def test_a_size_in_a_variable_counts_too(me: Program) -> None:
    query = """query ($n: Int, $m: Int) {
      contacts(first: $n) { nodes { messages(first: $m) { nodes { id } } } }
    }"""
    assert "errors" not in me.post(query, n=100, m=100).json()
    (error,) = refusals(me, query, n=200, m=200)
    assert error["extensions"]["code"] == "COST_LIMIT"


BEARABLE = {
    "deep": f"{{ {texts(nested(2))} }}",
    "wide": f"{{ {wide(MOST_ALIASES)} }}",
    "many roots": f"{{ {wide(20, NESTED.replace('200', '10'))} }}",
    "a cheap root beside a costly one": f"{{ {NESTED} {wide(20, 'viewer { name }')} }}",
    "the same in thirty fragments": "{ "
    + " ".join(f"...F{n}" for n in range(30))
    + " } "
    + " ".join(f"fragment F{n} on Query {{ viewer {{ name }} }}" for n in range(30)),
    "introspection": get_introspection_query(),
}


@pytest.mark.parametrize("query", BEARABLE.values(), ids=BEARABLE)
def test_what_is_large_but_bearable_is_answered(me: Program, query: str) -> None:
    person()
    assert "errors" not in me.post(query).json()


DEEP_TYPES = "{ fields { type " * 20 + "{ name }" + " } }" * 20
ATTACKS = {
    "fragments that double": "{ ...F0 } fragment F60 on Query { __typename } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60)),
    "a fragment in itself": "{ ...F } fragment F on Query { ...F }",
    "a fragment below itself": "{ ...F } fragment F on Query { viewer { ...F } }",
    "fragments in a ring": "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
    "introspection in itself": f"{{ __schema {{ types {DEEP_TYPES} }} }}",
    "nearly too often": "{ " + "viewer { name } " * 95 + "}",
    "the same with others below": "{ "
    + " ".join(f"contacts {{ nodes {{ {'id ' * n} }} }}" for n in range(1, 55))
    + " }",
    "a directive again": "{ viewer { name " + "@skip(if: false) " * 200 + "} }",
    "many operations": " ".join(f"query Q{n} {{ __typename }}" for n in range(390)),
    "many variables": "query (" + " ".join(f"$v{n}: Int" for n in range(390)) + ") { __typename }",
}


@pytest.mark.parametrize("query", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_on_the_reader_ends_soon(me: Program, query: str) -> None:
    began = monotonic()
    reply = me.post(query)
    assert monotonic() - began < PATIENCE
    assert "INTERNAL" not in reply.text


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("query ($v: [String!]) { contacts(filter: { tagsAny: $v }) { nodes { id } } }", "tag"),
        ("query ($v: [String!]) { contacts(filter: { tagsAll: $v }) { nodes { id } } }", "tag"),
        (
            "query ($v: [ContactStatus!]) { contacts(filter: { status: $v }) { nodes { id } } }",
            "NEW",
        ),
        (
            "query ($v: [MessageStatus!]) { messages(filter: { status: $v }) { nodes { id } } }",
            "SENT",
        ),
    ],
)
def test_a_very_long_list_ends_soon(me: Program, query: str, value: str) -> None:
    person()
    many = [value] * 20_000 if value.isupper() else [f"{value}{n}" for n in range(20_000)]
    began = monotonic()
    reply = me.post(query, v=many)
    assert monotonic() - began < PATIENCE
    assert "INTERNAL" not in reply.text


def test_a_body_too_large_is_refused_before_it_is_read(me: Program) -> None:
    body = b'{"query": "' + b" " * 10_000_000 + b'"}'
    headers = me.headers | {"content-type": "application/json"}
    reply = http().post(me.url, content=body, headers=headers)
    (error,) = reply.json()["errors"]
    assert (reply.status_code, error["extensions"]["code"]) == (413, "COST_LIMIT")


@pytest.mark.parametrize(
    "number", ["9" * 5_000, "-" + "9" * 200, "1." + "0" * 5_000, "1e" + "9" * 200]
)
def test_a_number_without_end_is_not_read(me: Program, number: str) -> None:
    (error,) = refusals(me, f"{{ contacts(first: {number}) {{ nodes {{ id }} }} }}")
    assert error["extensions"]["code"] == "COST_LIMIT"
    assert "100 digits" in error["message"]
