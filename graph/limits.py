"""How large a request may be: deep, wide and long. Counted once per fragment, so that a request
cannot make the counting itself expensive.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)

MOST_DEEP = 12
MOST_ALIASES = 30
MOST_TOKENS = 2_000
MOST_BYTES = 1_000_000
MOST_UPLOAD = 55_000_000

TOO_DEEP = "This request is nested {depth} deep; {most} are allowed."
TOO_WIDE = "This request has {aliases} aliases; {most} are allowed."


@dataclass(frozen=True)
class Size:
    """How deep a selection goes, and how many aliases it has with all its fragments."""

    depth: int = 0
    aliases: int = 0


@dataclass
class Measure:
    """Measures the selections of one document; each fragment is measured once."""

    fragments: dict[str, FragmentDefinitionNode]
    known: dict[str, Size] = field(default_factory=dict)

    def of(self, selections: SelectionSetNode | None) -> Size:
        """The size of a selection set; introspection counts for nothing."""
        sizes = [self._one(node) for node in selections.selections] if selections else []
        depth = max((size.depth for size in sizes), default=0)
        return Size(depth, sum(size.aliases for size in sizes))

    def _one(self, node: Any) -> Size:
        if isinstance(node, FieldNode):
            alias = 1 if node.alias else 0
            if node.name.value.startswith("__"):
                return Size(0, alias)
            inner = self.of(node.selection_set)
            return Size(1 + inner.depth, alias + inner.aliases)
        if isinstance(node, InlineFragmentNode):
            return self.of(node.selection_set)
        return self._fragment(node) if isinstance(node, FragmentSpreadNode) else Size()

    def _fragment(self, node: FragmentSpreadNode) -> Size:
        name = node.name.value
        if name not in self.known:
            self.known[name] = Size()  # one that contains itself is refused by another rule
            found = self.fragments.get(name)
            self.known[name] = self.of(found.selection_set) if found else Size()
        return self.known[name]


class Limits(ValidationRule):
    """Refuses what is too deep or has too many aliases."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        definitions = context.document.definitions
        measure = Measure(
            {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
        )
        for one in definitions:
            if isinstance(one, OperationDefinitionNode):
                self._judge(measure.of(one.selection_set), context.report_error)

    def _judge(self, size: Size, report: Callable[[GraphQLError], None]) -> None:
        if size.depth > MOST_DEEP:
            report(_refusal(TOO_DEEP.format(depth=size.depth, most=MOST_DEEP)))
        if size.aliases > MOST_ALIASES:
            report(_refusal(TOO_WIDE.format(aliases=size.aliases, most=MOST_ALIASES)))


def _refusal(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "COST_LIMIT"})
