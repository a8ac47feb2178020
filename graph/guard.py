"""What stands before the endpoint: sizes, forms, and an answer in JSON whatever happens."""

from collections.abc import Mapping

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.limits import MOST_BYTES, MOST_UPLOAD
from graph.problems import MASKED, noted

TOO_LARGE = "This request is too large: {most:,} bytes are allowed."
CLOSE_TOO_LARGE = 1009
CLOSE_MISTAKE = 1011

log = structlog.get_logger()


class TooLarge(Exception):
    """The body is longer than we read."""


class Guard:
    """Limits what is read, and answers for what nobody expected."""

    def __init__(
        self, app: ASGIApp, most: int = MOST_BYTES, most_upload: int = MOST_UPLOAD
    ) -> None:
        self.app = app
        self.most = most
        self.most_upload = most_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or one WebSocket connection."""
        started = False
        most = self.most_upload if is_form(scope) else self.most

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, _Meter(receive, most), sending)
        except TooLarge:
            told = refusal(413, TOO_LARGE.format(most=most), "COST_LIMIT")
            await _end(scope, receive, send, started, told, CLOSE_TOO_LARGE)
        except ClientDisconnect:
            log.info("graph.abandoned")
        except Exception as error:  # noqa: BLE001 - the last place where it can be told
            number = noted(error)
            told = refusal(500, MASKED, "INTERNAL", id=number)
            await _end(scope, receive, send, started, told, CLOSE_MISTAKE)


class _Meter:
    """Counts a body over its pieces, and each frame for itself."""

    def __init__(self, receive: Receive, most: int) -> None:
        self.receive = receive
        self.most = most
        self.read = 0

    async def __call__(self) -> Message:
        message = await self.receive()
        if message["type"] == "http.request":
            self.read += len(message.get("body", b""))
        elif message["type"] == "websocket.receive":
            self.read = len(message.get("text") or message.get("bytes") or "")
        if self.read > self.most:
            raise TooLarge
        return message


async def _end(
    scope: Scope, receive: Receive, send: Send, started: bool, told: Response, code: int
) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": code})
    elif not started:
        await told(scope, receive, send)


def is_form(scope: Scope) -> bool:
    """Whether a multipart form is sent, which may hold files."""
    kind = Headers(scope=scope).get("content-type", "") if scope["type"] == "http" else ""
    return scope["type"] == "http" and _media(kind) == "multipart/form-data"


def _media(content_type: str) -> str:
    """The kind alone, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def refusal(status: int, message: str, code: str, **more: str) -> Response:
    """An error of the request itself, in GraphQL's form."""
    error = {"message": message, "extensions": {"code": code, **more}}
    return JSONResponse({"data": None, "errors": [error]}, status_code=status)


def well_formed(message: object) -> bool:
    """Whether it has the form of a graphql-transport-ws message."""
    if not isinstance(message, Mapping) or not isinstance(message.get("type"), str):
        return False
    if message["type"] == "complete":
        return isinstance(message.get("id"), str)
    if message["type"] != "subscribe":
        return True
    payload = message.get("payload")
    return (
        isinstance(message.get("id"), str)
        and isinstance(payload, Mapping)
        and isinstance(payload.get("query"), str)
        and bool(payload["query"])
        and isinstance(payload.get("variables", None), Mapping | None)
        and isinstance(payload.get("operationName", None), str | None)
    )
