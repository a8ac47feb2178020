"""Whether a webhook really comes from Twilio: nothing unsigned is believed, nothing raises.

A form is signed with the account's token over the address and all its fields; a JSON body is
signed through its hash in the address; a shared key, when the request names one, replaces the
token and uses SHA-256.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, urlsplit

import orjson
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator

SIGNATURE = "x-twilio-signature"
SETTINGS = "x-twilio-webhooks-signature-settings"
MOST_FIELDS = 500


@dataclass(frozen=True, slots=True)
class Secrets:
    """Tokens by account, primary first, and shared keys by their id; empty ones never match."""

    tokens: Mapping[str, tuple[str, ...]] = field(repr=False)
    shared_keys: Mapping[str, str] = field(default_factory=dict, repr=False)

    def of_account(self, account_sid: str | None) -> tuple[str, ...]:
        """The account's tokens; a request that names no account can only be our single one."""
        if not account_sid and len(self.tokens) == 1:
            return next(iter(self.tokens.values()))
        return self.tokens.get(account_sid or "", ())


class Fields(dict[str, list[str]]):
    """All values of each form field, empty ones too, as the validator asks for them."""

    def getall(self, name: str) -> list[str]:
        """Every value that was sent under that name."""
        return self[name]


def signed_url(base_url: str, raw_path: bytes, query_string: bytes) -> str:
    """The address as Twilio called and signed it: our public one, path and query untouched."""
    query = f"?{query_string.decode('latin-1')}" if query_string else ""
    return f"{base_url.rstrip('/')}{raw_path.decode('latin-1')}{query}"


def verify(
    url: str,
    raw_body: bytes,
    content_type: str | None,
    headers: Mapping[str, str],
    secrets: Secrets,
) -> bool:
    """Whether one of our secrets made the signature; any malformed input is simply a no."""
    try:
        return _verified(url, raw_body, content_type or "", headers, secrets)
    except (ValueError, TypeError, LookupError, AttributeError):
        return False


def _verified(
    url: str, raw_body: bytes, content_type: str, headers: Mapping[str, str], secrets: Secrets
) -> bool:
    known = {name.lower(): value for name, value in headers.items()}
    signature = known.get(SIGNATURE, "").strip()
    if not signature:
        return False
    body = raw_body.decode()
    if content_type.partition(";")[0].strip().lower().endswith("json"):
        if "bodySHA256" not in parse_qs(urlsplit(url).query):
            return False
        params: str | Fields = body
        account = _account_of_json(body)
    else:
        params = _fields(body)
        account = next(iter(params.get("AccountSid", ())), None)
    keys, algorithm = _keys(known.get(SETTINGS), account, secrets)
    return any(
        RequestValidator(key).validate(url, params, signature, algorithm) for key in keys if key
    )


def _keys(
    settings: str | None, account: str | None, secrets: Secrets
) -> tuple[tuple[str, ...], str]:
    """The secrets that may have signed, and how: the header of a shared key decides."""
    if not settings:
        return secrets.of_account(account), HMAC_SHA1
    named = dict(_pairs(settings))
    if named.get("algorithm", "").upper() != HMAC_SHA256:
        return (), HMAC_SHA1
    return (secrets.shared_keys.get(named.get("key", ""), ""),), HMAC_SHA256


def _pairs(settings: str) -> Iterator[tuple[str, str]]:
    for part in settings.split(","):
        name, _, value = part.partition("=")
        yield name.strip(), value.strip()


def _fields(body: str) -> Fields:
    fields = Fields()
    for name, value in parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS):
        fields.setdefault(name, []).append(value)
    return fields


def _account_of_json(body: str) -> str | None:
    """The account that a JSON event names at its top, if it does."""
    event = orjson.loads(body)
    named = event.get("AccountSid") if isinstance(event, dict) else None
    return named if isinstance(named, str) else None
