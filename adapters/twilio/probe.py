"""Our own knock at our own door: whether what Twilio sends would arrive here and be believed.

A probe is signed as Twilio signs its webhooks. It is answered in detail only to who proves to know
our SECRET_KEY or the account's token; nothing of it is stored, and it causes nothing.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.twilio.signature import Secrets, signed_url, verify

PROBE_PATH = "/api/crm/sms/probe"
HEADER = "x-threadline-probe"
ACCOUNT, NONCE = "AccountSid", "Nonce"
LARGEST = 4_096
SHORT = 16
REFUSED = "The signature does not fit: this is not ours."


@dataclass(frozen=True)
class Probe:
    """The route that answers. `key` is SECRET_KEY, empty where there is none."""

    base_url: str
    secrets: Secrets
    key: str = field(repr=False)

    def routes(self) -> list[Route]:
        """POST only."""
        return [Route(PROBE_PATH, self.answer, methods=["POST"])]

    async def answer(self, request: Request) -> Response:
        """What was seen of the probe, from here."""
        body = await _capped(request)
        fields = _fields(body)
        nonce, account = fields.get(NONCE, ""), fields.get(ACCOUNT)
        path = request.scope.get("raw_path") or request.url.path.encode()
        query = request.scope.get("query_string", b"")
        url = signed_url(self.base_url, path.partition(b"?")[0], query)
        headers = dict(request.headers)
        signed = verify(url, body, request.headers.get("content-type"), headers, self.secrets)
        ours = _same(proof(self.key, nonce), headers.get(HEADER, ""))
        if not nonce or not (ours or signed):
            raise HTTPException(403, REFUSED)
        told = {
            "nonce": nonce,
            "signed": signed,
            "url": url,
            "tokens": [mark(one, nonce) for one in self.secrets.of_account(account)],
            "proof": proof(self.key, f"{nonce}:{url}"),
        }
        return JSONResponse(told, headers={"Cache-Control": "no-store"})


def proof(key: str, said: str) -> str:
    """That whoever says so knows the key; empty without one."""
    return (
        hmac.new(key.encode(), f"probe:{said}".encode(), hashlib.sha256).hexdigest() if key else ""
    )


def mark(token: str, nonce: str) -> str:
    """By which two can see that they have the same token, and nobody else anything."""
    return proof(token, nonce)[:SHORT]


def _same(expected: str, given: str) -> bool:
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())


def _fields(body: bytes) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=10))
    except ValueError:
        return {}


async def _capped(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise HTTPException(413, "This request is too large.")
    return bytes(body)
