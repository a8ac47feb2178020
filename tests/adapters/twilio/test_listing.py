"""What Twilio already has is read to the end, so that an unclear call can be resolved."""

import asyncio
from asyncio import StreamWriter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.twilio.gateway import Gateway
from domain.rules.status import MessageStatus
from domain.values import CarriedText, Postponed, Rejected
from tests.adapters.twilio.conftest import ACCOUNT, Behaviour, Carrier, answers, resets

WHEN = "Sun, 22 Nov 2026 16:00:00 +0000"


def resource(number: int, **changed: Any) -> dict[str, Any]:
    """A message as Twilio lists it."""
    usual = {
        "sid": f"SM{number}",
        "to": "+17605551234",
        "from": "+18005550100",
        "messaging_service_sid": None,
        "body": f"text {number}",
        "status": "sent",
        "direction": "outbound-api",
        "date_created": WHEN,
    }
    return usual | changed


def page(*resources: dict[str, Any], following: str | None = None) -> Behaviour:
    """One page of the list."""
    return answers(200, {"messages": list(resources), "next_page_uri": following, "page": 0})


async def test_a_carried_text_is_told_whole(gateway: Gateway, carrier: Carrier) -> None:
    carrier.behaviours = [page(resource(1, messaging_service_sid="MG1", **{"from": None}))]
    assert await gateway.sent_to("+17605551234") == [
        CarriedText(
            sid="SM1",
            to="+17605551234",
            from_phone=None,
            service_sid="MG1",
            body="text 1",
            status=MessageStatus.SENT,
            rank=40,
            word="sent",
            created_at=datetime(2026, 11, 22, 16, tzinfo=UTC),
        )
    ]


async def test_the_list_is_asked_for_by_recipient_and_without_dates(
    gateway: Gateway, carrier: Carrier
) -> None:
    carrier.behaviours = [page()]
    assert await gateway.sent_to("+17605551234") == []
    [call] = carrier.calls
    assert (call.method, call.path) == ("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert call.query == {"To": ["+17605551234"], "PageSize": ["1000"]}


async def test_all_pages_are_read_in_order(gateway: Gateway, carrier: Carrier) -> None:
    uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page=1&PageToken=PASM2"
    carrier.behaviours = [page(resource(3), resource(2), following=uri), page(resource(1))]
    found = await gateway.sent_to("+17605551234")
    assert isinstance(found, list)
    assert [one.sid for one in found] == ["SM3", "SM2", "SM1"]
    assert carrier.calls[1].query["PageToken"] == ["PASM2"]


async def test_what_the_customer_wrote_to_us_is_left_out(
    gateway: Gateway, carrier: Carrier
) -> None:
    others = [resource(2, direction="inbound"), resource(3, direction="outbound-reply")]
    carrier.behaviours = [page(resource(1), *others)]
    found = await gateway.sent_to("+17605551234")
    assert isinstance(found, list)
    assert [one.sid for one in found] == ["SM1", "SM3"]


async def test_a_text_that_was_never_sent_and_has_odd_fields_is_still_told(
    gateway: Gateway, carrier: Carrier
) -> None:
    carrier.behaviours = [page(resource(1, status="teleporting", date_created=None, body=None))]
    found = await gateway.sent_to("+17605551234")
    assert isinstance(found, list)
    assert (found[0].status, found[0].word, found[0].body) == (None, "teleporting", "")
    assert found[0].created_at is None


@pytest.mark.parametrize(
    "behaviour",
    [resets, answers(500, b""), answers(200, b"{"), answers(429, {}, Retry_After="3")],
)
async def test_a_list_that_failed_is_asked_for_later(
    gateway: Gateway, carrier: Carrier, behaviour: Behaviour
) -> None:
    carrier.behaviours = [behaviour]
    assert isinstance(await gateway.sent_to("+17605551234"), Postponed)
    assert isinstance(await gateway.fetch("SM1"), Postponed)


async def test_a_later_page_that_failed_spoils_the_list(gateway: Gateway, carrier: Carrier) -> None:
    uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page=1"
    carrier.behaviours = [page(resource(1), following=uri), answers(429, {}, Retry_After="3")]
    assert await gateway.sent_to("+17605551234") == Postponed(
        "Twilio asks to slow down", 3.0, busy=True
    )


def slowly(behaviour: Behaviour) -> Behaviour:
    """The same a little later."""

    async def behave(writer: StreamWriter) -> None:
        await asyncio.sleep(0.1)
        await behaviour(writer)

    return behave


async def test_a_list_without_end_is_given_up_in_time(hasty: Gateway, carrier: Carrier) -> None:
    uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page=1"
    carrier.behaviours = [slowly(page(following=uri))]
    assert await hasty.sent_to("+17605551234") == Postponed("Twilio's list took too long")


@pytest.mark.parametrize(
    "behaviour", [answers(401, {}), answers(403, b""), answers(404, b"x"), answers(200, {"a": 1})]
)
async def test_a_list_that_twilio_will_not_give_is_none(
    gateway: Gateway, carrier: Carrier, behaviour: Behaviour
) -> None:
    carrier.behaviours = [behaviour]
    assert await gateway.sent_to("+17605551234") is None


async def test_one_text_is_fetched_by_its_sid(gateway: Gateway, carrier: Carrier) -> None:
    carrier.behaviours = [answers(200, resource(7, status="delivered"))]
    found = await gateway.fetch("SM7")
    assert isinstance(found, CarriedText)
    assert (found.sid, found.status) == ("SM7", MessageStatus.DELIVERED)
    assert carrier.calls[0].path.endswith("/Messages/SM7.json")


async def test_a_text_that_twilio_does_not_have_is_none(gateway: Gateway, carrier: Carrier) -> None:
    carrier.behaviours = [answers(404, {"code": 20404, "message": "not found", "status": 404})]
    assert await gateway.fetch("SM7") is None


async def test_a_fetched_text_tells_what_it_cost_and_why_it_failed(
    gateway: Gateway, carrier: Carrier
) -> None:
    facts = {"num_segments": "2", "price": "-0.01580", "price_unit": "USD", "error_code": 30006}
    carrier.behaviours = [answers(200, resource(7, status="undelivered", **facts))]
    found = await gateway.fetch("SM7")
    assert isinstance(found, CarriedText)
    assert (found.segments, found.price, found.price_unit) == (2, Decimal("0.01580"), "USD")
    assert found.error_code == 30006
    assert found.advice
    assert found.advice.kind == "BOUNCE"


@pytest.mark.parametrize(
    "odd",
    [
        {"price": "free", "num_segments": "many"},
        {"price": "NaN", "num_segments": "0"},
        {"price": None, "num_segments": "9" * 5000},
        {"price": "1e99999", "error_code": "odd"},
        {"price": {}, "num_segments": []},
    ],
)
async def test_facts_that_make_no_sense_are_left_out(
    gateway: Gateway, carrier: Carrier, odd: dict[str, Any]
) -> None:
    carrier.behaviours = [answers(200, resource(7, **odd))]
    found = await gateway.fetch("SM7")
    assert isinstance(found, CarriedText)
    assert (found.price, found.segments, found.error_code) == (None, None, None)


async def test_a_fetch_that_twilio_asks_us_to_put_off_says_so(
    gateway: Gateway, carrier: Carrier
) -> None:
    carrier.behaviours = [answers(429, {}, Retry_After="3")]
    assert await gateway.fetch("SM7") == Postponed("Twilio asks to slow down", 3.0, busy=True)


async def test_a_fetch_without_the_right_credentials_is_refused(
    gateway: Gateway, carrier: Carrier
) -> None:
    carrier.behaviours = [answers(401, {})]
    found = await gateway.fetch("SM7")
    assert isinstance(found, Rejected)
    assert "TWILIO_ACCOUNT_SID" in found.advice.help


async def test_a_fetched_answer_that_cannot_be_read_is_asked_for_later(
    gateway: Gateway, carrier: Carrier
) -> None:
    carrier.behaviours = [answers(200, {"date_created": 7}), answers(200, resource(8))]
    assert isinstance(await gateway.fetch("SM7"), Postponed)
    assert isinstance(await gateway.fetch("SM7"), Postponed)
