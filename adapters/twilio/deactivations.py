"""Twilio's daily lists of numbers that were given up. Implements domain.ports.Deactivations.

Twilio answers with a link that works for two minutes; our credentials do not go along with it.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import httpx2
import orjson

from adapters.twilio.failures import declined
from adapters.twilio.gateway import Credentials
from adapters.twilio.road import MOST_HOPS, REDIRECTS, Road, Target
from adapters.twilio.trust import certificates
from adapters.web.hosts import Resolve, resolved
from domain.ports import Take
from domain.values import Declined, Postponed

HOST = "https://messaging.twilio.com"
PATH = "/v1/Deactivations?Date={day}"
AT_ONCE = 1_000
LONGEST_LINE = 1_000
ASTRAY = "Twilio sent us on to an address that may not be asked."
BROKE = "The list could not be read to its end."
BUSY = "Twilio asks to slow down."
NO_LINK = "Twilio's answer leads to no list."
LOOP = "Twilio sent us from one address to the next."
FAULT = "Twilio answered with HTTP {status}."
_NUMBER = re.compile(rb"\s*\+?1?([2-9][0-9]{9})\s*")

Outcome = Postponed | Declined | None


class TwilioDeactivations:
    """One per process, closed at its end. `base_url` stands for Twilio's own hosts, if given."""

    def __init__(
        self,
        credentials: Credentials,
        base_url: str | None = None,
        seconds: float = 30.0,
        *,
        at_once: int = AT_ONCE,
        resolve: Resolve = resolved,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._auth = httpx2.BasicAuth(credentials.username, credentials.password)
        self._base = base_url.rstrip("/") if base_url else None
        self._http = httpx2.AsyncClient(
            timeout=seconds,
            trust_env=base_url is None,
            verify=certificates(),
            transport=transport,
        )
        self._at_once = at_once
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

    async def read(self, day: date, take: Take) -> Outcome:
        """Hand the whole list over, as it comes."""
        target = Target(f"{self._base or HOST}{PATH.format(day=day.isoformat())}", known=True)
        try:
            for _ in range(MOST_HOPS):
                found = await self._ask(target, take)
                if not isinstance(found, Target):
                    return found
                target = found
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, TimeoutError, OSError):
            return Postponed(BROKE)
        return Postponed(LOOP)

    async def _ask(self, target: Target, take: Take) -> Outcome | Target:
        """The list, or where to look for it instead."""
        auth = self._auth if target.known else None
        answer = await self._http.send(self._road.request(target), auth=auth, stream=True)
        try:
            if answer.status_code in REDIRECTS or (target.known and answer.is_success):
                link = await _link(answer)
                onward = await self._road.onward(link, target.url) if link else None
                return onward or Postponed(ASTRAY if link else NO_LINK)
            if answer.is_success:
                async for some in _numbers(answer, self._at_once):
                    await take(some)
                return None
            return await _refused(answer, known=target.known)
        finally:
            await answer.aclose()


async def _link(answer: httpx2.Response) -> str:
    """Where the list is: the answer says it in its body, in its head, or in both."""
    location = answer.headers.get("location", "")
    return str(location or _object(await answer.aread()).get("redirect_to") or "")


async def _numbers(answer: httpx2.Response, at_once: int) -> AsyncIterator[list[str]]:
    """In E.164, however long the file is; what is no North American number is left out."""
    some: list[str] = []
    rest = b""
    async for part in answer.aiter_bytes():
        *lines, rest = (rest + part).split(b"\n")
        some += [one for one in map(_number, lines) if one]
        if len(rest) > LONGEST_LINE:
            raise httpx2.StreamError(BROKE)
        while len(some) >= at_once:
            yield some[:at_once]
            del some[:at_once]
        await asyncio.sleep(0)  # whoever else works on this loop has their turn
    if last := _number(rest):
        some.append(last)
    if some:
        yield some


def _number(line: bytes) -> str | None:
    found = _NUMBER.fullmatch(line)
    return f"+1{found[1].decode()}" if found else None


async def _refused(answer: httpx2.Response, *, known: bool) -> Postponed | Declined:
    """A no of Twilio's own; where its link led, everything may be better with the next link."""
    status = answer.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        asked = answer.headers.get("retry-after", "")
        return Postponed(BUSY, float(asked) if re.fullmatch(r"[0-9]{1,4}", asked) else None, True)
    if not known or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Postponed(FAULT.format(status=status))
    return declined(status, _object(await answer.aread()).get("code"))


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
