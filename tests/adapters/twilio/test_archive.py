"""Twilio's list of messages, read through its own library, whatever comes back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from adapters.twilio.archive import TwilioArchive
from adapters.twilio.client import HttpClient
from adapters.twilio.failures import UNREADABLE
from domain.values import INBOUND, OUTBOUND, REPLY, Declined, MediaRef, Postponed, Records
from tests import local
from tests.adapters.twilio.conftest import CREDENTIALS, Carrier, answers, hangs_up, resets

SINCE = datetime(2026, 3, 4, 1, 30, tzinfo=timezone(timedelta(hours=3)))
LIST = f"/2010-04-01/Accounts/{CREDENTIALS.account_sid}/Messages.json"
NEXT = f"{LIST}?DateSent%3E=2026-03-03&PageSize=200&Page=1&PageToken=PASM7"


def text(sid: str | None = "SM1", **changes: Any) -> dict[str, Any]:
    """A customer's text as the list has it."""
    usual = {
        "sid": sid,
        "direction": "inbound",
        "status": "received",
        "from": "+17605550111",
        "to": "+17605550100",
        "body": "Hello",
        "num_media": "2",
        "num_segments": "1",
        "price": "-0.00790",
        "price_unit": "USD",
        "date_created": "Wed, 04 Mar 2026 20:00:01 +0000",
        "date_sent": "Wed, 04 Mar 2026 20:00:03 +0000",
        "date_updated": "Wed, 04 Mar 2026 20:00:03 +0000",
    }
    return usual | changes


def listed(*texts: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    return {"messages": list(texts), "next_page_uri": after, "page": 0, "page_size": 200}


@pytest.fixture
async def archive(carrier: Carrier) -> AsyncIterator[TwilioArchive]:
    async with HttpClient(carrier.url, local.PATIENCE, local.PATIENCE) as http:
        yield TwilioArchive(CREDENTIALS, http)


async def test_whole_days_of_greenwich_are_asked_for(
    carrier: Carrier, archive: TwilioArchive
) -> None:
    carrier.behaviours = [answers(200, listed())]
    assert await archive.page(SINCE, None) == Records((), None)
    (call,) = carrier.calls
    assert call.query == {"DateSent>": ["2026-03-03T00:00:00Z"], "PageSize": ["200"]}


async def test_a_page_leads_to_the_next(carrier: Carrier, archive: TwilioArchive) -> None:
    carrier.behaviours = [answers(200, listed(text(), after=NEXT)), answers(200, listed())]
    first = await archive.page(SINCE, None)
    assert isinstance(first, Records)
    await archive.page(SINCE, first.next)
    query = carrier.calls[1].query
    assert (query["Page"], query["PageToken"]) == (["1"], ["PASM7"])
    assert query["DateSent>"] == ["2026-03-03T00:00:00Z"]


@pytest.mark.parametrize(
    "after",
    [
        f"{LIST}?PageSize=200",
        f"{LIST}?Page=&PageToken=",
        f"{LIST}?Page=2",
        f"{LIST}?PageToken=PASM7",
        f"{LIST}?Page=one&PageToken=PASM7",
        f"{LIST}?Page=1&PageToken=PASM7",
        f"{LIST}?Page=0&PageToken=PASM7",
    ],
)
async def test_a_page_that_does_not_lead_on_cannot_be_read(
    carrier: Carrier, archive: TwilioArchive, after: str
) -> None:
    carrier.behaviours = [answers(200, listed(text(), after=after))]
    assert await archive.page(SINCE, "1:PASM6") == Postponed(UNREADABLE)


async def test_each_text_has_its_way_and_the_time_when_it_was_sent(
    carrier: Carrier, archive: TwilioArchive
) -> None:
    ways = ("inbound", "outbound-api", "outbound-call", "outbound-reply")
    carrier.behaviours = [answers(200, listed(*(text(way, direction=way) for way in ways)))]
    told = await archive.page(SINCE, None)
    assert isinstance(told, Records)
    assert [one.way for one in told.records] == [INBOUND, OUTBOUND, OUTBOUND, REPLY]
    assert told.records[0].at == datetime(2026, 3, 4, 20, 0, 1, tzinfo=UTC)
    assert told.records[0].media == 2


async def test_a_text_without_an_id_or_a_time_is_none(
    carrier: Carrier, archive: TwilioArchive
) -> None:
    nameless, timeless = text(sid=None), text(date_created=None, date_sent=None)
    carrier.behaviours = [answers(200, listed(nameless, timeless))]
    assert await archive.page(SINCE, None) == Records((), None)


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (answers(429, {"code": 20429}, Retry_After="7"), Postponed),
        (answers(503, b"down"), Postponed),
        (answers(200, b"<html>"), Postponed),
        (answers(200, {"surprise": 1, "another": 2}), Postponed),
        (answers(200, {"messages": [1]}), Postponed),
        (answers(401, {"code": 20003}), Declined),
        (answers(400, {"code": 20001}), Declined),
        (resets, Postponed),
        (hangs_up, Postponed),
    ],
)
async def test_a_failure_is_an_outcome(
    carrier: Carrier, archive: TwilioArchive, behaviour: Any, kind: type
) -> None:
    carrier.behaviours = [behaviour]
    assert isinstance(await archive.page(SINCE, None), kind)
    assert isinstance(await archive.enclosed("SM1"), kind)


async def test_media_have_the_addresses_that_a_webhook_names(
    carrier: Carrier, archive: TwilioArchive
) -> None:
    path = f"/2010-04-01/Accounts/{CREDENTIALS.account_sid}/Messages/MM1/Media/ME1"
    one = {"sid": "ME1", "content_type": "image/png", "uri": f"{path}.json"}
    carrier.behaviours = [answers(200, {"media_list": [one], "next_page_uri": None})]
    assert await archive.enclosed("MM1") == [MediaRef(f"https://api.twilio.com{path}", "image/png")]
