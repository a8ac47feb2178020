"""How large a request may be: deep, wide and long. Counted once per fragment, so that a request
cannot make the counting itself expensive.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TokenKind,
)

MOST_DEEP = 12
MOST_ALIASES = 30
MOST_TOKENS = 2_000
MOST_PAIRS = 5_000  # of fields that are the same
KNOWN = 128  # documents of which it is remembered
DEEPEST = 40  # introspection is deeper than anything else
MOST_BYTES = 1_000_000
MOST_UPLOAD = 55_000_000

NUMBERS = (TokenKind.INT, TokenKind.FLOAT)
MOST_DIGITS = 100
TOO_MANY_DIGITS = f"A number in this request has more than {MOST_DIGITS} digits."
TOO_DEEP = "This request is nested {depth} deep; {most} are allowed."
TOO_LONG = f"This request has more than {MOST_TOKENS:,} words, or too many in one another."
TOO_OFTEN = "This request selects the same fields too often, or inside themselves."
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
        """The size of a selection set; how deep introspection goes is limited by another rule."""
        sizes = [self._one(node) for node in selections.selections] if selections else []
        depth = max((size.depth for size in sizes), default=0)
        return Size(depth, sum(size.aliases for size in sizes))

    def _one(self, node: Any) -> Size:
        if isinstance(node, FieldNode):
            inner = self.of(node.selection_set)
            aliases = inner.aliases + (1 if node.alias else 0)
            hidden = node.name.value.startswith("__")
            return Size(0 if hidden else 1 + inner.depth, aliases)
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


@dataclass
class Repeats:
    """How much of a request has to be compared with itself: the same fields selected again.

    The library compares each with each, before anything else could refuse them.
    """

    fragments: dict[str, FragmentDefinitionNode]
    left: int = MOST_PAIRS

    def spent(self, sets: Sequence[SelectionSetNode], deep: int = 0) -> bool:
        """Whether it is too much, with all that is below these selections, taken together."""
        if deep > DEEPEST:
            return True  # a fragment may be below itself
        found: dict[str, list[FieldNode]] = {}
        for one in sets:
            self._collect(one, found, set())
        for nodes in found.values():
            self.left -= len(nodes) * (len(nodes) + 1) // 2
            inner = [node.selection_set for node in nodes if node.selection_set]
            if self.left < 0 or (inner and self.spent(inner, deep + 1)):
                return True
        return False

    def _collect(
        self, selections: SelectionSetNode, found: dict[str, list[FieldNode]], seen: set[str]
    ) -> None:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                self._collect(node.selection_set, found, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                if fragment := self.fragments.get(node.name.value):
                    self._collect(fragment.selection_set, found, seen)


@lru_cache(KNOWN)
def oversize(document: DocumentNode) -> GraphQLError | None:
    """Why a document is too much, if it is; known before anything else is asked about it."""
    if _endless(document):
        return _refusal(TOO_MANY_DIGITS)
    definitions = document.definitions
    fragments = {
        one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)
    }
    measure, repeats = Measure(fragments), Repeats(fragments)
    for one in definitions:
        if not isinstance(one, OperationDefinitionNode):
            continue
        size = measure.of(one.selection_set)
        if size.depth > MOST_DEEP:
            return _refusal(TOO_DEEP.format(depth=size.depth, most=MOST_DEEP))
        if size.aliases > MOST_ALIASES:
            return _refusal(TOO_WIDE.format(aliases=size.aliases, most=MOST_ALIASES))
        if repeats.spent([one.selection_set]):
            return _refusal(TOO_OFTEN)
    return None


def _endless(document: DocumentNode) -> bool:
    """Whether a number in it is longer than any number can be; reading it alone would take long."""
    token = document.loc.start_token if document.loc else None
    while token:
        if token.kind in NUMBERS and len(token.value or "") > MOST_DIGITS:
            return True
        token = token.next
    return False


def _refusal(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "COST_LIMIT"})
