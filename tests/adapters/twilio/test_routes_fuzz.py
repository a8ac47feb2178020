"""Whatever is posted to the webhooks, signed or not, they answer and never break."""

import hashlib
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.twilio.gateway import STATUS_PATH
from adapters.twilio.routes import INBOUND_PATH
from domain.model import Message, Stray
from tests.adapters.twilio.hooks import ACCOUNT, FORM, PUBLIC, Twilio, report, signature, text

# The server and the database are shared by all examples on purpose: they must bear it.
often = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
paths = st.sampled_from([INBOUND_PATH, STATUS_PATH])
kinds = st.sampled_from(
    [FORM, f"{FORM}; charset=utf-16", "application/json", "multipart/form-data", "text/html", ""]
)
words = st.text(max_size=40)
known = st.sampled_from([*text(), *report("sent", "SM1"), "MediaUrl0", "OptOutType", "ErrorCode"])
forms = st.dictionaries(known | words, words, max_size=12)
odd = [b"%", b"%FF=%FE", b"\xff\xfe", b"=" * 999, b"&" * 999, b"[" * 999, b'{"AccountSid": 1}']
bodies = st.binary(max_size=300) | st.sampled_from(odd)
signatures = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40)


@often
@given(path=paths, body=bodies, kind=kinds, signed=signatures)
def test_garbage_without_a_signature_is_refused_and_leaves_no_trace(
    twilio: Twilio, path: str, body: bytes, kind: str, signed: str
) -> None:
    answer = twilio.raw(path, body, {"Content-Type": kind, "X-Twilio-Signature": signed})
    assert answer.status_code == 403
    assert Message.objects.count() == Stray.objects.count() == 0


@often
@given(path=paths, fields=forms, kind=kinds)
def test_forms_without_a_signature_are_refused(
    twilio: Twilio, path: str, fields: dict[str, str], kind: str
) -> None:
    answer = twilio.raw(path, urlencode(fields).encode(), {"Content-Type": kind})
    assert answer.status_code == 403
    assert Message.objects.count() == Stray.objects.count() == 0


@often
@given(path=paths, fields=forms)
def test_any_signed_form_is_kept(twilio: Twilio, path: str, fields: dict[str, str]) -> None:
    answer = twilio.post(path, fields | {"AccountSid": ACCOUNT})
    assert answer.status_code in (200, 204)
    assert Message.objects.count() + Stray.objects.count() > 0


@often
@given(fields=forms, body=words)
def test_a_signed_text_with_anything_beside_it_is_stored_once(
    twilio: Twilio, fields: dict[str, str], body: str
) -> None:
    posted = fields | text(body)
    assert twilio.text(posted).status_code == 200
    assert twilio.text(posted).status_code == 200
    kept = Message.objects(origin=f"twilio:{posted['MessageSid']}").get()
    assert kept.body == body.replace("\0", "")
    assert kept.raw["Body"] == kept.body


@often
@given(sender=words.filter(lambda name: any(char.isprintable() for char in name.strip())))
def test_whoever_signed_texts_are_from_they_are_kept(twilio: Twilio, sender: str) -> None:
    before = Message.objects.count() + Stray.objects.count()
    answer = twilio.text(text("Hello", From=sender, To=sender[::-1]))
    assert answer.status_code == 200
    assert Message.objects.count() + Stray.objects.count() == before + 1


@often
@given(message=st.text(max_size=60), word=words)
def test_a_report_about_anything_is_answered(twilio: Twilio, message: str, word: str) -> None:
    path = f"{STATUS_PATH}?m={quote(message)}"
    answer = twilio.post(path, report(word, "SM1"))
    assert answer.status_code in (200, 204)


def test_json_that_is_signed_as_twilio_signs_it_is_kept(twilio: Twilio) -> None:
    body = f'{{"AccountSid": "{ACCOUNT}", "type": "com.example.event"}}'.encode()
    path = f"{INBOUND_PATH}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = {
        "Content-Type": "application/json",
        "X-Twilio-Signature": signature(PUBLIC + path, {}),
    }
    assert twilio.raw(path, body, headers).status_code == 200
    assert Stray.objects.count() == 1
