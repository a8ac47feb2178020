"""What becomes of a text, and how the product hears of it."""

import asyncio
from dataclasses import replace

import pytest
from starlette.responses import Response

from tests.adapters.sandbox.phone import client, create
from tests.adapters.sandbox.town import ACCOUNT, FAST, NUMBER, Received, Town, town

CUSTOMER = "+17605550123"


def statuses(received: list[Received]) -> list[str]:
    return [item.form["MessageStatus"] for item in received]


def callback(here: Town, fragment: str = "") -> str:
    return f"{here.product.url}/api/crm/sms/status?m=42{fragment}"


async def test_a_text_is_delivered_step_by_step(here: Town) -> None:
    text = await create(here, CUSTOMER)
    done = await here.until(f"/texts/{text.sid}", lambda shown: shown["status"] == "delivered")
    steps = [step["status"] for step in done["history"]]
    assert steps == ["queued", "sending", "sent", "delivered"]
    assert done["createdAt"] <= done["sentAt"] <= done["updatedAt"]


async def test_each_step_is_told_with_a_right_signature(here: Town) -> None:
    text = await create(here, CUSTOMER, status_callback=callback(here))
    received = await here.product.count(3)
    assert set(statuses(received)) == {"sending", "sent", "delivered"}
    assert all(item.signed for item in received)
    assert {item.form["MessageSid"] for item in received} == {text.sid}


async def test_a_callback_has_all_of_twilios_parameters(here: Town) -> None:
    text = await create(here, CUSTOMER, status_callback=callback(here))
    received = await here.product.wait(lambda items: "sending" in statuses(items))
    assert received[statuses(received).index("sending")].form == {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": NUMBER,
        "MessageSid": text.sid,
        "MessageStatus": "sending",
        "SmsSid": text.sid,
        "SmsStatus": "sending",
        "To": CUSTOMER,
    }


async def test_a_failure_is_told_with_its_code(here: Town) -> None:
    await create(here, "+15005530007", status_callback=callback(here))
    received = await here.product.count(3)
    codes = {item.form["MessageStatus"]: item.form.get("ErrorCode") for item in received}
    assert codes == {"sending": None, "sent": None, "undelivered": "30007"}


async def test_the_fragment_is_neither_sent_nor_signed(here: Town) -> None:
    await create(here, CUSTOMER, status_callback=callback(here, "#rc=5&rp=all"))
    received = await here.product.count(1)
    assert received[0].path == "/api/crm/sms/status"
    assert received[0].signed


async def test_an_error_is_not_tried_again_without_a_fragment(here: Town) -> None:
    here.product.answers += [Response(status_code=500)]
    await create(here, CUSTOMER, status_callback=callback(here))
    received = await here.product.wait(lambda items: "delivered" in statuses(items))
    assert statuses(received).count("sending") == 1


async def test_an_error_is_tried_again_when_the_fragment_says_so(here: Town) -> None:
    here.product.answers += [Response(status_code=500)]
    await create(here, CUSTOMER, status_callback=callback(here, "#rc=5&rp=5xx"))
    received = await here.product.wait(lambda items: statuses(items).count("sending") == 2)
    tokens = [
        item.headers["i-twilio-idempotency-token"]
        for item in received
        if item.form["MessageStatus"] == "sending"
    ]
    assert tokens[0] == tokens[1]


async def test_retries_end_after_the_number_given(here: Town) -> None:
    here.product.answers += [Response(status_code=500)] * 20
    await create(here, CUSTOMER, status_callback=callback(here, "#rc=2&rp=all"))
    await here.product.wait(lambda items: statuses(items).count("delivered") == 3)
    tries = await here.calls("deliver.callback")
    assert max(line["attempt"] for line in tries) == 2
    assert not any(line["acknowledged"] for line in tries)


async def test_callbacks_can_overtake_one_another() -> None:
    async with town(replace(FAST, disorder=0.7)) as here:
        for _ in range(6):
            await create(here, CUSTOMER, status_callback=callback(here))
        received = await here.product.count(18)
    by_text: dict[str, list[str]] = {}
    for item in received:
        by_text.setdefault(item.form["MessageSid"], []).append(item.form["MessageStatus"])
    assert all(set(steps) == {"sending", "sent", "delivered"} for steps in by_text.values())
    assert any(steps != ["sending", "sent", "delivered"] for steps in by_text.values())


async def test_callbacks_can_be_lost_for_good() -> None:
    async with town(replace(FAST, loss=1.0)) as here:
        text = await create(here, CUSTOMER, status_callback=callback(here))
        await here.until(f"/texts/{text.sid}", lambda shown: shown["status"] == "delivered")
        assert await here.calls("deliver.callback") == []


async def test_the_price_comes_when_the_text_has_left(here: Town) -> None:
    text = await create(here, CUSTOMER, "x" * 161)
    assert text.price is None
    await here.until(f"/texts/{text.sid}", lambda shown: shown["status"] == "delivered")
    shown = await asyncio.to_thread(client(here).messages(text.sid).fetch)
    assert shown.price == "-0.01580"
    assert shown.num_segments == "2"


@pytest.mark.parametrize("fragment", ["#rc=x&rp=all", "#garbage", "#rc=&rp=&rt="])
async def test_a_fragment_that_means_nothing_does_no_harm(here: Town, fragment: str) -> None:
    await create(here, CUSTOMER, status_callback=callback(here, fragment))
    assert len(await here.product.count(3)) == 3
