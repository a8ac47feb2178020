"""What came with a text, fetched from Twilio. Implements domain.ports.Media.

Our credentials go to Twilio's own media addresses and nowhere else: not to where a redirect leads,
not to what only claims to be such an address. A redirect is followed to public https alone.
"""

import asyncio
import os
import re
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx2

from adapters.twilio.gateway import Credentials
from adapters.web.hosts import Resolve, is_public, resolved
from domain.rules import media as rules
from domain.values import Content, Postponed, Unavailable

HOST = r"https://api(?:\.[a-z0-9-]+){0,2}\.twilio\.com"
PATH = (
    r"/2010-04-01/Accounts/AC[0-9a-fA-F]{32}/Messages/(?:SM|MM)[0-9a-fA-F]{32}"
    r"/Media/ME[0-9a-fA-F]{32}"
)
MOST_HOPS = 4
HTTPS = 443
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
WHOLE = {"accept-encoding": "identity"}  # so that the size is what it seems
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

REDIRECTS = frozenset({301, 302, 303, 307, 308})
UNAUTHORIZED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True)
class Target:
    """What is asked next. `known`: it is Twilio's own, so we say who we are; `address`: the one
    that was judged, as a second look-up of the name might say another.
    """

    url: str
    known: bool = False
    address: str | None = None


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
        self._resolve = resolve
        self._http = httpx2.AsyncClient(
            timeout=seconds, trust_env=base_url is None, transport=transport
        )

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
        answer = await self._http.send(self._request(target), auth=auth, stream=True)
        try:
            if answer.status_code in REDIRECTS:
                return await self._onward(answer, target.url)
            if answer.status_code in UNAUTHORIZED and target.known:
                return Target(target.url)  # it may be open to all, and closed to this key
            return await _read(answer, most)
        finally:
            await answer.aclose()

    def _request(self, target: Target) -> httpx2.Request:
        """To the address that was judged, under the host's own name."""
        if target.address is None:
            return self._http.build_request("GET", target.url, headers=WHOLE)
        there = urlsplit(target.url)
        literal = f"[{target.address}]" if ":" in target.address else target.address
        port = f":{there.port}" if there.port else ""
        return self._http.build_request(
            "GET",
            there._replace(netloc=f"{literal}{port}").geturl(),
            headers={**WHOLE, "host": there.netloc},
            extensions={"sni_hostname": there.hostname},
        )

    async def _onward(self, answer: httpx2.Response, asked: str) -> Target | Unavailable:
        """Where a redirect may lead: public https, or back to the base that was given."""
        try:
            there = urlsplit(urljoin(asked, answer.headers.get("location", "")))
            host, port = there.hostname or "", there.port or HTTPS
        except ValueError:
            return Unavailable(ASTRAY)
        if self._base and there.geturl().startswith(f"{_origin(self._base)}/"):
            return Target(there.geturl())
        if there.scheme != "https" or not host or there.username or there.password:
            return Unavailable(ASTRAY)
        if not self._base and any(map(os.environ.get, PROXIES)):
            return Target(there.geturl())  # whoever set up the proxy decides what it may reach
        addresses = await self._resolve(host, port)
        if not addresses or not all(map(is_public, addresses)):
            return Unavailable(ASTRAY)
        return Target(there.geturl(), address=addresses[0])


def _origin(url: str) -> str:
    there = urlsplit(url)
    return f"{there.scheme}://{there.netloc}"


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
