"""Whether it is a person who opens an address, as far as its request says so.

Chats, phones and carriers look at links before people do: to show a preview, to fetch the page
beforehand, or to see whether it does harm. Who does that under a browser's name is not known.
"""

import re

from starlette.requests import Request

AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""Headers of a browser that fetches what its user has not opened."""
MACHINES = re.compile(
    # A Cubot is a telephone.
    r"(?<!cu)bot\b|crawl|spider|slurp|urlscan|scanner|preview|externalhit|facebot|whatsapp|slack-"
    r"|google-|googleother|googlemessages|mediapartners|embedly|iframely|vkshare"
    r"|proofpoint|barracuda|mimecast|safelinks|virustotal|cloudmark|adaptivemobile|netcraft"
    r"|headless|phantomjs|lighthouse|curl/|wget/|python|httpx|aiohttp|okhttp|java/|go-http|libwww"
    r"|node-fetch|axios|undici",
    re.IGNORECASE,
)


def is_person(request: Request) -> bool:
    """Whether somebody opens it in a browser: not by HEAD, not ahead of time, not as a machine."""
    agent = request.headers.get("user-agent", "")
    ahead = any(_early(request.headers.get(name, "")) for name in AHEAD)
    return request.method == "GET" and not ahead and bool(agent) and not MACHINES.search(agent)


def _early(purpose: str) -> bool:
    return any(word in purpose.lower() for word in ("prefetch", "prerender", "preview"))
