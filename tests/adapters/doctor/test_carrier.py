"""Twilio is asked over real HTTP, by its own library, and whatever it answers becomes a line."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from twilio.rest import Client

from adapters.doctor import carrier, hooks, registered
from adapters.doctor.asking import Trouble
from adapters.doctor.carrier import Held, Known
from adapters.doctor.hooks import Repair, Service
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials
from domain.ports import Finding
from tests import local
from tests.adapters.sandbox.town import ACCOUNT, NUMBER, TOKEN, Town, town

SERVICE = "MG" + "2" * 32
SECOND, FREE = "+17605550101", "+18885550100"
OWN = Credentials(ACCOUNT, ACCOUNT, TOKEN)
KEY = Credentials(ACCOUNT, "SK" + "3" * 32, "key-secret")
ELSEWHERE = "https://old.example.com/sms"


@pytest.fixture
async def here() -> AsyncIterator[Town]:
    """Twilio with a Messaging Service."""
    async with town(messaging_service_sid=SERVICE) as place:
        yield place


@pytest.fixture
async def http(here: Town) -> AsyncIterator[HttpClient]:
    """What the library asks through."""
    async with HttpClient(f"{here.url}/twilio", local.PATIENCE, local.PATIENCE) as client:
        yield client


@pytest.fixture
def own(http: HttpClient) -> Client:
    """The library with our token."""
    return carrier.client(OWN, http)


async def looked(
    http: HttpClient, token: Credentials = OWN, own: Credentials = OWN, phones: Sequence[str] = ()
) -> Known:
    """One look at the account."""
    by_token, sending = carrier.client(token, http), carrier.client(own, http)
    return await carrier.look(by_token, sending, ACCOUNT, phones or (NUMBER,))


def states(findings: Sequence[Finding]) -> dict[str, str]:
    """How each part is."""
    return {one.name: one.status for one in findings}


def told(findings: Sequence[Finding], name: str) -> str:
    """What one part says, with what to do."""
    (found,) = (one for one in findings if one.name == name)
    assert found.status == "ok" or found.fix
    return f"{found.message} {found.fix or ''}"


async def test_an_account_in_order_is_said_so(http: HttpClient) -> None:
    known = await looked(http, phones=(NUMBER, SECOND))
    assert set(states(known.findings).values()) == {"ok"}
    assert "20.00 USD" in told(known.findings, "twilio_balance")
    assert set(known.numbers) == {NUMBER, SECOND}


@pytest.mark.parametrize(
    ("account", "name", "state", "words"),
    [
        ({"status": "suspended"}, "twilio_account", "failed", "suspended"),
        ({"type": "Trial"}, "twilio_account", "warning", "trial"),
        ({"balance": "2.50"}, "twilio_balance", "warning", "2.50 USD"),
        ({"balance": "-0.01"}, "twilio_balance", "failed", "No text leaves"),
        ({"balance": "plenty"}, "twilio_balance", "warning", "does not say"),
    ],
)
async def test_what_is_wrong_with_the_account_is_named(
    here: Town, http: HttpClient, account: dict[str, str], name: str, state: str, words: str
) -> None:
    await here.put("/estate", {"account": account})
    known = await looked(http)
    assert states(known.findings)[name] == state
    assert words in told(known.findings, name)


async def test_a_wrong_token_and_a_wrong_key_are_told_apart(http: HttpClient) -> None:
    bad = Credentials(ACCOUNT, ACCOUNT, "another")
    known = await looked(http, bad, bad)
    assert states(known.findings) == {"twilio_account": "failed"}
    assert not known.reached
    known = await looked(http, OWN, KEY)
    assert states(known.findings)["twilio_account"] == "ok"
    assert states(known.findings)["twilio_key"] == "failed"
    assert not known.reached


async def test_a_number_of_somebody_else_or_without_texts_is_named(
    here: Town, http: HttpClient
) -> None:
    known = await looked(http, phones=(NUMBER, "+17605559999"))
    assert "+17605559999" in told(known.findings, "twilio_numbers")
    assert states(known.findings)["twilio_numbers"] == "failed"
    await here.put("/estate", {"numbers": {NUMBER: {"capabilities": {"sms": False}}}})
    known = await looked(http)
    assert "cannot send" in told(known.findings, "twilio_numbers")


@pytest.mark.parametrize(
    ("fault", "state", "words"),
    [
        ({"action": "answer", "status": 401, "body": {"code": 20003}}, "failed", "Auth Token"),
        ({"action": "answer", "status": 403, "body": {"code": 20005}}, "warning", "HTTP 403"),
        ({"action": "answer", "status": 404, "body": {"code": 20404}}, "failed", "no such Twilio"),
        ({"action": "answer", "status": 429}, "warning", "slow down"),
        ({"action": "answer", "status": 500}, "failed", "HTTP 500"),
        ({"action": "answer", "status": 200, "body": "<html>"}, "failed", "not be read"),
        ({"action": "answer", "status": 200, "body": {"status": []}}, "failed", "unknown"),
        ({"action": "drop_request"}, "failed", "broke"),
    ],
)
async def test_whatever_twilio_does_is_a_line(
    here: Town, http: HttpClient, fault: dict[str, Any], state: str, words: str
) -> None:
    await here.put("/faults", [{"method": "twilio.account", **fault}])
    known = await looked(http)
    assert states(known.findings)["twilio_account"] == state
    assert words in told(known.findings, "twilio_account")


async def test_a_service_without_our_numbers_is_named(here: Town, own: Client) -> None:
    found = await hooks.service(own, SERVICE)
    assert hooks.of_service(found, (NUMBER,)).status == "ok"
    await here.put("/estate", {"service": {"numbers": [SECOND]}})
    found = await hooks.service(own, SERVICE)
    outside = hooks.of_service(found, (NUMBER,))
    assert (outside.status, NUMBER in outside.message) == ("warning", True)
    await here.put("/estate", {"service": {"numbers": []}})
    assert hooks.of_service(await hooks.service(own, SERVICE), (NUMBER,)).status == "failed"
    unknown = await hooks.service(own, "MG" + "9" * 32)
    assert isinstance(unknown, Trouble)
    assert "does not know" in hooks.of_service(unknown, (NUMBER,)).message


async def test_a_wrong_webhook_is_put_right_where_it_counts(
    here: Town, http: HttpClient, own: Client
) -> None:
    """The service's own comes first; without it the number's; both are set by the real library."""
    base = here.config.product_url
    await here.put("/estate", {"service": {"inbound_request_url": None}})
    await here.put(
        "/estate", {"numbers": {NUMBER: {"sms_url": ELSEWHERE, "sms_application_sid": "AP1"}}}
    )
    known, service = await looked(http), await hooks.service(own, SERVICE)
    assert isinstance(service, Service)
    for by, wrong in ((service, ["nothing"]), (None, ["the application AP1"])):
        repairs = hooks.repairs(base, known.numbers, by)
        assert [one.before for one in repairs] == wrong
        for one in repairs:
            assert await hooks.repair(own, one) is None
    known, service = await looked(http), await hooks.service(own, SERVICE)
    assert isinstance(service, Service)
    assert hooks.repairs(base, known.numbers, service) == []
    assert hooks.repairs(base, known.numbers, None) == []
    shown = (await here.get("/estate"))["numbers"][NUMBER]
    assert (shown["sms_url"], shown["sms_application_sid"]) == (hooks.wanted(base), "")


async def test_a_refusal_to_set_it_is_told(here: Town, own: Client) -> None:
    refused = await hooks.repair(own, Repair("it", "PN" + "7" * 32, "", "https://x.example.com"))
    assert isinstance(refused, Trouble)
    assert refused.missing


@pytest.mark.parametrize(
    ("url", "method", "minor"),
    [
        ("{base}/api/crm/sms/webhook#rc=5&rp=all", "POST", None),
        ("{base}/api/crm/sms/webhook", "POST", True),
        ("{base}/api/crm/sms/webhook#rc=5", "GET", False),
        ("{base}/api/crm/sms/webhook/", "POST", False),
        ("", "POST", False),
        (ELSEWHERE, "POST", False),
    ],
)
def test_what_is_wrong_with_a_webhook(url: str, method: str, minor: bool | None) -> None:
    base = "https://texts.example.com"
    held = Held("PN1", NUMBER, url.format(base=base), method, "", sms=True)
    found = hooks.repairs(base, {NUMBER: held}, None)
    assert [one.minor for one in found] == ([] if minor is None else [minor])
    state = {None: "ok", True: "warning", False: "failed"}[minor]
    assert hooks.finding(base, found).status == state


def test_a_service_that_leaves_it_to_its_numbers_is_not_looked_at() -> None:
    held = Held("PN1", NUMBER, ELSEWHERE, "POST", "", sms=True)
    base, pool = "https://texts.example.com", (NUMBER,)
    by_number = Service(SERVICE, "", "", by_number=True, pool=pool)
    (wrong,) = hooks.repairs(base, {NUMBER: held}, by_number)
    assert wrong.sid == "PN1"
    (wrong,) = hooks.repairs(base, {NUMBER: held}, Service(SERVICE, "", "", False, pool))
    assert wrong.sid == SERVICE
    both = hooks.repairs(base, {NUMBER: held}, Service(SERVICE, "", "", False, ()))
    assert [one.sid for one in both] == [SERVICE, "PN1"]


@pytest.mark.parametrize(
    ("estate", "state", "words"),
    [
        ({}, "ok", "verified"),
        ({"campaign": {"campaign_status": None}}, "warning", "No A2P campaign"),
        ({"campaign": {"campaign_status": "IN_PROGRESS"}}, "warning", "in progress"),
        (
            {"campaign": {"campaign_status": "FAILED", "errors": [{"description": "No opt-in."}]}},
            "failed",
            "failed: No opt-in.",
        ),
        ({"brand": {"status": "SUSPENDED"}}, "failed", "brand is suspended"),
    ],
)
async def test_how_far_the_registration_is(
    here: Town, own: Client, estate: dict[str, Any], state: str, words: str
) -> None:
    await here.put("/estate", estate)
    found = await registered.campaign(own, SERVICE)
    assert (found.status, words in found.message) == (state, True), found


async def test_how_far_the_toll_free_verification_is() -> None:
    async with (
        town(numbers=(NUMBER, FREE)) as here,
        HttpClient(f"{here.url}/twilio", local.PATIENCE, local.PATIENCE) as http,
    ):
        own = carrier.client(OWN, http)
        known = await looked(http, phones=(NUMBER, FREE))
        assert await registered.tollfree(own, {NUMBER: known.numbers[NUMBER]}) is None
        for status, state in (
            ("TWILIO_APPROVED", "ok"),
            ("IN_REVIEW", "warning"),
            ("TWILIO_REJECTED", "failed"),
            (None, "failed"),
        ):
            await here.put("/estate", {"tollfree": {FREE: status}})
            found = await registered.tollfree(own, known.numbers)
            assert found
            assert (found.status, FREE in found.message) == (state, state != "ok")
