"""Signatures, as the receivers' own libraries check them, and the counting of segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator

from adapters.sandbox.slack.signature import signed
from adapters.sandbox.twilio.segments import segments
from adapters.sandbox.twilio.signature import sign
from adapters.sandbox.twilio.webhook import policy_of

words = st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)


def test_twilios_own_example_comes_out() -> None:
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.example/myapp.php?foo=1&bar=2".replace(".example", ".com")
    assert sign("12345", url, params) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@given(st.dictionaries(words, words, max_size=5))
def test_twilios_library_believes_every_signature(params: dict[str, str]) -> None:
    url = "http://127.0.0.1:8000/api/crm/sms/status?m=1"
    signature = sign("token", url, params)
    assert RequestValidator("token").validate(url, params, signature)
    assert not RequestValidator("other").validate(url, params, signature)


def test_the_fragment_is_not_signed() -> None:
    url = "https://example.com/x?m=1"
    assert sign("t", f"{url}#rc=5", {"a": "b"}) == sign("t", url, {"a": "b"})


@given(words)
def test_slacks_library_believes_every_signature(text: str) -> None:
    body = text.encode()
    headers = signed("secret", body)
    assert SignatureVerifier("secret").is_valid_request(body, headers)
    assert not SignatureVerifier("other").is_valid_request(body, headers)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("’" * 70, 1),
        ("’" * 71, 2),
        ("’" * 134, 2),
        ("’" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("`", 1),
        ("a" * 153 + "`", 3),
    ],
)
def test_segments_are_counted(body: str, count: int) -> None:
    assert segments(body) == count


def test_a_fragment_says_how_often_and_after_what() -> None:
    policy = policy_of("https://example.com/x#rc=3&rp=5xx,rt&rt=2000")
    assert (policy.retries, policy.on, policy.read_timeout) == (3, frozenset({"5xx", "rt"}), 2.0)


def test_twilios_defaults_hold_without_a_fragment() -> None:
    policy = policy_of("https://example.com/x")
    assert (policy.retries, policy.on, policy.read_timeout) == (1, frozenset({"ct"}), None)


def test_more_than_five_retries_are_five() -> None:
    assert policy_of("https://example.com/x#rc=50&rp=all").retries == 5
