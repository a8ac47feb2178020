"""`GET /files/{token}`: a file of ours for whoever has its signed, expiring address."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from datetime import datetime
from math import ceil
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from adapters.web.errors import problem
from domain.errors import Refused
from domain.ports import Clock, Files, StoredFile
from domain.rules.keyring import former
from domain.rules.media import ENDINGS

PATH = "/files"
PURPOSE = b"files"
TOKEN = re.compile(r"([0-9a-f]{24})\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")
SHOWN = frozenset(ENDINGS) - {"text/vcard", "text/calendar"}
"""What a browser may show by itself; everything else is downloaded."""
NAMED = frozenset(ENDINGS) | {"text/csv", "application/json"}
"""What is called by its name; everything else is only bytes."""
BYTES = "application/octet-stream"
SHORT = 20  # the longest name that phones show
ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")
NO_SECRET = "Files need SECRET_KEY: it signs their addresses."  # noqa: S105 - a sentence
HELP = "Set SECRET_KEY to at least 32 random characters and restart."
UNKNOWN = "There is nothing at this address: check that it was copied whole."
EXPIRED = "This link has expired: ask for a new one."


class SignedLinks:
    """Implements domain.ports.Links; what it signs is good for files and for nothing else."""

    def __init__(self, base_url: str, secret: str) -> None:
        self._base_url = base_url
        keys = [one for one in (secret, *former(secret)) if one]
        self._keys = [hmac.digest(one.encode(), PURPOSE, "sha256") for one in keys]

    def check(self) -> None:
        """Refused when there is no secret to sign with."""
        if not self._keys:
            raise Refused(NO_SECRET, code="NOT_CONFIGURED", help=HELP)

    def link(self, file_id: str, until: datetime) -> str:
        """An absolute, signed address that works until then; Refused without a secret."""
        self.check()
        said = f"{file_id}.{ceil(until.timestamp())}"
        return f"{self._base_url}{PATH}/{said}.{_signature(self._keys[0], said)}"

    def read(self, token: str) -> tuple[str, int] | None:
        """(file id, Unix time of its end) if we signed exactly that, be it with a former key."""
        form = TOKEN.fullmatch(token)
        if form is None:
            return None
        file_id, until, given = form.groups()
        right = [_signature(key, f"{file_id}.{until}") for key in self._keys]
        ours = any(hmac.compare_digest(one, given) for one in right)
        return (file_id, int(until)) if ours else None


def _signature(key: bytes, said: str) -> str:
    digest = hmac.digest(key, said.encode(), hashlib.sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")


def routes(files: Files, links: SignedLinks, clock: Clock) -> list[Route]:
    """The one route; GET and HEAD."""

    def serve(request: Request) -> Response:
        known = links.read(request.path_params["token"])
        if known is None:
            return problem(404, "NOT_FOUND", UNKNOWN)
        file_id, until = known
        stored = files.find(file_id) if clock.now().timestamp() < until else None
        if stored is None:
            return problem(410, "GONE", EXPIRED)
        if request.method == "HEAD":
            return Response(headers=headers(stored))
        return StreamingResponse(files.read(stored.id), headers=headers(stored))

    return [Route(f"{PATH}/{{token}}", serve)]


def headers(stored: StoredFile) -> dict[str, str]:
    """What goes before the bytes: nothing in it that a browser could mistake for a page of ours."""
    kind = stored.content_type
    return {
        "content-type": kind if kind in NAMED else BYTES,
        "content-length": str(stored.size),
        "content-disposition": _disposition(stored.name, shown=kind in SHOWN),
        "content-security-policy": "default-src 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "private",
    }


def _disposition(name: str, *, shown: bool) -> str:
    """A plain short name for phones, the whole one for browsers."""
    found = ENDING.search(name)
    end = found[0] if found else ""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name.removesuffix(end)).strip("-") or "file"
    whole = quote(re.sub(r"[/\\]", "-", name), safe="", errors="replace")
    way = "inline" if shown else "attachment"
    return f"{way}; filename=\"{plain[: SHORT - len(end)]}{end}\"; filename*=UTF-8''{whole}"
