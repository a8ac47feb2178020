"""What every answer of ours tells browsers, unless its route says something stricter itself.

Nothing is a page that may run anything, be framed or be kept; pages and files say what they are.
"""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

USUAL: Mapping[str, str] = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
SECURE = {"strict-transport-security": "max-age=31536000"}
"""Only where the world reaches us by https; subdomains are the owner's to decide."""


class Headers:
    """Middleware that adds them; `public_url` is where the world reaches us."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._told = dict(USUAL) | (SECURE if public_url.startswith("https://") else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; other kinds pass."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in self._told.items():
                    given.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending)
