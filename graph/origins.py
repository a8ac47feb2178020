"""Pages of other origins that may use the API from a browser."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

HEADERS = ("authorization", "content-type", "apollo-require-preflight", "graphql-preflight")
PREFLIGHT_SECONDS = 600


def shared_with(origins: Sequence[str], app: ASGIApp) -> ASGIApp:
    """The same, answering the browsers of those origins' pages too.

    Cookies are none of ours: a token comes in a header, which a page must know to send.
    """
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=["POST"],
        allow_headers=HEADERS,
        allow_credentials=False,
        max_age=PREFLIGHT_SECONDS,
    )
