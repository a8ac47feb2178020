"""Twilio's requests to the product, with the retry rules written in a URL's fragment."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag, urlencode

from adapters.sandbox.delivery import Parcel, Reply
from adapters.sandbox.twilio.signature import sign


@dataclass(frozen=True)
class Policy:
    """Connection overrides: how many retries, and after which failures (ct, rt, 4xx, 5xx, all)."""

    retries: int = 1
    on: frozenset[str] = frozenset({"ct"})
    read_timeout: float | None = None

    def again(self, reply: Reply) -> bool:
        """Whether this answer is one to try again after."""
        return not reply.good and ("all" in self.on or _kind(reply) in self.on)


def policy_of(url: str) -> Policy:
    """Read `#rc=5&rp=all&rt=2000`; what is missing or malformed keeps Twilio's default."""
    given = parse_qs(urldefrag(url).fragment)
    count, on, timeout = (given.get(key, [""])[0] for key in ("rc", "rp", "rt"))
    return Policy(
        retries=min(int(count), 5) if count.isdecimal() else 1,
        on=frozenset(on.split(",")) if on else frozenset({"ct"}),
        read_timeout=int(timeout) / 1000 if timeout.isdecimal() else None,
    )


def parcel(
    method: str, url: str, params: Mapping[str, str], token: str, about: dict[str, str]
) -> Parcel:
    """A signed form request; the fragment of the URL stays here."""
    idempotency = secrets.token_hex(16)
    signature = sign(token, url, params)

    def headers(_attempt: int, _reason: str) -> dict[str, str]:
        return {
            "content-type": "application/x-www-form-urlencoded; charset=utf-8",
            "user-agent": "TwilioProxy/1.1",
            "x-twilio-signature": signature,
            "i-twilio-idempotency-token": idempotency,
        }

    body = urlencode(params).encode()
    return Parcel(method, params["MessageSid"], urldefrag(url).url, body, headers, about)


def _kind(reply: Reply) -> str:
    if reply.status is None:
        return "rt" if reply.reason == "http_timeout" else "ct"
    return f"{reply.status // 100}xx"
