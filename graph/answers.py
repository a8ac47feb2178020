"""What leaves over HTTP: answers and refusals, in GraphQL's form."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from graph.negotiation import JSON, RESPONSE

NO_STORE = {"cache-control": "no-store", "vary": "Accept"}


def answer(data: Mapping[str, Any], kind: str | None) -> Response:
    """One operation's answer. 401: the token was missing or wrong; a request that could not be
    executed is a 400 where the media type says that it is GraphQL's, and has no `data`.
    """
    refused = data.get("data") is None and not any("path" in one for one in data.get("errors", ()))
    body = {name: value for name, value in data.items() if name != "data"} if refused else data
    if _anonymous(data):
        return challenged(_response(body, 401, kind))
    return _response(body, 400 if refused and kind == RESPONSE else 200, kind)


def refusal(status: int, message: str, code: str, **more: str) -> Response:
    """An error of the request itself."""
    error = {"message": message, "extensions": {"code": code, **more}}
    return _response({"errors": [error]}, status, JSON)


def challenged(response: Response) -> Response:
    """A refusal that says how one may come in."""
    response.headers["www-authenticate"] = "Bearer"
    return response


def limited(response: Response, seconds: int) -> Response:
    """A refusal that says when one may come again."""
    response.headers["retry-after"] = str(seconds)
    return response


def encoded(data: object) -> bytes:
    """As JSON; what the database kept of strange types as text."""
    return orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)


def _response(body: object, status: int, kind: str | None) -> Response:
    return Response(
        encoded(body), status, headers=NO_STORE, media_type=f"{kind or JSON}; charset=utf-8"
    )


def _anonymous(data: Mapping[str, Any]) -> bool:
    codes = [(error.get("extensions") or {}).get("code") for error in data.get("errors", ())]
    return "UNAUTHENTICATED" in codes
