"""`/metrics`: the figures of this process, for Prometheus.

They tell how much business there is, so strangers do not see them: with METRICS_TOKEN whoever
sends it does, without one only a scraper on the same machine. A proxy on this machine passes
strangers on, which its forwarding headers give away, or the name by which they called; so does a
page in a browser on this machine that makes a name of its own lead here.
"""

import asyncio
import re
from hmac import compare_digest
from ipaddress import ip_address

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/metrics"
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "x-forwarded-host", "via")
NEAR = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?", re.IGNORECASE)
"""What a scraper on this machine calls us, whatever the port."""
WRONG = "Send the header `Authorization: Bearer <METRICS_TOKEN>`."
UNSET = "Set METRICS_TOKEN to read the figures from elsewhere."


def route(registry: CollectorRegistry, token: str) -> Route:
    """GET only; an empty `token` is none."""

    async def metrics(request: Request) -> Response:
        _admit(request, token)
        # Some of it is asked of the database: not on the loop.
        content = await asyncio.to_thread(lambda: generate_latest(registry))
        return Response(content, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    return Route(PATH, metrics, methods=["GET"])


def _admit(request: Request, token: str) -> None:
    """401 or 403 for whoever may not see them."""
    if token:
        given = request.headers.get("authorization", "").encode()
        if not compare_digest(given, f"Bearer {token}".encode()):
            raise HTTPException(401, WRONG, {"WWW-Authenticate": "Bearer"})
    elif not _is_near(request):
        raise HTTPException(403, UNSET)


def _is_near(request: Request) -> bool:
    host = request.client.host if request.client else ""
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:
        return False
    called = NEAR.fullmatch(request.headers.get("host", ""))
    passed_on = any(name in request.headers for name in FORWARDED)
    return loopback and called is not None and not passed_on
