"""The short cut for plain objects says what the library says, errors included, only sooner."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, GraphQLError, parse
from hypothesis import given
from hypothesis import strategies as some

from graph.reader import Executor
from graph.shared import Echo

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@strawberry.enum
class Colour(Enum):
    """Written otherwise than it is named."""

    RED = "red"
    BLUE = "blue"


@strawberry.type
class Leaf:
    """Plain all through."""

    name: str
    colour: Colour
    count: int | None
    tags: list[str]
    at: datetime


@strawberry.type
class Stone:
    """The other half of a union."""

    weight: int


@strawberry.type
class Tree:
    """Plain but for one resolver and one union."""

    label: str
    best: Leaf | None
    leaves: list[Leaf]
    maybe: list[Leaf | None] | None
    below: Leaf | Stone | None = None

    @strawberry.field
    def loud(self, times: int = 1) -> str:
        return f"{self.label}{'!' * times}"


@strawberry.type
class Query:
    """Whatever the test puts in."""

    @strawberry.field
    def tree(self, info: strawberry.Info) -> Tree | None:
        tree: Tree | None = info.context.tree
        return tree


@strawberry.type
class Subscription:
    """The same, as often as asked."""

    @strawberry.subscription
    async def trees(self, info: strawberry.Info, count: int = 3) -> Any:
        for _ in range(count):
            yield info.context.tree

    trees.type_annotation = strawberry.annotation.StrawberryAnnotation(Tree)


def schema(**options: Any) -> strawberry.Schema:
    """With our executor or the library's; what it would log is compared instead."""

    class Silent(strawberry.Schema):
        def process_errors(self, *_: object) -> None: ...

    return Silent(query=Query, subscription=Subscription, **options)


STOCK = schema()
SHORT = schema(execution_context_class=Executor)


@dataclass
class Around:
    """What the executor asks of the context."""

    tree: Tree | None
    around: Any = field(default_factory=lambda: SimpleNamespace(echo=Echo()))


def told(result: Any) -> tuple[Any, list[tuple[object, ...]]]:
    errors = result.errors or []
    return result.data, [(one.message, one.path, one.locations) for one in errors]


def both(query: str, tree: Any, **variables: Any) -> tuple[Any, Any]:
    """What the library says, and what we say."""
    answers = [
        each.execute_sync(query, variables or None, context_value=Around(tree))
        for each in (STOCK, SHORT)
    ]
    return told(answers[0]), told(answers[1])


def leaf(**changes: Any) -> Leaf:
    usual: dict[str, Any] = {"name": "oak", "colour": Colour.RED, "count": 1, "tags": ["a"]}
    return Leaf(**({**usual, "at": NOON} | changes))


def tree(**changes: Any) -> Tree:
    usual: dict[str, Any] = {"label": "t", "best": leaf(), "leaves": [leaf(), leaf(name="elm")]}
    return Tree(**({**usual, "maybe": [None, leaf()]} | changes))


ODD: some.SearchStrategy[Any] = some.sampled_from(
    [None, 1, 1.5, "red", "", True, [], {}, object, ValueError("no"), Colour]
)
NAMES = some.text(max_size=5) | ODD
LEAVES = some.builds(
    Leaf,
    name=NAMES,
    colour=some.sampled_from(Colour) | ODD,
    count=some.none() | some.integers(-(2**33), 2**33) | ODD,
    tags=some.lists(some.text(max_size=3) | ODD, max_size=2) | ODD,
    at=some.just(NOON) | ODD,
)
TREES = some.builds(
    Tree,
    label=NAMES,
    best=some.none() | LEAVES | ODD,
    leaves=some.lists(LEAVES | ODD, max_size=3) | ODD,
    maybe=some.none() | some.lists(some.none() | LEAVES, max_size=2).map(tuple) | ODD,
    below=some.none() | LEAVES | some.builds(Stone, weight=some.integers() | ODD),
)
PARTS = some.sampled_from(
    [
        "name",
        "colour",
        "again: colour",
        "count",
        "tags",
        "at",
        "__typename",
        "name @skip(if: $yes)",
        "count @include(if: $yes)",
        "... on Leaf { at name }",
        "...Some",
    ]
)
SELECTIONS = some.lists(PARTS, min_size=1, max_size=5).map(lambda parts: " ".join(["at", *parts]))
FIELDS = some.sampled_from(
    [
        "label",
        "loud(times: 2)",
        "best {{ {} }}",
        "also: best {{ {} }}",
        "leaves {{ {} }}",
        "maybe {{ {} }}",
        "maybe @include(if: $yes) {{ {} }}",
        "below {{ __typename ... on Leaf {{ {} }} ... on Stone {{ weight }} }}",
    ]
)
FRAGMENT = "fragment Some on Leaf { count tags }"


@given(
    TREES | some.none(), some.lists(some.tuples(FIELDS, SELECTIONS), max_size=5), some.booleans()
)
def test_whatever_is_asked_of_whatever_there_is(
    found: Any, chosen: list[tuple[str, str]], yes: bool
) -> None:
    fields = " ".join(form.format(selection) for form, selection in chosen)
    query = f"query ($yes: Boolean!) {{ tree {{ __typename {fields} }} }}"
    if "...Some" in fields:
        query += FRAGMENT
    library, ours = both(query, found, yes=yes)
    assert ours == library


PAGE = "{ tree { label leaves { name colour count tags at } maybe { name } } }"


def counting(calls: list[str]) -> type[Executor]:
    """Our executor; it notes which fields are resolved in the library's way."""

    class Counting(Executor):
        def execute_field(self, parent_type: Any, source: Any, details: Any, *rest: Any) -> Any:
            calls.append(details[0].node.name.value)
            return super().execute_field(parent_type, source, details, *rest)

    return Counting


def resolved(query: str, found: Tree) -> list[str]:
    calls: list[str] = []
    schema(execution_context_class=counting(calls)).execute_sync(query, context_value=Around(found))
    return calls


def test_plain_objects_are_not_resolved_field_by_field() -> None:
    assert resolved(PAGE, tree()) == ["tree"]


def test_a_resolver_is_called_and_what_is_plain_below_it_still_read_off() -> None:
    assert resolved("{ tree { loud leaves { name } } }", tree()) == ["tree", "loud", "leaves"]


def test_a_null_where_none_may_be_is_left_to_the_library() -> None:
    odd = tree(leaves=[leaf(name=None)])
    assert "name" in resolved(PAGE, odd)
    library, ours = both(PAGE, odd)
    assert ours == library
    assert "Cannot return null" in str(ours)


def test_one_odd_object_spoils_no_other() -> None:
    library, ours = both("{ tree { maybe { name } } }", tree(maybe=[leaf(name=None), leaf()]))
    assert ours == library
    assert ours[0] == {"tree": {"maybe": [None, {"name": "oak"}]}}


def answer(**data: Any) -> ExecutionResult:
    return ExecutionResult(data, None)


@pytest.fixture
def made() -> list[str]:
    return []


def maker(made: list[str], result: ExecutionResult) -> Callable[[], ExecutionResult]:
    def make() -> ExecutionResult:
        made.append("once more")
        return result

    return make


def test_an_event_is_answered_once_for_all_who_ask_the_same(made: list[str]) -> None:
    echo, event, operation = Echo(), object(), object()
    answers = [echo.get(event, operation, "{}", maker(made, answer(a=1))) for _ in range(3)]
    assert [one.data for one in answers] == [{"a": 1}] * 3
    assert len(made) == 1
    assert len({id(one) for one in answers}) == 3


def test_another_event_operation_or_variable_is_another_answer(made: list[str]) -> None:
    echo, event, operation = Echo(), object(), object()
    for asked in ((event, operation, "1"), (event, operation, "2"), (object(), operation, "1")):
        echo.get(*asked, maker(made, answer()))
    echo.get(event, object(), "1", maker(made, answer()))
    assert len(made) == 4


def test_an_answer_with_errors_is_nobody_elses(made: list[str]) -> None:
    echo, event = Echo(), object()
    for _ in range(2):
        echo.get(event, "operation", "", maker(made, ExecutionResult(None, [GraphQLError("no")])))
    assert len(made) == 2


def test_only_the_newest_answers_are_kept() -> None:
    echo = Echo(kept=3)
    for _ in range(10):
        echo.get(object(), "operation", "", answer)
    assert len(echo.made) == 3


async def test_a_long_subscription_leaves_nothing_behind() -> None:
    document = parse("subscription { trees { label leaves { name } } }")
    around = Around(tree())
    executor = Executor.build(SHORT._schema, document, context_value=around)
    assert isinstance(executor, Executor)
    for _ in range(5):
        event = executor.build_per_event_executor(tree())
        result = event.execute_operation(False)
        assert result.data == {
            "trees": {"label": "t", "leaves": [{"name": "oak"}, {"name": "elm"}]}
        }
    assert (executor._relevant_sub_fields, executor._readers) == ({}, {})
