"""The shape that clients rely on: what was promised is there, by its name, type and default."""

from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
)

from domain.errors import DomainError
from graph.enums import ProblemCode
from graph.schema import sdl

PROMISED = build_schema((Path(__file__).parent / "promised.graphql").read_text())
OURS = build_schema(sdl())

PLAIN_LISTS = {
    *("Query.agents", "Query.senders", "Message.media", "Message.statusHistory"),
    *("Query.autoReplies", "BusinessHours.intervals"),
    *("Message.links", "Campaign.exclusions", "Campaign.failures", "Exclusion.sample"),
    *("CampaignPreview.exclusions", "CampaignPreview.samples"),
    *("Analytics.rows", "Analytics.bestSendTimes"),
    *("Problem.fields", "Health.checks", "Mutation.sendMessages", "AuditEntry.facts"),
}


def members(kind: Any) -> dict[str, str]:
    """Everything in a type: fields, arguments with their defaults, values and members."""
    found: dict[str, str] = {}
    for name, one in getattr(kind, "fields", {}).items():
        found[name] = str(one.type)
        for argument, given in getattr(one, "args", {}).items():
            found[f"{name}({argument})"] = f"{given.type} = {given.default_value!r}"
        if hasattr(one, "default_value"):
            found[name] += f" = {one.default_value!r}"
    found |= dict.fromkeys(getattr(kind, "values", {}), "value")
    return found | {one.name: "member" for one in getattr(kind, "types", ())}


KINDS = [name for name in PROMISED.type_map if not name.startswith("__")]


@pytest.mark.parametrize("name", KINDS)
def test_what_was_promised_is_there(name: str) -> None:
    promised, ours = members(PROMISED.type_map[name]), members(OURS.type_map[name])
    missing = {what: kind for what, kind in promised.items() if ours.get(what) != kind}
    assert missing == {}


def objects() -> list[GraphQLObjectType]:
    return [one for one in OURS.type_map.values() if isinstance(one, GraphQLObjectType)]


def is_list(kind: Any) -> bool:
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    return isinstance(inner, GraphQLList)


def test_every_list_is_a_connection() -> None:
    lists = {
        f"{owner.name}.{name}"
        for owner in objects()
        for name, field in owner.fields.items()
        if not owner.name.startswith("__")
        and is_list(field.type)
        and isinstance(get_named_type(field.type), GraphQLObjectType | GraphQLUnionType)
        and not (owner.name.endswith("Connection") and name in ("edges", "nodes"))
    }
    assert lists == PLAIN_LISTS


def test_every_connection_is_asked_for_by_pages() -> None:
    paged = [
        (f"{owner.name}.{name}", set(field.args))
        for owner in objects()
        for name, field in owner.fields.items()
        if get_named_type(field.type).name.endswith("Connection")
    ]
    assert len(paged) > 8
    assert [name for name, arguments in paged if not {"first", "after"} <= arguments] == []


def test_every_mutation_may_answer_with_a_problem() -> None:
    assert OURS.mutation_type is not None
    for name, field in OURS.mutation_type.fields.items():
        kind = get_named_type(field.type)
        assert isinstance(kind, GraphQLUnionType), name
        assert "Problem" in [one.name for one in kind.types], name


def failures(kind: type[DomainError] = DomainError) -> list[type[DomainError]]:
    """Every kind of expected failure."""
    return [kind, *(one for below in kind.__subclasses__() for one in failures(below))]


def test_every_failure_has_a_code_of_the_api() -> None:
    known = {one.name for one in ProblemCode}
    assert {kind.code for kind in failures()} <= known
