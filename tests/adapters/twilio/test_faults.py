"""Every way in which Twilio goes wrong, against everything that we ask of it: nothing surprises."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.twilio.archive import TwilioArchive
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Gateway
from adapters.twilio.media import TwilioMedia
from domain.values import OutgoingText, Postponed, Unavailable, Unclear
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

SECONDS = 0.5
TEXT = OutgoingText("m1", "+17605551234", "Hi", "+18005550100", None, ())
SID = "SM" + "3" * 32
FILE = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{SID}/Media/ME{'4' * 32}"
SINCE = datetime(2026, 3, 4, tzinfo=UTC)
LOGIN = b"<!doctype html><html><title>Log in</title></html>"
REFUSAL = {"code": 20500, "message": "no", "status": 500}
WRONG: dict[str, Any] = {"messages": {"sid": 1}, "sid": ["x"], "next_page_uri": 7, "status": {}}

FAULTS: dict[str, Behaviour] = {
    "429": answers(429, {"code": 20429, "message": "slow", "status": 429}, Retry_After="3"),
    "429 of a proxy": answers(429, LOGIN),
    "500": answers(500, REFUSAL),
    "502": answers(502, LOGIN),
    "503": answers(503, b""),
    "a page": answers(200, LOGIN, Content_Type="text/html"),
    "cut JSON": answers(200, b'{"messages": [{"sid": "SM'),
    "a list": answers(200, []),
    "a word": answers(200, "ok"),
    "null": answers(200, None),
    "wrong types": answers(200, WRONG),
    "nothing at all": answers(200, b""),
    "another encoding": answers(200, {"sid": SID}, Content_Encoding="gzip"),
    "reset": resets,
    "hang up": hangs_up,
    "half an answer": stops_short,
    "silence": says_nothing,
    "drops": drips,
}
BUSY = frozenset({"429", "429 of a proxy"})
READABLE = ("cut JSON", "a list", "a word", "null", "wrong types", "another encoding")
NO_MATTER = frozenset(("media", fault) for fault in READABLE)
"""A file may well look so."""

Ask = Callable[[Gateway, TwilioArchive, TwilioMedia, str], Awaitable[Any]]
ASK: dict[str, Ask] = {
    "send": lambda sms, _, __, ___: sms.send(TEXT),
    "list": lambda sms, _, __, ___: sms.sent_to(TEXT.to),
    "fetch": lambda sms, _, __, ___: sms.fetch(SID),
    "page": lambda _, archive, __, ___: archive.page(SINCE, None),
    "media": lambda _, __, media, url: media.fetch(url + FILE, 1_000_000),
}


async def asked(what: str, url: str, seconds: float = SECONDS) -> Any:
    """What comes of it, through the real libraries and real sockets."""
    async with (
        HttpClient(url, connect_seconds=2.0, read_seconds=seconds) as http,
        TwilioMedia(CREDENTIALS, url, seconds) as media,
    ):
        archive = TwilioArchive(CREDENTIALS, http, url)
        return await ASK[what](Gateway(CREDENTIALS, PUBLIC_URL, http), archive, media, url)


CELLS = [(what, fault) for what in ASK for fault in FAULTS if (what, fault) not in NO_MATTER]


@pytest.mark.parametrize(("what", "fault"), CELLS)
async def test_whatever_twilio_does_is_told_as_what_it_is(
    carrier: Carrier, what: str, fault: str
) -> None:
    carrier.behaviours = [FAULTS[fault]]
    told = await asked(what, carrier.url)
    if what != "send":  # what only reads is asked again
        assert isinstance(told, Postponed | Unavailable) or (what == "list" and told is None)
    elif fault in BUSY:
        assert isinstance(told, Postponed)
    else:  # it may have been carried: nobody sends it again without looking
        assert isinstance(told, Unclear)
        assert len(carrier.calls) == 1


@pytest.mark.parametrize("what", ASK)
async def test_where_nobody_listens_nothing_was_asked(what: str, unused_tcp_port: int) -> None:
    told = await asked(what, f"http://127.0.0.1:{unused_tcp_port}", seconds=5)
    assert isinstance(told, Postponed)
