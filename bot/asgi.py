"""The route that Slack calls: what is not signed by Slack never reaches a listener."""

import re
from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import (
    to_async_bolt_request,
    to_starlette_response,
)
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot import shapes
from bot.ears import Ears

PATH = "/slack/events"
LARGEST = 1024 * 1024
WHEN, SIGNED = "x-slack-request-timestamp", "x-slack-signature"
TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


def endpoint(
    app: AsyncApp, signing_secret: str, ears: Ears | None = None
) -> Callable[[Request], Awaitable[Response]]:
    """For `Route(PATH, …, methods=["POST"])`: events, buttons, shortcuts and forms alike.

    `ears` hear of what looks like Slack's and is not signed with our secret.
    """
    verifier = SignatureVerifier(signing_secret)

    async def receive(request: Request) -> Response:
        body = await _capped(request)
        if not _signed(request, body, verifier):
            if ears and _shaped(request):
                await ears.refuse()
            raise HTTPException(401, "The signature does not fit: this is not from Slack.")
        return to_starlette_response(await app.async_dispatch(_read(request, body)))

    return receive


def _read(request: Request, body: bytes) -> AsyncBoltRequest:
    """The request as Bolt knows it; 400 for what it would stumble over."""
    try:
        shapes.check(body.decode(), request.headers.get("content-type", ""))
        return to_async_bolt_request(request, body)
    except shapes.Misshapen as error:
        raise HTTPException(400, str(error)) from error
    except (AttributeError, LookupError, TypeError) as error:
        # Bolt looks for ids in some twenty places, and trusts each to be what it should be.
        raise HTTPException(400, "This request has an unknown form.") from error


def _signed(request: Request, body: bytes, verifier: SignatureVerifier) -> bool:
    """The shapes come first: the library fails on a timestamp or a body that is no text."""
    timestamp, signature = request.headers.get(WHEN, ""), request.headers.get(SIGNED, "")
    shaped = _shaped(request) and _is_text(body)
    return shaped and verifier.is_valid(body, timestamp, signature)


def _shaped(request: Request) -> bool:
    """Whether it has what Slack's requests have."""
    timestamp, signature = request.headers.get(WHEN, ""), request.headers.get(SIGNED, "")
    return bool(TIMESTAMP.fullmatch(timestamp) and SIGNATURE.fullmatch(signature))


async def _capped(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise HTTPException(413, "This request is too large.")
    return bytes(body)


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
