"""Whether PUBLIC_URL leads here: a probe goes out and comes in as Twilio's requests do."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
import orjson
from twilio.request_validator import RequestValidator

from adapters.doctor.saying import failed, fine
from adapters.twilio.probe import ACCOUNT, HEADER, NONCE, PROBE_PATH, mark, proof
from adapters.twilio.signature import SIGNATURE
from adapters.twilio.trust import certificates
from domain.ports import Finding

NAME = "public_url"
SECONDS = 10.0
MOST = 64 * 1024
GATEWAY = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
REACH_FIX = "Look at PUBLIC_URL, its DNS entry, the certificate and the firewall."
START_FIX = "Start `threadline web`, and let the proxy pass requests to its port."
PATH_FIX = "Let the proxy pass every path unchanged to `threadline web`."
BODY_FIX = "Let the proxy pass requests as they come: address, headers and body unchanged."
KEY_FIX = "Give all processes the same settings, SECRET_KEY too, and start them again."
URL_FIX = "Set PUBLIC_URL to the same address for all processes and start them again."
TOKEN_FIX = "Give all processes the same TWILIO_AUTH_TOKEN and start them again."  # noqa: S105
MOVED_FIX = "Set PUBLIC_URL to {there}: Twilio signs the address that it calls."


@dataclass(frozen=True)
class Knock:
    """Who knocks where: our public address, the account and its token, SECRET_KEY."""

    base_url: str
    account: str
    token: str = field(repr=False)
    key: str = field(repr=False)
    seconds: float = SECONDS

    async def knock(self) -> Finding:
        """One probe, and what its answer means."""
        url, nonce = f"{self.base_url}{PROBE_PATH}", secrets.token_hex(16)
        fields = {ACCOUNT: self.account, NONCE: nonce}
        signature = RequestValidator(self.token).compute_signature(url, fields)
        headers = {SIGNATURE: signature, HEADER: proof(self.key, nonce)}
        try:
            async with asyncio.timeout(self.seconds), _client(url, self.seconds) as http:
                answer = await http.post(url, data=fields, headers=headers)
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError) as error:
            return failed(NAME, f"{self.base_url} cannot be reached: {_why(error)}.", REACH_FIX)
        return self._read(url, nonce, answer)

    def _read(self, url: str, nonce: str, answer: httpx2.Response) -> Finding:
        status = answer.status_code
        if answer.is_redirect:
            there = urljoin(url, answer.headers.get("location", ""))
            origin = there.removesuffix(PROBE_PATH)
            told = f"{self.base_url} sends callers elsewhere (HTTP {status})."
            return failed(NAME, told, MOVED_FIX.format(there=origin))
        if status in GATEWAY:
            told = f"{self.base_url} answers, but no web process is behind it (HTTP {status})."
            return failed(NAME, told, START_FIX)
        if status == HTTPStatus.FORBIDDEN:
            told = f"The web process at {self.base_url} does not know our probe's signature."
            return failed(NAME, told, KEY_FIX)
        report = _object(answer)
        if status != HTTPStatus.OK or report.get("nonce") != nonce:
            told = f"At {self.base_url} something else than our web process answers ({status})."
            return failed(NAME, told, PATH_FIX)
        return self._judged(url, nonce, report)

    def _judged(self, url: str, nonce: str, told: Mapping[str, Any]) -> Finding:
        """It was our web process that answered; does it believe what Twilio would send?"""
        seen = str(told.get("url"))
        if told.get("proof") != proof(self.key, f"{nonce}:{seen}"):
            words = f"What answers at {self.base_url} has another SECRET_KEY."
            return failed(NAME, words, KEY_FIX)
        if told.get("signed"):
            return fine(NAME, f"Signed requests to {self.base_url} arrive and are believed.")
        if urlsplit(seen).path != urlsplit(url).path:
            words = f"A proxy changes the path: {urlsplit(url).path} becomes {urlsplit(seen).path}."
            return failed(NAME, words, PATH_FIX)
        if seen != url:
            base = seen.removesuffix(PROBE_PATH)
            words = f"The web process takes {base} for its address, not {self.base_url}."
            return failed(NAME, words, URL_FIX)
        if mark(self.token, nonce) not in (told.get("tokens") or ()):
            words = "The web process has another TWILIO_AUTH_TOKEN: it refuses customers' texts."
            return failed(NAME, words, TOKEN_FIX)
        return failed(NAME, "Something on the way changes what Twilio sends.", BODY_FIX)


def _client(url: str, seconds: float) -> httpx2.AsyncClient:
    """Trusts as any caller does; nothing local goes through a proxy."""
    own = urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")
    return httpx2.AsyncClient(timeout=seconds, trust_env=not own, verify=certificates())


def _object(answer: httpx2.Response) -> Mapping[str, Any]:
    try:
        read = orjson.loads(answer.content[:MOST])
    except orjson.JSONDecodeError:
        return {}
    return read if isinstance(read, dict) else {}


def _why(error: Exception) -> str:
    """The kind of it, in words of ours: the library's own may hold more than is wanted."""
    words = str(error).lower()
    if "certificate" in words or "ssl" in words:
        return "its certificate is not good"
    if isinstance(error, TimeoutError | httpx2.TimeoutException):
        return "it does not answer in time"
    if "name" in words and ("resol" in words or "known" in words or "service" in words):
        return "the name is not known"
    return "the connection is refused or breaks"
