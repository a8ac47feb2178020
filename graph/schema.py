"""The schema, put together. `python -m graph.schema` prints it for schema.graphql."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSyntaxError, OperationDefinitionNode
from strawberry.extensions import (
    DisableIntrospection,
    MaxTokensLimiter,
    ParserCache,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.types.graphql import OperationType

from graph.limits import MOST_TOKENS, oversize
from graph.measuring import Measured
from graph.mutations import Mutation
from graph.problems import AsData, Told
from graph.queries import Query
from graph.reader import Executor
from graph.scalars import scalars
from graph.subscriptions import Subscription

UNNAMED = "This document has several operations: say by `operationName` which one is meant."


class Parsed(ParserCache):
    """The cache of what was read; what cannot be read is left to the library, which says so.

    Its own cache lets the error through, and a WebSocket client would hear `complete` alone.
    """

    def on_parse(self) -> Iterator[None]:
        """Put the document in its place, if there is one."""
        context = self.execution_context
        with suppress(GraphQLSyntaxError):
            context.graphql_document = self.cached_parse_document(
                context.query, **context.parse_options
            )
        yield


class Validated(ValidationCache):
    """The cache of what was judged; what is too large is refused without any judging.

    Of several operations one must be named: the library would take the first.
    """

    def on_validate(self) -> Iterator[None]:
        """Refuse the document before anything of it is executed."""
        context = self.execution_context
        document = context.graphql_document
        if document and (refused := oversize(document) or self._nameless(document)):
            context.pre_execution_errors = [refused]
            yield
        else:
            yield from super().on_validate()

    def _nameless(self, document: DocumentNode) -> GraphQLError | None:
        given = self.execution_context._provided_operation_name  # noqa: SLF001 - kept nowhere else
        operations = [
            one for one in document.definitions if isinstance(one, OperationDefinitionNode)
        ]
        return GraphQLError(UNNAMED) if len(operations) > 1 and given is None else None


class Schema(strawberry.Schema):
    """Strawberry's schema; errors are told by `problems.Told`, so nothing else logs them."""

    def process_errors(self, *_: object) -> None:
        """Nothing: expected failures are never logged as errors."""

    async def execute(self, *args: Any, **options: Any) -> Any:
        """One answer; a subscription has many and needs a way on which they can come."""
        allowed = options.get("allowed_operation_types") or frozenset(OperationType)
        options["allowed_operation_types"] = set(allowed) - {OperationType.SUBSCRIPTION}
        return await super().execute(*args, **options)


def schema(*, introspection: bool = True) -> Schema:
    """The schema with its limits. Caches are shared between requests, rules are built once."""
    return Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(scalar_map=scalars(), disable_field_suggestions=not introspection),
        exception_handlers=[AsData()],
        execution_context_class=Executor,
        extensions=[
            Measured,
            Told,
            lambda: MaxTokensLimiter(MOST_TOKENS),
            Parsed,
            Validated,
            *([] if introspection else [DisableIntrospection]),
        ],
    )


def sdl() -> str:
    """The schema as text, as it is committed."""
    return f"{schema().as_str()}\n"


if __name__ == "__main__":
    sys.stdout.write(sdl())
