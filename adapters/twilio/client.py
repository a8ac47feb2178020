"""The HTTP client under Twilio's library: time-outs that work, no repetition, honest failures.

What the library sees is a readable answer or a refusal. Everything else is one of
Failure
├── NotSent   Twilio surely did not process the request
│   └── Busy  because it is asked too much
└── Lost      it may have, and nobody can tell from here
"""

import asyncio
import re
import time
from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import httpx2
import orjson
import structlog
from twilio.http.response import Response

from adapters.twilio.trust import certificates
from domain.ports import SILENT, Telemetry

_HOST = re.compile(r"^https://[a-z0-9.-]+\.twilio\.com(?=/)")
LONGEST_WAIT = 3600.0

log = structlog.get_logger(__name__)


class Failure(Exception):
    """The call gave no answer that could be believed; the message says why, in plain words."""


class NotSent(Failure):
    """Surely not processed, so it may be made again, after `seconds` if Twilio named a wait."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Busy(NotSent):
    """Twilio answered that it is asked too much."""


class Lost(Failure):
    """The request left and no readable answer came back."""


class HttpClient:
    """Made for `twilio.rest.Client(http_client=…)`; one per process, closed at its end.

    `base_url` replaces the scheme and host of every Twilio address.
    """

    is_async = True

    def __init__(
        self,
        base_url: str | None = None,
        connect_seconds: float = 5.0,
        read_seconds: float = 10.0,
        telemetry: Telemetry = SILENT,
    ) -> None:
        self._telemetry = telemetry
        self._base_url = base_url.rstrip("/") if base_url else None
        self._deadline = connect_seconds + read_seconds
        self._http = httpx2.AsyncClient(
            timeout=httpx2.Timeout(read_seconds, connect=connect_seconds, pool=connect_seconds),
            trust_env=base_url is None,
            verify=certificates(),
        )

    @property
    def deadline(self) -> float:
        """Seconds after which a call has ended, whatever the other side does."""
        return self._deadline

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_ours: object,  # time-outs and redirects are not the caller's choice
    ) -> Response:
        """Make one request, once; Failure unless the answer is readable or a plain refusal."""
        began, outcome = time.perf_counter(), "lost"
        try:
            answer = await self._answer(method, url, params, data, headers, auth)
            outcome = "answered" if answer.is_success else "refused"
            return Response(answer.status_code, answer.text, answer.headers)
        except NotSent as failure:
            outcome = "busy" if isinstance(failure, Busy) else "not_sent"
            raise
        finally:
            self._telemetry.count("twilio_calls", verb=method, outcome=outcome)
            seconds = time.perf_counter() - began
            self._telemetry.observe("twilio_call_seconds", seconds, verb=method)
            log.debug("twilio.called", verb=method, outcome=outcome)

    async def _answer(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None,
        data: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
        auth: tuple[str, str] | None,
    ) -> httpx2.Response:
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._http.request(
                    method,
                    self._address(url),
                    params=params or None,
                    data=data or None,
                    headers=headers,
                    auth=auth,
                )
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise NotSent("Twilio could not be reached") from error
        except httpx2.ProxyError as error:
            raise NotSent("The proxy did not let us through to Twilio") from error
        except (httpx2.TimeoutException, TimeoutError) as error:
            raise Lost("Twilio did not answer in time") from error
        except httpx2.HTTPError as error:
            raise Lost("The connection to Twilio broke") from error
        _judge(answer)
        return answer

    def _address(self, url: str) -> str:
        return _HOST.sub(self._base_url, url) if self._base_url else url


def _judge(answer: httpx2.Response) -> None:
    """Let through only what the library can read: an object, or a refusal of ours."""
    status = answer.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Busy("Twilio asks to slow down", _seconds(answer.headers.get("Retry-After")))
    if status == HTTPStatus.REQUEST_TIMEOUT or not (200 <= status < 300 or 400 <= status < 500):
        raise Lost(f"Twilio answered with HTTP {status}")
    if status < HTTPStatus.BAD_REQUEST and not _is_object(answer.content):
        raise Lost("Twilio's answer could not be read")


def _is_object(content: bytes) -> bool:
    try:
        return isinstance(orjson.loads(content), dict)
    except orjson.JSONDecodeError:
        return False


def _seconds(retry_after: str | None) -> float | None:
    """The wait asked for, within reason; a date or nonsense is no answer."""
    if retry_after and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", retry_after.strip()):
        return min(float(retry_after), LONGEST_WAIT)
    return None
