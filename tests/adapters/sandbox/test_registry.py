"""The stand-in for what Twilio knows of numbers refuses what Twilio refuses."""

from typing import Any

import httpx2
import pytest

from tests.adapters.sandbox.town import ACCOUNT, TOKEN, Town

US = (ACCOUNT, TOKEN)


async def ask(here: Town, path: str, **how: Any) -> httpx2.Response:
    return await here.http.get(f"/twilio{path}", **{"auth": US, **how})


async def bulk(here: Town, *items: str) -> httpx2.Response:
    return await here.http.post("/twilio/v1/Consents/Bulk", data={"Items": [*items]}, auth=US)


@pytest.mark.parametrize(
    "path",
    [
        "/v2/PhoneNumbers/+17605550123?Fields=reassigned_number",
        "/v2/PhoneNumbers/+17605550123?Fields=reassigned_number&LastVerifiedDate=2025-12-31",
        "/v1/Deactivations",
        "/v1/Deactivations?Date=20251231",
    ],
)
async def test_a_day_in_another_form_is_refused(here: Town, path: str) -> None:
    assert (await ask(here, path)).status_code == 400


@pytest.mark.parametrize(
    "path", ["/v2/PhoneNumbers/+17605550123", "/v1/Deactivations?Date=2025-12-31"]
)
async def test_a_stranger_is_refused(here: Town, path: str) -> None:
    assert (await ask(here, path, auth=(ACCOUNT, "wrong"))).status_code == 401


@pytest.mark.parametrize("items", [(), ("no JSON",), ("[]",), ("{}",) * 26])
async def test_a_request_that_makes_no_sense_is_refused(here: Town, items: tuple[str, ...]) -> None:
    assert (await bulk(here, *items)).status_code == 400


async def test_a_line_that_makes_no_sense_is_answered_by_itself(here: Town) -> None:
    answer = await bulk(here, '{"date_of_consent": "yesterday"}')
    [told] = answer.json()["items"]
    assert (answer.status_code, told["error_code"]) == (201, 30646)
    assert "INVALID_DATE_OF_CONSENT" in told["error_messages"]


async def test_a_number_without_a_package_is_only_a_number(here: Town) -> None:
    answer = await ask(here, "/v2/PhoneNumbers/+17605550123")
    assert answer.json()["reassigned_number"] is None
    assert (await ask(here, "/v2/PhoneNumbers/jane")).status_code == 404


async def test_a_link_is_for_whoever_has_it_and_not_for_long(here: Town) -> None:
    await here.put("/numbers", {"deactivated": {"2025-12-31": ["+17605550123"]}})
    link = (await ask(here, "/v1/Deactivations?Date=2025-12-31")).headers["location"]
    assert (await here.http.get(link)).text == "+17605550123\n"
    assert (await here.http.get(link, auth=US)).status_code == 400
    assert (await here.http.get(link.partition("?")[0])).status_code == 403


@pytest.mark.parametrize(
    "body", [{"reassigned": {"+1": "perhaps"}}, {"deactivated": {"today": []}}, {"deactivated": 1}]
)
async def test_scripts_are_told_what_is_wrong(here: Town, body: dict[str, Any]) -> None:
    assert (await here.refused("PUT", "/numbers", body))[0] == 400


async def test_blocks_are_shown(here: Town) -> None:
    await here.text("+17605550123", "STOP")
    assert (await here.get("/numbers"))["blocked"] == {"+17605550100": ["+17605550123"]}
