"""The schema, put together. `python -m graph.schema` prints it for schema.graphql."""

import sys
from typing import Any

import strawberry
from strawberry.extensions import (
    AddValidationRules,
    DisableIntrospection,
    MaxTokensLimiter,
    ParserCache,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.types.graphql import OperationType

from graph.limits import MOST_TOKENS, Limits
from graph.mutations import Mutation
from graph.problems import AsData, Told
from graph.queries import Query
from graph.reader import Executor
from graph.scalars import scalars
from graph.subscriptions import Subscription


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
            Told,
            lambda: MaxTokensLimiter(MOST_TOKENS),
            lambda: AddValidationRules([Limits]),
            ParserCache,
            ValidationCache,
            *([] if introspection else [DisableIntrospection]),
        ],
    )


def sdl() -> str:
    """The schema as text, as it is committed."""
    return f"{schema().as_str()}\n"


if __name__ == "__main__":
    sys.stdout.write(sdl())
