"""Operations are counted and timed: their kind and how they ended, nothing of what they say."""

import time
from collections.abc import Iterator
from contextlib import suppress

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from domain import tracing
from graph.context import Context

UNREAD = "unread"
"""The kind of what could not be read."""


class Measured(SchemaExtension):
    """Around each operation; a subscription is counted when it ends."""

    def on_operation(self) -> Iterator[None]:
        """From reading it to its answer."""
        began, wall = time.perf_counter(), time.time()
        yield
        context = self.execution_context.context
        if not isinstance(context, Context):
            return
        telemetry, kind = context.around.telemetry, self._kind()
        telemetry.count("graphql_operations", kind=kind, outcome=self._outcome())
        if kind in ("query", "mutation"):
            telemetry.observe("graphql_seconds", time.perf_counter() - began, kind=kind)
        if kind == "mutation":  # it may be what a text begins with
            telemetry.span("graphql", tracing.current(), wall)

    def _kind(self) -> str:
        with suppress(RuntimeError, GraphQLError, LookupError):
            return self.execution_context.operation_type.value
        return UNREAD

    def _outcome(self) -> str:
        context = self.execution_context
        refused = context.pre_execution_errors
        failed = refused or getattr(context.result, "errors", None)
        return "refused" if refused else "failed" if failed else "answered"
