"""HTTP at the edge: reading bodies, refusing, hanging up, and keeping strangers out."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from adapters.sandbox.ledger import Json


class Refusal(Exception):
    """A request by a script or the page that cannot be done; answered as `{"error": ...}`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def refuse(_request: Request, error: Exception) -> Response:
    """Translate a Refusal for the client."""
    status = error.status if isinstance(error, Refusal) else 500
    return JSONResponse({"error": str(error)}, status)


async def read_json(request: Request) -> Json:
    """The request's JSON object; anything else is refused with 400."""
    try:
        body = orjson.loads(await request.body() or b"{}")
    except orjson.JSONDecodeError as wrong:
        raise Refusal(400, f"the body is not JSON: {wrong}") from wrong
    if not isinstance(body, dict):
        raise Refusal(400, "the body must be a JSON object")
    return body


async def read_form(request: Request) -> list[tuple[str, str]]:
    """The urlencoded fields in order, repeated and empty ones included."""
    raw = (await request.body()).decode("utf-8", "replace")
    return parse_qsl(raw, keep_blank_values=True, max_num_fields=1000)


def text_of(body: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A string field; refused with 400 when it is absent without default or not a string."""
    value = body.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (not value.strip() and default is None):
        raise Refusal(400, f"{name} is required and must be a string")
    return value


class HangUp(Response):
    """Not an answer: the connection is closed with nothing, or with half a reply, sent."""

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection instead of answering."""
        # The server keeps the socket to itself; its cycle object is the owner of `receive`.
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
            while (await receive())["type"] != "http.disconnect":
                continue
            return
        headers = [(b"content-length", b"100"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
