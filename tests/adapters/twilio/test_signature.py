"""Only what one of our secrets signed is believed, and no input makes the check fail loudly."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.twilio.signature import SETTINGS, SIGNATURE, Secrets, signed_url, verify

TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
CALL = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
JSON_URL = f"{URL}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
JSON_BODY = b'{"property": "value", "boolean": true}'
JSON_SIGNATURE = "a9nBmqA0ju/hNViExpshrM61xv4="
FORM = "application/x-www-form-urlencoded"
SECRETS = Secrets(tokens={"AC1": (TOKEN, "second"), "": ("never",)}, shared_keys={"K1": "shared"})
ONE = Secrets(tokens={"AC1": (TOKEN,)}, shared_keys={"K1": TOKEN})


def sign(url: str, fields: list[tuple[str, str]], key: str = TOKEN, algorithm: str = "sha1") -> str:
    """What Twilio would put in the header; each distinct value of a name once, sorted."""
    text = url + "".join(f"{name}{value}" for name, value in sorted(set(fields)))
    mac = hmac.new(key.encode(), text.encode(), getattr(hashlib, algorithm))
    return base64.b64encode(mac.digest()).decode()


def check(
    fields: list[tuple[str, str]],
    signature: str,
    url: str = URL,
    headers: Mapping[str, str] | None = None,
) -> bool:
    """Verify a form under the two-token secrets."""
    body = urlencode(fields).encode()
    return verify(url, body, FORM, {SIGNATURE: signature} | dict(headers or {}), SECRETS)


FIELDS = [("AccountSid", "AC1"), ("Body", "hello there"), ("From", "+17605551234")]


def test_the_known_form_signature_is_accepted() -> None:
    headers = {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
    assert verify(URL, urlencode(CALL).encode(), FORM, headers, ONE)


def test_the_known_sha256_signature_of_a_shared_key_is_accepted() -> None:
    headers = {
        "X-Twilio-Signature": "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=",
        "X-Twilio-Webhooks-Signature-Settings": "key=K1,algorithm=HMAC_SHA256",
    }
    assert verify(URL, urlencode(CALL).encode(), FORM, headers, ONE)


@pytest.mark.parametrize("kind", ["application/json", "application/JSON; charset=utf-8"])
def test_the_known_json_signature_is_accepted(kind: str) -> None:
    assert verify(JSON_URL, JSON_BODY, kind, {SIGNATURE: JSON_SIGNATURE}, ONE)


def test_a_json_body_that_was_changed_is_refused() -> None:
    changed = JSON_BODY.replace(b"true", b"false")
    assert not verify(JSON_URL, changed, "application/json", {SIGNATURE: JSON_SIGNATURE}, ONE)


def test_a_json_body_without_its_hash_in_the_address_is_refused() -> None:
    signature = sign(URL, [])
    assert not verify(URL, JSON_BODY, "application/json", {SIGNATURE: signature}, ONE)


def test_a_signed_json_address_does_not_carry_a_form() -> None:
    assert not verify(JSON_URL, b"From=%2B1760", FORM, {SIGNATURE: JSON_SIGNATURE}, ONE)


@pytest.mark.parametrize("body", [b"[" * 50_000, b'{"AccountSid": 5}', b"\xff", b"[1]", b"nul"])
def test_strange_json_is_no_error(body: bytes) -> None:
    assert not verify(JSON_URL, body, "application/json", {SIGNATURE: JSON_SIGNATURE}, SECRETS)


def test_a_json_event_is_checked_with_the_token_of_its_account() -> None:
    body = b'{"AccountSid": "AC1"}'
    url = f"{URL}&bodySHA256={hashlib.sha256(body).hexdigest()}"
    assert verify(url, body, "application/json", {SIGNATURE: sign(url, [])}, SECRETS)


def test_the_primary_and_the_secondary_token_are_accepted() -> None:
    assert check(FIELDS, sign(URL, FIELDS))
    assert check(FIELDS, sign(URL, FIELDS, "second"))
    assert not check(FIELDS, sign(URL, FIELDS, "third"))


def test_an_account_that_is_not_ours_is_refused() -> None:
    fields = [("AccountSid", "AC2"), ("Body", "x")]
    assert not check(fields, sign(URL, fields))


def test_of_two_accounts_an_unnamed_one_is_nobodys() -> None:
    fields = [("Body", "x")]
    assert not check(fields, sign(URL, fields))


def test_an_empty_token_signs_nothing() -> None:
    secrets = Secrets(tokens={"AC1": ("", TOKEN)}, shared_keys={"": "", "K2": ""})
    body, signature = urlencode(FIELDS).encode(), sign(URL, FIELDS, "")
    assert not verify(URL, body, FORM, {SIGNATURE: signature}, secrets)
    for key in ("", "K2", "K3"):
        headers = {
            SIGNATURE: sign(URL, FIELDS, "", "sha256"),
            SETTINGS: f"key={key},algorithm=HMAC_SHA256",
        }
        assert not verify(URL, body, FORM, headers, secrets)


def test_a_shared_key_is_chosen_by_its_id_and_only_it() -> None:
    signature = sign(URL, FIELDS, "shared", "sha256")
    assert check(FIELDS, signature, headers={SETTINGS: " key=K1 , algorithm=HMAC_SHA256"})
    assert not check(FIELDS, signature, headers={SETTINGS: "key=K9,algorithm=HMAC_SHA256"})
    assert not check(FIELDS, signature)


@pytest.mark.parametrize(
    "settings",
    ["key=K1,algorithm=HMAC_SHA512", "key=K1", "algorithm=HMAC_SHA1", "key=K1,algorithm=", "??"],
)
def test_unknown_signature_settings_are_refused(settings: str) -> None:
    for algorithm in ("sha1", "sha256"):
        for key in (TOKEN, "shared"):
            signature = sign(URL, FIELDS, key, algorithm)
            assert not check(FIELDS, signature, headers={SETTINGS: settings})


@pytest.mark.parametrize(
    "fields",
    [
        [("AccountSid", "AC1"), ("Body", "")],
        [("AccountSid", "AC1"), ("Empty", ""), ("Body", "a&b=c +%20 é 😀 \n")],
        [("AccountSid", "AC1"), ("Tag", "b"), ("Tag", "a"), ("Tag", "b")],
        [("AccountSid", "AC1"), *((f"MediaUrl{n}", f"https://x/{n}") for n in range(10))],
    ],
    ids=["empty", "awkward", "repeated", "media"],
)
def test_every_kind_of_form_is_accepted_when_signed(fields: list[tuple[str, str]]) -> None:
    assert check(fields, sign(URL, fields))


@pytest.mark.parametrize(
    ("signed", "called"),
    [
        ("https://a.example/x", "http://a.example/x"),
        ("https://a.example/x", "https://A.example/x"),
        ("https://a.example/x?a=1&b=2", "https://a.example/x?b=2&a=1"),
        ("https://a.example/x?a=%20", "https://a.example/x?a=+"),
        ("https://a.example/x", "https://a.example/x#rc=5&rp=all"),
        ("https://a.example/x", "https://a.example/x/"),
    ],
    ids=["scheme", "host", "order", "encoding", "fragment", "slash"],
)
def test_another_address_is_refused(signed: str, called: str) -> None:
    assert check(FIELDS, sign(signed, FIELDS), url=signed)
    assert not check(FIELDS, sign(signed, FIELDS), url=called)


def test_the_port_may_be_signed_or_not() -> None:
    assert check(FIELDS, sign("https://a.example/x", FIELDS), url="https://a.example:443/x")
    assert check(FIELDS, sign("https://a.example:443/x", FIELDS), url="https://a.example/x")


@pytest.mark.parametrize(
    "change",
    [("Body", "hello there!"), ("From", "+17605551235"), ("Extra", "1"), ("Extra", "")],
)
def test_any_changed_or_added_field_is_refused(change: tuple[str, str]) -> None:
    changed = list((dict(FIELDS) | dict([change])).items())
    assert not check(changed, sign(URL, FIELDS))


@pytest.mark.parametrize("headers", [{}, {SIGNATURE: ""}, {SIGNATURE: "é"}, {SIGNATURE: "x" * 999}])
def test_a_missing_or_nonsense_signature_is_refused(headers: dict[str, str]) -> None:
    assert not verify(URL, urlencode(FIELDS).encode(), FORM, headers, SECRETS)


@pytest.mark.parametrize(
    "url", ["", "http://[::1/x", "https://a:99999/x", "https://a:b/x", "\ud800"]
)
def test_a_malformed_address_is_no_error(url: str) -> None:
    assert not check(FIELDS, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", url=url)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%ff", b"&" * 5000, b"a&" * 5000, b"\x00", b""])
def test_a_malformed_body_is_no_error(body: bytes) -> None:
    assert not verify(URL, body, None, {SIGNATURE: sign(URL, FIELDS)}, SECRETS)


def test_a_form_without_a_content_type_is_read_as_one() -> None:
    body = urlencode(FIELDS).encode()
    assert verify(URL, body, None, {SIGNATURE: sign(URL, FIELDS)}, SECRETS)


def test_the_address_is_our_public_one_with_path_and_query_untouched() -> None:
    assert signed_url("https://a.example/", b"/s%20x", b"m=%2F&b=+") == (
        "https://a.example/s%20x?m=%2F&b=+"
    )
    assert signed_url("https://a.example", b"/s", b"") == "https://a.example/s"


def test_secrets_do_not_show_themselves() -> None:
    assert "12345" not in repr(SECRETS)
    assert "shared" not in repr(SECRETS).replace("shared_keys", "")


@given(
    url=st.text() | st.just(URL) | st.just(JSON_URL),
    body=st.binary() | st.text().map(str.encode),
    content_type=st.none() | st.text() | st.sampled_from([FORM, "application/json"]),
    headers=st.dictionaries(st.sampled_from([SIGNATURE, SETTINGS, "X-Other"]), st.text()),
)
def test_random_requests_are_refused_and_raise_nothing(
    url: str, body: bytes, content_type: str | None, headers: dict[str, str]
) -> None:
    assert not verify(url, body, content_type, headers, SECRETS)


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=8))
def test_every_form_that_was_signed_is_accepted(extra: list[tuple[str, str]]) -> None:
    fields = [("AccountSid", "AC1"), *((n, v) for n, v in extra if n != "AccountSid")]
    try:
        signature = sign(URL, fields)
    except UnicodeEncodeError:
        return
    assert check(fields, signature)
