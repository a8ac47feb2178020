"""The HTTP translator of failures: expected ones by their code, unexpected ones by an id."""

import uuid
from http import HTTPStatus

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from domain import outages
from domain.errors import DomainError

STATUS = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "OPTED_OUT": 403,
    "OPT_IN_REQUIRED": 403,
    "QUIET_HOURS": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "DUPLICATE_CONTACT": 409,
    "TOO_LATE": 409,
    "CURSOR_EXPIRED": 410,
    "RATE_LIMITED": 429,
    "UPSTREAM_ERROR": 502,
    "NOT_CONFIGURED": 503,
}
log = structlog.get_logger(__name__)


def problem(status: int, code: str, message: str, **more: object) -> JSONResponse:
    """The one JSON form of every failure: `{"error": {"code", "message", ...}}`."""
    return JSONResponse({"error": {"code": code, "message": message, **more}}, status_code=status)


async def expected(_: Request, error: Exception) -> JSONResponse:
    """A DomainError as status and JSON; it is nobody's fault and not logged as one."""
    if not isinstance(error, DomainError):
        raise error
    fields = [{"field": one.field, "message": one.message} for one in error.fields]
    more = {"fields": fields, "help": error.help}
    told = {name: value for name, value in more.items() if value}
    return problem(STATUS.get(error.code, 400), error.code, error.message, **told)


async def refused(_: Request, error: Exception) -> JSONResponse:
    """Starlette's own refusals (404, 405, 413 …) in the same form."""
    if not isinstance(error, HTTPException):
        raise error
    reply = problem(error.status_code, HTTPStatus(error.status_code).name, error.detail)
    reply.headers.update(error.headers or {})
    return reply


HANDLERS: dict[type[Exception], ExceptionHandler] = {
    DomainError: expected,
    HTTPException: refused,
}


class Shield:
    """Middleware that answers what nobody expected: an id for the person, the place for the log.

    It stands inside Starlette's own, which would write the exception's text to the log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass HTTP requests through, watched; other kinds unwatched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            log.info("request.abandoned", path=scope["path"])
        except Exception as error:  # noqa: BLE001 - the last one who can answer
            reply = _answer(error, scope["path"])
            if not started:
                await reply(scope, receive, send)


def _answer(error: Exception, path: str) -> JSONResponse:
    if outages.passes(error):
        log.warning("database.away", path=path, kind=type(error).__name__)
        reply = problem(503, "UNAVAILABLE", "The database cannot be reached. Try again shortly.")
        reply.headers["Retry-After"] = "5"
        return reply
    error_id = uuid.uuid4().hex[:12]
    log.error("request.failed", path=path, error_id=error_id, exc_info=error)
    message = f"Something went wrong on our side. Tell your operator this id: {error_id}."
    return problem(500, "INTERNAL", message, id=error_id)
