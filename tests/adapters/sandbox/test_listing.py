"""Twilio's list, fetch, update and delete, called by the real SDK."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from tests.adapters.sandbox.phone import client, create
from tests.adapters.sandbox.town import FAST, NUMBER, Town, town

CUSTOMER, OTHER = "+17605550123", "+17605550124"
SERVICE = "MG" + "2" * 32


async def listed(here: Town, **filters: Any) -> list[Any]:
    return list(await asyncio.to_thread(client(here).messages.list, **filters))


async def test_texts_are_listed_newest_first_in_both_directions(here: Town) -> None:
    await create(here, CUSTOMER, "one")
    await here.text(CUSTOMER, "two")
    found = await listed(here)
    assert [(text.body, text.direction) for text in found] == [
        ("two", "inbound"),
        ("one", "outbound-api"),
    ]


async def test_the_list_is_filtered_by_recipient_and_sender(here: Town) -> None:
    await create(here, CUSTOMER, "one")
    await create(here, OTHER, "two")
    await here.text(CUSTOMER, "three")
    assert [text.body for text in await listed(here, to=CUSTOMER)] == ["one"]
    assert [text.body for text in await listed(here, from_=CUSTOMER)] == ["three"]
    assert [text.body for text in await listed(here, to=OTHER, from_=NUMBER)] == ["two"]
    assert await listed(here, to=OTHER, from_=CUSTOMER) == []


async def test_a_date_filter_leaves_out_what_is_still_queued() -> None:
    async with town(replace(FAST, step=60)) as here:
        await create(here, CUSTOMER)
        today = datetime.now(UTC).date()
        assert await listed(here, date_sent_after=today) == []
        assert len(await listed(here, to=CUSTOMER)) == 1


async def test_the_date_filters_know_before_and_after(here: Town) -> None:
    await here.text(CUSTOMER)
    (text,) = await listed(here)
    now, day = text.date_sent, timedelta(days=1)  # its own day: midnight may be passing
    assert len(await listed(here, date_sent=now.date())) == 1
    assert len(await listed(here, date_sent_after=now - day)) == 1
    assert await listed(here, date_sent_after=now + day) == []
    assert await listed(here, date_sent_before=now - day) == []
    assert len(await listed(here, date_sent_before=now + day)) == 1


async def test_pages_follow_one_another(here: Town) -> None:
    for number in range(5):
        await here.text(CUSTOMER, f"text {number}")
    found = await listed(here, page_size=2)
    assert [text.body for text in found] == [f"text {number}" for number in (4, 3, 2, 1, 0)]
    lists = await here.calls("twilio.messages.list")
    assert [line["args"].get("Page", "0") for line in lists] == ["0", "1", "2"]


async def test_what_comes_meanwhile_moves_no_page(here: Town) -> None:
    for number in range(4):
        await here.text(CUSTOMER, f"text {number}")
    messages = client(here).messages
    first = await asyncio.to_thread(lambda: messages.page(page_size=2))
    await here.text(CUSTOMER, "meanwhile")
    second = await asyncio.to_thread(first.next_page)
    assert [text.body for text in (*first, *second)] == [f"text {n}" for n in (3, 2, 1, 0)]


async def test_a_token_of_no_page_is_refused(here: Town) -> None:
    await here.text(CUSTOMER)
    with pytest.raises(TwilioException):
        await asyncio.to_thread(lambda: client(here).messages.page(page_token="PAnothing"))


async def test_what_came_with_a_text_is_listed(here: Town) -> None:
    picture = {"name": "key.png", "content": "iVBORw0KGgo=", "contentType": "image/png"}
    text = await here.text(CUSTOMER, "", media=[picture])
    found = await asyncio.to_thread(client(here).messages(text["sid"]).media.list)
    assert [one.content_type for one in found] == ["image/png"]
    assert text["mediaUrls"][0].endswith(found[0].sid)


async def test_a_limit_ends_the_list(here: Town) -> None:
    for _ in range(3):
        await here.text(CUSTOMER)
    assert len(await listed(here, limit=2)) == 2


async def test_a_text_can_be_fetched(here: Town) -> None:
    text = await create(here, CUSTOMER, "Hi")
    found = await asyncio.to_thread(client(here).messages(text.sid).fetch)
    assert (found.sid, found.body) == (text.sid, "Hi")


async def test_an_unknown_text_is_not_found(here: Town) -> None:
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(client(here).messages("SM" + "0" * 32).fetch)
    assert (caught.value.status, caught.value.code) == (404, 20404)


async def test_a_body_can_be_redacted(here: Town) -> None:
    text = await create(here, CUSTOMER, "secret")
    await asyncio.to_thread(lambda: client(here).messages(text.sid).update(body=""))
    assert [shown["body"] for shown in await here.texts()] == [""]


async def test_a_text_can_be_deleted_from_the_list(here: Town) -> None:
    text = await here.text(CUSTOMER)
    assert await asyncio.to_thread(client(here).messages(text["sid"]).delete)
    assert await listed(here) == []
    assert await here.refused("GET", f"/texts/{text['sid']}") == (404, "no such text")


async def test_what_is_not_scheduled_cannot_be_canceled(here: Town) -> None:
    text = await create(here, CUSTOMER)
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(lambda: client(here).messages(text.sid).update(status="canceled"))
    assert caught.value.code == 30409


async def test_a_scheduled_text_waits_and_can_be_canceled() -> None:
    async with town(messaging_service_sid=SERVICE) as here:
        text = await create(here, CUSTOMER, **later(3600))
        assert text.status == "scheduled"
        update = client(here).messages(text.sid).update
        canceled = await asyncio.to_thread(lambda: update(status="canceled"))
        assert canceled.status == "canceled"
        assert [step["status"] for step in (await here.texts())[0]["history"]] == [
            "scheduled",
            "canceled",
        ]


@pytest.mark.parametrize("seconds", [60, 36 * 86400])
async def test_a_schedule_has_its_bounds(seconds: int) -> None:
    async with town(messaging_service_sid=SERVICE) as here:
        with pytest.raises(TwilioRestException) as caught:
            await create(here, CUSTOMER, **later(seconds))
        assert caught.value.code == 35114


async def test_a_schedule_needs_a_service(here: Town) -> None:
    with pytest.raises(TwilioRestException) as caught:
        await create(here, CUSTOMER, send_at=datetime.now(UTC), schedule_type="fixed")
    assert caught.value.code == 35118


def later(seconds: int) -> dict[str, Any]:
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return {
        "from_": None,
        "messaging_service_sid": SERVICE,
        "send_at": moment,
        "schedule_type": "fixed",
    }


@pytest.mark.parametrize("query", ["DateSent=yesterday", "DateSent%3E=x", "DateSent%3C="])
async def test_a_date_that_is_none_is_no_server_error(here: Town, query: str) -> None:
    await here.text(CUSTOMER)
    base = f"/twilio/2010-04-01/Accounts/{here.config.account_sid}/Messages.json"
    auth = (here.config.account_sid, here.config.auth_token)
    answer = await here.http.get(f"{base}?{query}", auth=auth)
    assert answer.status_code in (200, 400)
