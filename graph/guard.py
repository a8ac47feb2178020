"""What stands before the endpoint: sizes, forms, and an answer in JSON whatever happens."""

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain import outages
from graph.answers import refusal
from graph.limits import MOST_BYTES, MOST_UPLOAD
from graph.negotiation import FORM, media_type
from graph.problems import AWAY, MASKED, noted

TOO_LARGE = "This request is too large: {most:,} bytes are allowed."
CLOSE_TOO_LARGE = 1009
CLOSE_MISTAKE = 1011
CLOSE_AWAY = 1013

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
        started = ended = False
        most = self.most_upload if is_form(scope) else self.most

        async def sending(message: Message) -> None:
            nonlocal started, ended
            started, ended = True, message["type"] == "websocket.close"
            await send(message)

        try:
            await self.app(scope, _Meter(receive, most), sending)
        except ClientDisconnect:
            log.info("graph.abandoned")
        except Exception as error:  # noqa: BLE001 - the last place where it can be told
            told, code = _told(error, most)
            if scope["type"] == "websocket" and not ended:
                await send({"type": "websocket.close", "code": code})
            elif not started:
                await told(scope, receive, send)


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


def _told(error: Exception, most: int) -> tuple[Response, int]:
    """What is answered over HTTP, and the code with which a WebSocket is closed."""
    if isinstance(error, TooLarge):
        return refusal(413, TOO_LARGE.format(most=most), "COST_LIMIT"), CLOSE_TOO_LARGE
    if outages.passes(error):
        log.warning("graph.database_away", kind=type(error).__name__)
        return refusal(503, AWAY, "UPSTREAM_ERROR"), CLOSE_AWAY
    return refusal(500, MASKED, "INTERNAL", id=noted(error)), CLOSE_MISTAKE


def is_form(scope: Scope) -> bool:
    """Whether a multipart form is sent, which may hold files."""
    kind = Headers(scope=scope).get("content-type", "") if scope["type"] == "http" else ""
    return media_type(kind) == FORM
