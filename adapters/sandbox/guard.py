"""Who may use the sandbox: it acts without a password, so only this machine."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "testserver"})


class Guard:
    """Refuses what a foreign web page could send: the sandbox acts without a password.

    The two APIs carry credentials of their own and are let through.
    """

    def __init__(self, app: ASGIApp, own_url: str, open_paths: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = LOOPBACK | {urlsplit(own_url).hostname or ""}
        self._open = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or answer 403."""
        if scope["type"] != "http" or self._is_open(scope) or self._is_local(Request(scope)):
            await self._app(scope, receive, send)
            return
        answer = JSONResponse({"error": "only a local page or script may use the sandbox"}, 403)
        await answer(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return any(path.startswith(prefix) for prefix in self._open)

    def _is_local(self, request: Request) -> bool:
        origin = request.headers.get("origin")
        here = request.headers.get("host", "")
        if _host(here) not in self._hosts:
            return False
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return request.method == "GET" and origin is None
        return origin is None or origin.partition("//")[2] == here


def _host(netloc: str) -> str | None:
    try:
        return urlsplit(f"//{netloc}").hostname
    except ValueError:
        return None
