"""Every way a call can go ends in the one outcome that tells the truth, after one request."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials, Gateway
from domain.ports import Sms
from domain.rules.status import MessageStatus
from domain.values import Accepted, OutgoingText, Postponed, Rejected, Unclear
from tests.adapters.twilio.conftest import (
    ACCOUNT,
    CREDENTIALS,
    PUBLIC_URL,
    Behaviour,
    Carrier,
    answers,
    drips,
    hangs_up,
    resets,
    says_nothing,
    stops_short,
)

TEXT = OutgoingText(
    message_id="65f0c0ffee",
    to="+17605551234",
    body="Hello ’ & 😀",
    from_phone="+18005550100",
    service_sid=None,
)
CREATED = {
    "sid": "SM" + "1" * 32,
    "status": "queued",
    "num_segments": "2",
    "date_created": "Sun, 22 Nov 2026 16:00:00 +0000",
    "direction": "outbound-api",
    "to": "+17605551234",
    "from": "+18005550100",
    "body": "Hello",
}


def refusal(code: Any) -> dict[str, Any]:
    """The body of an error as Twilio writes it."""
    return {"code": code, "message": "No, +17605551234.", "more_info": "", "status": 400}


async def test_the_gateway_is_the_domains_sms(gateway: Gateway) -> None:
    port: Sms = gateway
    assert port is gateway


async def test_an_accepted_text_is_known_by_its_sid(gateway: Gateway, carrier: Carrier) -> None:
    carrier.behaviours = [answers(201, CREATED)]
    outcome = await gateway.send(TEXT)
    assert outcome == Accepted("SM" + "1" * 32, MessageStatus.QUEUED, 20, "queued", 2)
    assert len(carrier.calls) == 1


async def test_the_request_says_all_that_twilio_needs(gateway: Gateway, carrier: Carrier) -> None:
    carrier.behaviours = [answers(201, CREATED)]
    await gateway.send(TEXT)
    [call] = carrier.calls
    assert (call.method, call.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert call.fields == {
        "To": ["+17605551234"],
        "From": ["+18005550100"],
        "Body": ["Hello ’ & 😀"],
        "StatusCallback": [f"{PUBLIC_URL}/api/crm/sms/status?m=65f0c0ffee#rc=5&rp=all"],
    }


async def test_the_api_key_proves_who_we_are(gateway: Gateway, carrier: Carrier) -> None:
    carrier.behaviours = [answers(201, CREATED)]
    await gateway.send(TEXT)
    kind, _, encoded = carrier.calls[0].headers["authorization"].partition(" ")
    assert kind == "Basic"
    assert base64.b64decode(encoded).decode() == f"{CREDENTIALS.username}:key-secret"


async def test_a_service_and_media_are_named(gateway: Gateway, carrier: Carrier) -> None:
    carrier.behaviours = [answers(201, CREATED | {"num_segments": "0", "status": "accepted"})]
    media = ("https://x.example/1", "https://x.example/2")
    text = replace(TEXT, from_phone=None, service_sid="MG1", body="", media_urls=media)
    outcome = await gateway.send(text)
    fields = carrier.calls[0].fields
    assert fields["MessagingServiceSid"] == ["MG1"]
    assert fields["MediaUrl"] == list(media)
    assert not {"From", "Body"} & set(fields)
    assert outcome == Accepted("SM" + "1" * 32, MessageStatus.QUEUED, 10, "accepted", None)


async def test_both_sides_of_a_whatsapp_message_carry_its_prefix(
    gateway: Gateway, carrier: Carrier
) -> None:
    carrier.behaviours = [answers(201, CREATED)]
    await gateway.send(replace(TEXT, to="whatsapp:+17605551234"))
    assert carrier.calls[0].fields["From"] == ["whatsapp:+18005550100"]


async def test_an_unknown_status_of_a_created_text_is_still_accepted(
    gateway: Gateway, carrier: Carrier
) -> None:
    carrier.behaviours = [answers(201, {"sid": "SM1", "status": "teleporting"})]
    assert await gateway.send(TEXT) == Accepted("SM1", MessageStatus.QUEUED, 0, "teleporting", None)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (21610, "OPT_OUT"),
        (21211, "BOUNCE"),
        (21606, "CONFIG"),
        (21617, "REJECT"),
        (29999, "REJECT"),
    ],
)
async def test_a_refusal_is_told_with_its_code_and_advice(
    gateway: Gateway, carrier: Carrier, code: int, kind: str
) -> None:
    carrier.behaviours = [answers(400, refusal(code))]
    outcome = await gateway.send(TEXT)
    assert isinstance(outcome, Rejected)
    assert (outcome.error_code, outcome.advice.kind) == (code, kind)
    assert "+1760" not in outcome.advice.sentence + outcome.advice.help
    assert len(carrier.calls) == 1


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (401, {"code": 20003, "message": "Authenticate", "status": 401}, "CONFIG"),
        (401, b"", "CONFIG"),
        (403, b"<html>no</html>", "REJECT"),
        (404, [], "REJECT"),
        (400, refusal(None), "REJECT"),
        (400, refusal("x"), "REJECT"),
        (400, {"type": "t", "title": "T", "status": 400, "code": 21408}, "CONFIG"),
    ],
)
async def test_a_refusal_in_any_dress_is_a_refusal(
    gateway: Gateway, carrier: Carrier, status: int, content: Any, kind: str
) -> None:
    carrier.behaviours = [answers(status, content)]
    outcome = await gateway.send(TEXT)
    assert isinstance(outcome, Rejected)
    assert outcome.advice.kind == kind


@pytest.mark.parametrize("code", [21611, 20429])
async def test_a_refusal_that_asks_for_patience_is_tried_later(
    gateway: Gateway, carrier: Carrier, code: int
) -> None:
    carrier.behaviours = [answers(400, refusal(code))]
    assert isinstance(await gateway.send(TEXT), Postponed)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("99999999", 3600.0),
        ("soon", None),
        ("-1", None),
        ("nan", None),
        ("Sun, 22 Nov 2026 16:00:00 GMT", None),
    ],
)
async def test_too_many_requests_are_tried_later_as_asked(
    gateway: Gateway, carrier: Carrier, retry_after: str, seconds: float | None
) -> None:
    carrier.behaviours = [answers(429, refusal(20429), Retry_After=retry_after)]
    assert await gateway.send(TEXT) == Postponed("Twilio asks to slow down", seconds, busy=True)
    assert len(carrier.calls) == 1


async def test_a_refused_connection_is_tried_later(carrier: Carrier, unused_tcp_port: int) -> None:
    async with HttpClient(f"http://127.0.0.1:{unused_tcp_port}") as http:
        outcome = await Gateway(CREDENTIALS, PUBLIC_URL, http).send(TEXT)
    assert outcome == Postponed("Twilio could not be reached")


@pytest.mark.parametrize("behaviour", [answers(400, b""), says_nothing])
async def test_a_failed_tls_handshake_is_tried_later(
    carrier: Carrier, behaviour: Behaviour
) -> None:
    carrier.behaviours = [behaviour]
    url = carrier.url.replace("http:", "https:")
    async with HttpClient(url, connect_seconds=0.3, read_seconds=0.3) as http:
        outcome = await Gateway(CREDENTIALS, PUBLIC_URL, http).send(TEXT)
    assert outcome == Postponed("Twilio could not be reached")
    assert carrier.calls == []


@pytest.mark.parametrize(
    "behaviour",
    [
        resets,
        hangs_up,
        stops_short,
        answers(500, refusal(20500)),
        answers(502, b"<html>bad gateway</html>"),
        answers(503, b"", Retry_After="1"),
        answers(408, b""),
        answers(302, b"", Location="http://127.0.0.1:1/"),
        answers(201, b"{not json"),
        answers(201, b""),
        answers(201, []),
        answers(201, None),
        answers(201, {"status": "queued"}),
        answers(201, CREATED | {"sid": ""}),
        answers(201, CREATED | {"sid": 7}),
        answers(201, CREATED | {"date_created": 7}),
        answers(201, CREATED, Content_Encoding="gzip"),
    ],
)
async def test_whatever_may_have_been_done_is_unclear_and_never_repeated(
    gateway: Gateway, carrier: Carrier, behaviour: Behaviour
) -> None:
    carrier.behaviours = [behaviour]
    outcome = await gateway.send(TEXT)
    assert isinstance(outcome, Unclear)
    assert outcome.reason.startswith(("Twilio", "The connection"))
    assert len(carrier.calls) == 1


@pytest.mark.parametrize("behaviour", [says_nothing, drips])
async def test_an_answer_that_does_not_come_is_unclear_and_not_awaited_for_ever(
    hasty: Gateway, carrier: Carrier, behaviour: Behaviour
) -> None:
    carrier.behaviours = [behaviour]
    assert await hasty.send(TEXT) == Unclear("Twilio did not answer in time")
    assert len(carrier.calls) == 1


async def test_the_gateway_works_on_after_a_failure(gateway: Gateway, carrier: Carrier) -> None:
    carrier.behaviours = [resets, hangs_up, answers(500, b""), answers(201, CREATED)]
    outcomes = [await gateway.send(TEXT) for _ in range(4)]
    assert [type(outcome) for outcome in outcomes] == [Unclear, Unclear, Unclear, Accepted]
    assert len(carrier.calls) == 4


async def test_without_another_address_the_real_twilio_is_called(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.behaviours = [answers(403, b"")]
    monkeypatch.setenv("HTTPS_PROXY", carrier.url)
    async with HttpClient() as http:
        outcome = await Gateway(CREDENTIALS, PUBLIC_URL, http).send(TEXT)
    assert outcome == Postponed("The proxy did not let us through to Twilio")
    assert [call.method for call in carrier.calls] == ["CONNECT"]
    assert carrier.calls[0].headers["host"] == "api.twilio.com:443"


def test_credentials_do_not_show_their_secret() -> None:
    assert "hush" not in repr(Credentials("AC1", "SK1", "hush"))
