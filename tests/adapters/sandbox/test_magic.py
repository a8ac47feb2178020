"""Numbers that call for errors."""

import pytest

from adapters.sandbox.twilio.errors import FAILED, HTTP_FAILURES, REFUSED, TwilioError, magic_of
from tests.adapters.sandbox.phone import create, refusal
from tests.adapters.sandbox.town import Town


@pytest.mark.parametrize(
    ("number", "code", "status"),
    [
        ("+15005521211", 21211, 400),
        ("+15005550001", 21211, 400),
        ("+15005521612", 21612, 400),
        ("+15005550002", 21612, 400),
        ("+15005521408", 21408, 403),
        ("+15005550003", 21408, 403),
        ("+15005521610", 21610, 400),
        ("+15005550004", 21610, 400),
        ("+15005521614", 21614, 400),
        ("+15005550009", 21614, 400),
        ("+15005520429", 20429, 429),
        ("+15005521611", 21611, 429),
        ("+15005530002", 30002, 403),
        ("+15005500503", 503, 503),
        ("+15005500500", 500, 500),
    ],
)
async def test_a_magic_recipient_is_refused(
    here: Town, number: str, code: int, status: int
) -> None:
    error = await refusal(here, number)
    assert (error.code, error.status) == (code, status)
    assert await here.texts() == []


@pytest.mark.parametrize("code", [30003, 30004, 30005, 30006, 30007, 30008, 30034, 30410])
async def test_a_magic_recipient_does_not_get_the_text(here: Town, code: int) -> None:
    text = await create(here, f"+150055{code}")
    done = await here.until(f"/texts/{text.sid}", lambda shown: shown["errorCode"])
    assert (done["status"], done["errorCode"]) == ("undelivered", code)
    assert "sent" in [step["status"] for step in done["history"]]


@pytest.mark.parametrize("code", [30001, 30022, 30032, 30036])
async def test_a_magic_recipient_makes_the_text_fail_before_it_is_sent(
    here: Town, code: int
) -> None:
    text = await create(here, f"+150055{code}")
    done = await here.until(f"/texts/{text.sid}", lambda shown: shown["errorCode"])
    assert (done["status"], done["errorCode"]) == ("failed", code)
    assert "sent" not in [step["status"] for step in done["history"]]


@pytest.mark.parametrize("area", range(10))
def test_several_numbers_call_for_one_error(area: int) -> None:
    found = magic_of(f"+150{area}5530007")
    assert found
    assert (found.code, found.failed) == (30007, True)


@pytest.mark.parametrize(
    "number", ["+17605550123", "+15055550001", "+15005550006", "+15005599999", "5521211"]
)
def test_other_numbers_mean_nothing(number: str) -> None:
    assert magic_of(number) is None


@pytest.mark.parametrize("code", sorted(REFUSED | HTTP_FAILURES))
def test_every_refusal_has_a_number_and_a_client_or_server_status(code: int) -> None:
    magic = magic_of(f"+150055{code:05}")
    assert magic is not None
    assert magic.refused
    assert not magic.failed
    assert 400 <= TwilioError(code, "x").status <= 599


@pytest.mark.parametrize("code", sorted(set(FAILED) - set(REFUSED)))
def test_every_failure_has_a_number(code: int) -> None:
    magic = magic_of(f"+150055{code}")
    assert magic is not None
    assert magic.failed
    assert FAILED[code][0] in ("failed", "undelivered")


def test_an_error_names_its_page() -> None:
    body = TwilioError(21211, "+1").body()
    assert body["more_info"] == "https://www.twilio.com/docs/errors/21211"
    assert body["message"] == "Invalid 'To' Phone Number: +1"
