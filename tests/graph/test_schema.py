"""The committed schema is the schema, and says what everything in it is."""

from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
)

from graph.schema import sdl
from tests.graph.conftest import Api
from tests.graph.desk import Program, program

COMMITTED = Path(__file__).parents[2] / "schema.graphql"
SCHEMA = build_schema(sdl())
TYPES = sorted(name for name in SCHEMA.type_map if not name.startswith("__"))


def described(name: str) -> list[tuple[str, str | None]]:
    """Everything that a type has, with its description."""
    kind: Any = SCHEMA.type_map[name]
    found = [(name, kind.description)]
    if isinstance(kind, GraphQLEnumType):
        return found + [(f"{name}.{one}", v.description) for one, v in kind.values.items()]
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for field, definition in kind.fields.items():
            found.append((f"{name}.{field}", definition.description))
            arguments = getattr(definition, "args", {})
            found += [(f"{name}.{field}({a}:)", one.description) for a, one in arguments.items()]
    return found


def test_the_committed_schema_is_up_to_date() -> None:
    assert COMMITTED.read_text() == sdl(), "run `make schema`"


@pytest.mark.parametrize("name", TYPES)
def test_everything_has_a_description(name: str) -> None:
    assert [what for what, text in described(name) if not text] == []


def test_introspection_is_allowed_in_development(me: Program) -> None:
    assert me.ask("{ __schema { queryType { name } } }")["__schema"]["queryType"]["name"] == "Query"


def test_introspection_is_shut_in_production(api: Api) -> None:
    shut = program(api(graphiql=False), "read")
    reply = shut.post("{ __schema { types { name } } }").json()
    assert "data" not in reply
    assert "introspection" in reply["errors"][0]["message"].lower()
    assert shut.ask("{ __typename }") == {"__typename": "Query"}


def test_names_are_not_guessed_for_strangers_in_production(api: Api) -> None:
    shut = program(api(graphiql=False), "read")
    assert "Did you mean" not in shut.refused("{ contactz { totalCount } }")["message"]
