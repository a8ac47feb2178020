"""What a request selects, known before anything is loaded.

A page loads what is nested in it in a constant number of commands; for that it must know which
nested fields are wanted and with which arguments. A plan is a value: equal requests are equal.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
)
from graphql.execution.values import VariableValues, get_argument_values, get_directive_values
from graphql.type import GraphQLIncludeDirective, GraphQLSkipDirective

from domain.errors import InvalidInput

MOST_NODES = 12_000
DEFAULT_FIRST = 50
TOO_MUCH = "This asks for up to {cost:,} nodes at once; {most:,} are allowed. Ask for fewer."

Key = tuple[int | None, str | None]


@dataclass(frozen=True)
class Plan:
    """One selected field, its `first` and `after`, and what is selected below it.

    `status` is the one condition that nested pages know.
    """

    name: str
    key: Key
    below: tuple["Plan", ...]
    status: str | None = None

    @property
    def label(self) -> str:
        """Tells nested pages of one field apart by their condition."""
        return f"{self.name}:{self.status}" if self.status else self.name

    def __contains__(self, name: str) -> bool:
        return any(plan.name == name for plan in self.below)

    def under(self, *names: str) -> "Plan":
        """What is selected below the fields of these names, whatever their aliases."""
        parts = [part for plan in self.below if plan.name in names for part in plan.below]
        return Plan(names[-1], (None, None), tuple(parts))

    def pages(self, name: str) -> Iterator["Plan"]:
        """The nested pages of that field, one for each set of arguments."""
        own = [plan for plan in self.below if plan.name == name]
        for key, status in dict.fromkeys((plan.key, plan.status) for plan in own):
            same = [plan for plan in own if (plan.key, plan.status) == (key, status)]
            yield Plan(name, key, tuple(part for plan in same for part in plan.below), status)

    @property
    def node(self) -> "Plan":
        """Of a connection: what is selected of its nodes."""
        parts = [*self.under("nodes").below, *self.under("edges").under("node").below]
        return Plan("node", (None, None), tuple(parts))

    @property
    def cost(self) -> int:
        """How many nodes may come of it at most."""
        inner = sum(plan.cost for plan in self.below)
        paged = "nodes" in self or "edges" in self
        return max(self.key[0] or DEFAULT_FIRST, 1) * (1 + inner) if paged else inner


def plan_of(info: GraphQLResolveInfo[Any]) -> Plan:
    """The plan of the field being resolved; InvalidInput COST_LIMIT for what is too much."""
    variables: Any = info.variable_values  # plain coerced values here, not the library's container
    walk = _Walk(info.schema, info.fragments, VariableValues({}, variables))
    found = walk.field(info.parent_type, info.field_nodes)
    others = walk.fields(info.parent_type, info.operation.selection_set)
    afford(sum(plan.cost for plan in others) or found.cost)
    return found


def afford(cost: int) -> None:
    """InvalidInput COST_LIMIT when so many nodes are too much."""
    if cost > MOST_NODES:
        raise InvalidInput(TOO_MUCH.format(cost=cost, most=MOST_NODES), code="COST_LIMIT")


@dataclass(frozen=True)
class _Walk:
    """A walk through one operation, with its variables as they were given."""

    schema: GraphQLSchema
    fragments: Mapping[str, Any]
    variables: VariableValues

    def fields(self, kind: GraphQLObjectType, selections: SelectionSetNode) -> list[Plan]:
        """The plans of an operation's fields, its fragments' included, if there are several."""
        found: dict[str, tuple[GraphQLObjectType, list[FieldNode]]] = {}
        self._collect(kind, selections, found, set())
        if len(found) == 1:
            return []
        return [self.field(owner, nodes) for owner, nodes in found.values()]

    def field(self, parent: GraphQLObjectType, nodes: Iterable[FieldNode]) -> Plan:
        """The plan of one field, which may be selected several times under one name."""
        nodes = list(nodes)
        definition = parent.fields[nodes[0].name.value]
        given = get_argument_values(definition, nodes[0], self.variables)
        below: dict[str, tuple[GraphQLObjectType, list[FieldNode]]] = {}
        for node in nodes:
            if node.selection_set:
                inner = get_named_type(definition.type)
                self._collect(inner, node.selection_set, below, set())
        return Plan(
            nodes[0].name.value,
            (given.get("first"), given.get("after")),
            tuple(self.field(owner, chosen) for owner, chosen in below.values()),
            _word(given.get("status")),
        )

    def _collect(
        self,
        kind: Any,
        selections: SelectionSetNode,
        found: dict[str, tuple[GraphQLObjectType, list[FieldNode]]],
        visited: set[str],
    ) -> None:
        """Fields by response name, as execution groups them; each fragment counts once."""
        for node in selections.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                name = node.name.value
                if name in getattr(kind, "fields", ()) and isinstance(kind, GraphQLObjectType):
                    response = f"{kind.name}.{node.alias.value if node.alias else name}"
                    found.setdefault(response, (kind, []))[1].append(node)
            elif isinstance(node, InlineFragmentNode):
                self._collect(self._kind(kind, node), node.selection_set, found, visited)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in visited:
                visited.add(node.name.value)
                fragment = self.fragments[node.name.value]
                self._collect(self._kind(kind, fragment), fragment.selection_set, found, visited)

    def _kind(self, kind: Any, node: Any) -> Any:
        return self.schema.get_type(node.type_condition.name.value) if node.type_condition else kind

    def _included(self, node: Any) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))


def _word(given: object) -> str | None:
    """A state as it is stored."""
    return str(getattr(given, "value", given)) if given else None
