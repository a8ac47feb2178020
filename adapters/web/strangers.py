"""How often one address of the world may knock in vain.

What is signed or has a valid token is never counted, nor refused: requests are looked at first,
and only those that fail count. Where addresses could be tried out (short links, files), or where a
mere visit makes us store something (the installation), an address that knocked too often is not
looked at at all. An address of a private network is a proxy's, behind which everybody is.
"""

import math
from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.errors import problem
from adapters.web.hosts import is_public
from domain.allowance import Allowance

TOO_OFTEN = (
    "Too many requests came from this address that are not signed, have no valid token, or ask for "
    "what is not there. Try again in {seconds} s."
)
REFUSED = frozenset({401, 403})
MISSED = frozenset({401, 403, 404, 410})
SITE = 64  # bits of an IPv6 address that one site has


class Strangers:
    """Middleware. `guessed` are beginnings of paths that could be tried out, `visited` those of
    which each visit counts.
    """

    def __init__(
        self,
        app: ASGIApp,
        allowance: Allowance,
        guessed: Sequence[str] = (),
        visited: Sequence[str] = (),
    ) -> None:
        self._app = app
        self._allowance = allowance
        self._guessed = tuple(guessed)
        self._visited = tuple(visited)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; other kinds pass."""
        who = site(scope) if scope["type"] == "http" else None
        if who is None:
            await self._app(scope, receive, send)
            return
        path, wait = scope["path"], 0.0
        if path.startswith(self._visited):
            wait = self._allowance.take(who)
        elif path.startswith(self._guessed):
            wait = self._allowance.wait(who)
        if wait:
            await _refusal(wait)(scope, receive, send)
            return
        failures = MISSED if path.startswith(self._guessed) else REFUSED
        await self._watched(scope, receive, send, who, failures)

    async def _watched(
        self, scope: Scope, receive: Receive, send: Send, who: str, failures: frozenset[int]
    ) -> None:
        wait = 0.0

        async def sending(message: Message) -> None:
            nonlocal wait
            if message["type"] == "http.response.start" and message["status"] in failures:
                wait = self._allowance.take(who)
                if wait:
                    await _refusal(wait)(scope, receive, send)
            if not wait:
                await send(message)

        await self._app(scope, receive, sending)


def site(scope: Mapping[str, object]) -> str | None:
    """Who asks, by an address of the world; of IPv6 the part that one site has. None: unknown."""
    client = scope.get("client")
    host = str(client[0]) if isinstance(client, tuple | list) and client else ""
    if not is_public(host):
        return None
    ip = ip_address(host.partition("%")[0])
    if isinstance(ip, IPv6Address):
        return str(ip_network((ip, SITE), strict=False))
    return str(ip)


def _refusal(wait: float) -> Response:
    seconds = math.ceil(wait)
    reply = problem(429, "RATE_LIMITED", TOO_OFTEN.format(seconds=seconds))
    reply.headers["retry-after"] = str(seconds)
    return reply
