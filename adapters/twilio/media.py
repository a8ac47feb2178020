"""What came with a text, fetched from Twilio. Implements domain.ports.Media.

Our credentials go to Twilio's own media addresses and nowhere else: not to where a redirect leads,
not to what only claims to be such an address. A redirect is followed to public https alone.
"""

import asyncio
import re
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx2

from adapters.twilio.gateway import Credentials
from adapters.twilio.road import MOST_HOPS, REDIRECTS, Road, Target
from adapters.twilio.trust import certificates
from adapters.web.hosts import Resolve, resolved
from domain.rules import media as rules
from domain.values import Content, Postponed, Unavailable

HOST = r"https://api(?:\.[a-z0-9-]+){0,2}\.twilio\.com"
PATH = (
    r"/2010-04-01/Accounts/AC[0-9a-fA-F]{32}/Messages/(?:SM|MM)[0-9a-fA-F]{32}"
    r"/Media/ME[0-9a-fA-F]{32}"
)
NAME = re.compile(r'filename="?([^";]+)')

FOREIGN = "Its address is not one of Twilio's, so it was not fetched."
ASTRAY = "Twilio sent us on to an address that may not be asked."
TOO_LARGE = "It is larger than {most:,} bytes."
DELETED = "It has been deleted at Twilio."
MISSING = "Twilio does not have it."
UNKNOWN_US = "Twilio did not accept our credentials: check TWILIO_AUTH_TOKEN or the API key."
BUSY = "Twilio asks to slow down."
REFUSED = "Twilio answered with HTTP {status}."
UNREACHABLE = "It could not be fetched from Twilio in time."
NO_FILE = "Twilio gave a page instead of the file."
EMPTY = "Twilio gave an empty file."
LOOP = "Twilio sent us from one address to the next."

UNAUTHORIZED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})

Outcome = Content | Unavailable | Postponed


class TwilioMedia:
    """One per process, closed at its end. `base_url` stands for Twilio's own host, if given."""

    def __init__(
        self,
        credentials: Credentials,
        base_url: str | None = None,
        seconds: float = 30.0,
        *,
        resolve: Resolve = resolved,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._auth = httpx2.BasicAuth(credentials.username, credentials.password)
        self._base = base_url.rstrip("/") if base_url else None
        self._own = re.compile((re.escape(self._base) if self._base else HOST) + PATH)
        self._seconds = seconds
        self._http = httpx2.AsyncClient(
            timeout=seconds,
            trust_env=base_url is None,
            verify=certificates(),
            transport=transport,
        )
        self._road = Road(self._http, self._base, resolve)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def fetch(self, address: str, most: int) -> Outcome:
        """The file at that address, if it is Twilio's and has at most so many bytes."""
        if not self._own.fullmatch(address):
            return Unavailable(FOREIGN)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(Target(address, known=True), most)
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError):
            return Postponed(UNREACHABLE)

    async def _follow(self, target: Target, most: int) -> Outcome:
        for _ in range(MOST_HOPS):
            found = await self._ask(target, most)
            if not isinstance(found, Target):
                return found
            target = found
        return Postponed(LOOP)

    async def _ask(self, target: Target, most: int) -> Outcome | Target:
        """The file, or where to look for it instead."""
        auth = self._auth if target.known else None
        answer = await self._http.send(self._road.request(target), auth=auth, stream=True)
        try:
            if answer.status_code in REDIRECTS:
                location = answer.headers.get("location", "")
                return await self._road.onward(location, target.url) or Unavailable(ASTRAY)
            if answer.status_code in UNAUTHORIZED and target.known:
                return Target(target.url)  # it may be open to all, and closed to this key
            return await _read(answer, most)
        finally:
            await answer.aclose()


async def _read(answer: httpx2.Response, most: int) -> Outcome:
    if answer.status_code != HTTPStatus.OK:
        return _refused(answer)
    said = answer.headers.get("content-length", "")
    if said.isascii() and said.isdecimal() and int(said) > most:
        return Unavailable(TOO_LARGE.format(most=most))
    data = bytearray()
    async for part in answer.aiter_raw():
        data += part
        if len(data) > most:
            return Unavailable(TOO_LARGE.format(most=most))
    if not data:
        return Postponed(EMPTY)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "text/html" or rules.is_page(bytes(data[: rules.HEAD])):
        return Postponed(NO_FILE)
    named = NAME.search(answer.headers.get("content-disposition", ""))
    return Content(bytes(data), named[1] if named else "", kind)


def _refused(answer: httpx2.Response) -> Unavailable | Postponed:
    match answer.status_code:
        case HTTPStatus.GONE:
            return Unavailable(DELETED)
        case HTTPStatus.NOT_FOUND:
            return Postponed(MISSING)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return Postponed(UNKNOWN_US)
        case HTTPStatus.TOO_MANY_REQUESTS:
            asked = answer.headers.get("retry-after", "")
            return Postponed(BUSY, float(asked) if re.fullmatch(r"[0-9]{1,4}", asked) else None)
        case status:
            return Postponed(REFUSED.format(status=status))
