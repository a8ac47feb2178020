"""The way to the product: signed requests, tried again as Twilio and Slack do."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx2

from adapters.sandbox.faults import Fault, Faults
from adapters.sandbox.ledger import Ledger


@dataclass(frozen=True)
class Reply:
    """What the product answered to one try; no status when it could not be reached."""

    status: int | None
    body: bytes = b""
    reason: str = ""  # http_timeout, connection_failed or http_error, in Slack's words
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the product took the delivery."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Parcel:
    """One thing to deliver. `sign(attempt, reason)` makes the headers of a try (0 is the first)."""

    method: str  # deliver.text, deliver.callback, deliver.event or deliver.interaction
    id: str
    url: str
    body: bytes
    sign: Callable[[int, str], dict[str, str]]
    about: dict[str, str] = field(default_factory=dict)


class Postman:
    """Carries parcels to the product; owns the HTTP client and the tasks that deliver."""

    def __init__(self, ledger: Ledger, faults: Faults) -> None:
        self._ledger = ledger
        self._faults = faults
        self._client: httpx2.AsyncClient | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Start: make the client inside the running loop."""
        limits = httpx2.Limits(max_connections=200, max_keepalive_connections=20)
        self._client = httpx2.AsyncClient(limits=limits, trust_env=False, verify=_trusted())

    async def close(self) -> None:
        """Stop: end every delivery under way and close the client."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine beside, until it ends or the sandbox does."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def once(
        self, parcel: Parcel, patience: float, attempt: int = 0, reason: str = ""
    ) -> Reply:
        """One try, written to the ledger, suffering the faults ordered for deliveries."""
        fault = self._faults.take(parcel.method, {"id": parcel.id, **parcel.about})
        reply = await self._suffer(fault, parcel, patience, attempt, reason)
        self._ledger.write(
            "delivery",
            method=parcel.method,
            id=parcel.id,
            attempt=attempt,
            status=reply.status,
            reason=reply.reason,
            acknowledged=reply.good,
            **parcel.about,
        )
        return reply

    async def insist(
        self,
        parcel: Parcel,
        patience: float,
        pauses: Sequence[float],
        again: Callable[[Reply], bool],
        heard: Callable[[Reply], None] | None = None,
    ) -> Reply:
        """Try, and while `again` says so try once more after each pause; `heard` sees every try."""
        attempt, reason = 0, ""
        while True:
            reply = await self.once(parcel, patience, attempt, reason)
            if heard is not None:
                heard(reply)
            if attempt == len(pauses) or not again(reply):
                return reply
            await asyncio.sleep(pauses[attempt])
            attempt, reason = attempt + 1, reply.reason

    async def fetch(self, url: str, patience: float) -> Reply:
        """What the product has at an address of its own; written to the ledger."""
        try:
            if self._client is None:
                return Reply(None, reason="connection_failed")
            answer = await self._client.get(url, timeout=patience)
            reply = Reply(answer.status_code, answer.content, headers=dict(answer.headers))
        except (httpx2.HTTPError, httpx2.InvalidURL):
            reply = Reply(None, reason="connection_failed")
        kind = reply.headers.get("content-type", "")
        self._ledger.write(
            "fetch", url=url, status=reply.status, size=len(reply.body), content_type=kind
        )
        return reply

    async def _suffer(
        self, fault: Fault | None, parcel: Parcel, patience: float, attempt: int, reason: str
    ) -> Reply:
        if fault is not None and fault.action == "lose":
            return Reply(None, reason="connection_failed")
        if fault is not None and fault.action == "delay":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.action == "duplicate":
            await self._send(parcel, patience, attempt, reason)
        return await self._send(parcel, patience, attempt, reason)

    async def _send(self, parcel: Parcel, patience: float, attempt: int, reason: str) -> Reply:
        if self._client is None:
            return Reply(None, reason="connection_failed")
        headers = parcel.sign(attempt, reason)
        try:
            answer = await self._client.post(
                parcel.url, content=parcel.body, headers=headers, timeout=patience
            )
        except httpx2.ConnectError:
            return Reply(None, reason="connection_failed")
        except httpx2.TimeoutException:
            return Reply(None, reason="http_timeout")
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return Reply(None, reason="unknown_error")
        reason = "" if answer.is_success else "http_error"
        return Reply(answer.status_code, answer.content, reason, dict(answer.headers))


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are believed, read once: that takes longer than a delivery."""
    return httpx2.create_ssl_context()
