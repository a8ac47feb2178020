"""Twilio's side of the webhooks: forms that are signed as it signs them, over real HTTP."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx2
from starlette.applications import Starlette
from starlette.middleware import Middleware

from adapters.twilio.gateway import STATUS_PATH
from adapters.twilio.routes import INBOUND_PATH, Webhooks
from adapters.twilio.signature import Secrets
from adapters.web import errors
from tests.domain.build import CUSTOMER, OURS, new_sid

PUBLIC = "https://texts.example.com"
ACCOUNT = "AC" + "1" * 32
TOKEN, SECOND, SHARED = "first-token", "second-token", "shared-key"
SECRETS = Secrets({ACCOUNT: (TOKEN, SECOND)}, {"K1": SHARED})
BY_SHARED_KEY = {"X-Twilio-Webhooks-Signature-Settings": "key=K1,algorithm=HMAC_SHA256"}
FORM = "application/x-www-form-urlencoded"


def signature(url: str, fields: Mapping[str, str], key: str = TOKEN, digest: str = "sha1") -> str:
    """What Twilio writes into its header."""
    said = url + "".join(name + fields[name] for name in sorted(fields))
    made = hmac.new(key.encode(), said.encode(), getattr(hashlib, digest)).digest()
    return base64.b64encode(made).decode()


def text(body: str = "Hello", **changes: str) -> dict[str, str]:
    """The form of a customer's text."""
    usual = {
        "MessageSid": new_sid(),
        "AccountSid": ACCOUNT,
        "From": CUSTOMER,
        "To": OURS,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
        "ApiVersion": "2010-04-01",
    }
    return usual | changes


def report(word: str, sid: str, **changes: str) -> dict[str, str]:
    """The form of a status callback."""
    usual = {"MessageSid": sid, "AccountSid": ACCOUNT, "MessageStatus": word, "To": CUSTOMER}
    return usual | changes


@dataclass(frozen=True)
class Twilio:
    """Calls our webhooks at `url` and signs for the public address."""

    url: str
    http: httpx2.Client = field(repr=False)

    def text(self, fields: Mapping[str, str], **options: Any) -> httpx2.Response:
        """Deliver a customer's text."""
        return self.post(INBOUND_PATH, fields, **options)

    def report(
        self, fields: Mapping[str, str], message: object = None, **options: Any
    ) -> httpx2.Response:
        """Deliver a status callback; `message` is our id in its address."""
        path = f"{STATUS_PATH}?m={message}" if message else STATUS_PATH
        return self.post(path, fields, **options)

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        *,
        key: str = TOKEN,
        digest: str = "sha1",
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """A signed form."""
        signed = {"X-Twilio-Signature": signature(PUBLIC + path, fields, key, digest)}
        kind = {"Content-Type": FORM}
        content = urlencode(fields).encode()
        return self.raw(path, content, kind | signed | dict(headers or {}))

    def raw(self, path: str, content: Any, headers: Mapping[str, str]) -> httpx2.Response:
        """Anything at all."""
        return self.http.post(self.url + path, content=content, headers=dict(headers))


def application(hooks: Webhooks) -> Starlette:
    """The webhooks with what stands around them in the web process."""
    return Starlette(
        routes=hooks.routes(),
        middleware=[Middleware(errors.Shield)],
        exception_handlers=errors.HANDLERS,
    )
