"""Expected failures as data, and what may be told of the unexpected ones."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

import strawberry
import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.extensions import SchemaExtension

from domain import outages
from domain.errors import DomainError
from graph.enums import ProblemCode, known
from graph.limits import TOO_LONG
from graph.scalars import written

MASKED = "Something went wrong on our side. It has been noted under this id."
AWAY = "The database cannot be reached. Try again shortly."

log = structlog.get_logger()


class Unauthenticated(DomainError):
    """Nobody is known to ask: told as an error of the request, never as a mutation's result."""

    code = "UNAUTHENTICATED"


class Forbidden(DomainError):
    """The token lacks the scope."""

    code = "FORBIDDEN"


@strawberry.type(description="One input field and what is wrong with it.")
class FieldProblem:
    """The name is the input's own."""

    field: str = strawberry.field(description="The name of the field.")
    message: str = strawberry.field(description="What is wrong with it.")


@strawberry.interface(description="A failure: a stable code and a sentence for people.")
class Error:
    """What every failure has."""

    code: ProblemCode = strawberry.field(description="The stable code.")
    message: str = strawberry.field(description="A sentence for people.")


@strawberry.type(description="An expected failure.")
class Problem(Error):
    """A DomainError on the wire."""

    fields: list[FieldProblem] = strawberry.field(description="Which input fields are wrong.")
    retry_at: datetime | None = strawberry.field(default=None, description="When to try again.")
    conflict_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id of what stands in the way."
    )
    help: str | None = strawberry.field(default=None, description="What can be done.")


def problem(
    code: str,
    message: str,
    *,
    help: str | None = None,
    fields: tuple[tuple[str, str], ...] = (),
    conflict_id: str | None = None,
    retry_at: datetime | None = None,
) -> Problem:
    """A Problem from plain words."""
    return Problem(
        code=known(ProblemCode, code, ProblemCode.INVALID_INPUT),
        message=message,
        fields=[FieldProblem(field=field, message=text) for field, text in fields],
        retry_at=retry_at,
        conflict_id=strawberry.ID(conflict_id) if conflict_id else None,
        help=help,
    )


def problem_of(error: DomainError) -> Problem:
    """A DomainError as data."""
    return problem(
        error.code,
        error.message,
        help=error.help,
        fields=tuple((one.field, one.message) for one in error.fields),
        conflict_id=error.conflict_id,
        retry_at=error.retry_at,
    )


class AsData(strawberry.ExceptionHandler[DomainError, Problem]):
    """Turns a DomainError into the Problem of a mutation's union."""

    def handle(self, exception: DomainError, **_: Any) -> Problem | None:
        """The Problem; None lets a missing token fail the whole request."""
        return None if isinstance(exception, Unauthenticated) else problem_of(exception)


@contextmanager
def alone(answers: list[Any]) -> Iterator[None]:
    """Where a list is promised: a DomainError becomes its only answer."""
    try:
        yield
    except Unauthenticated:
        raise
    except DomainError as error:
        answers.append(problem_of(error))


class Told(SchemaExtension):
    """Errors over a WebSocket leave with a code, or masked; over HTTP the endpoint tells them."""

    def on_stream_result(self, result: Any) -> Iterator[None]:
        """Look at each result of a subscription before it leaves."""
        tell(result)
        yield


def tell(result: Any) -> None:
    """Put the errors of a result into the form in which they may leave."""
    if result.errors:
        result.errors = [told(error) for error in result.errors]


def told(error: GraphQLError) -> GraphQLError:
    """The error as the client may see it; telling it twice changes nothing."""
    cause = error.original_error
    if isinstance(cause, DomainError):
        return _coded(error, cause.message, described(cause))
    if (error.extensions or {}).get("code"):
        return error
    if isinstance(error, GraphQLSyntaxError) and "Parsing aborted" in error.description:
        return _coded(error, TOO_LONG, {"code": "COST_LIMIT"})
    if cause is None or isinstance(cause, GraphQLError):
        return _coded(error, error.message, {"code": "INVALID_INPUT"})
    if outages.passes(cause):
        log.warning("graph.database_away", kind=type(cause).__name__)
        return _coded(error, AWAY, {"code": "UPSTREAM_ERROR"})
    return _coded(error, MASKED, {"code": "INTERNAL", "id": noted(cause, error.path)})


def described(cause: DomainError) -> dict[str, Any]:
    """What the extensions of an error say of an expected failure."""
    said: dict[str, Any] = {"code": cause.code}
    if cause.fields:
        said["fields"] = [{"field": one.field, "message": one.message} for one in cause.fields]
    said |= {"conflictId": cause.conflict_id} if cause.conflict_id else {}
    said |= {"retryAt": written(cause.retry_at)} if cause.retry_at else {}
    return said | ({"help": cause.help} if cause.help else {})


def noted(cause: BaseException, path: object = None) -> str:
    """Log where it happened, without its text, which may hold anything; the id for the client."""
    number = uuid4().hex[:12]
    frames = traceback.extract_tb(cause.__traceback__)[-6:]
    log.error(
        "graph.unexpected",
        id=number,
        kind=type(cause).__name__,
        path=path,
        frames=[f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames],
    )
    return number


def _coded(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(
        message, nodes=error.nodes, source=error.source, path=error.path, extensions=extensions
    )
