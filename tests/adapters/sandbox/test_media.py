"""Pictures of customers as Twilio keeps them, and the carrier's look at those it is given."""

import base64
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.twilio.media import MOST_BYTES
from tests.adapters.sandbox.town import ACCOUNT, TOKEN, Product, Town, town

CUSTOMER = "+17605550123"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
US = (ACCOUNT, TOKEN)


def attached(content: bytes = PNG, **more: str) -> dict[str, str]:
    return {"name": "a.png", "content": base64.b64encode(content).decode(), **more}


async def sent(here: Town, *files: dict[str, str]) -> Any:
    """A text with these pictures, typed on the phone."""
    return await here.text(CUSTOMER, "Look", media=list(files))


def another(address: str) -> str:
    """Like it, yet of no picture."""
    return address[:-1] + ("1" if address.endswith("0") else "0")


async def test_a_picture_goes_to_the_product_as_an_address_at_twilios(here: Town) -> None:
    text = await sent(here, attached(), attached(b"%PDF-1", name="plan.pdf"))
    (told,) = await here.product.count(1)
    assert told.signed
    assert (told.form["NumMedia"], told.form["MediaContentType0"]) == ("2", "image/png")
    assert told.form["MediaContentType1"] == "application/pdf"
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{text['sid']}/Media/ME"
    assert told.form["MediaUrl0"].startswith(f"{here.url}/twilio{path}")


async def test_it_is_behind_the_accounts_credentials_and_then_elsewhere(here: Town) -> None:
    address = (await sent(here, attached()))["mediaUrls"][0]
    assert (await here.http.get(address)).status_code == 401
    moved = await here.http.get(address, auth=US)
    assert moved.status_code == 307
    there = moved.headers["location"]
    assert (await here.http.get(there)).content == PNG
    assert (await here.http.get(there, auth=US)).status_code == 400
    assert (await here.http.get(another(address), auth=US)).status_code == 404
    assert (await here.http.get(another(there))).status_code == 404


async def test_twilio_may_not_have_it_yet(here: Town) -> None:
    rule = {"method": "twilio.media.fetch", "action": "answer", "status": 404, "times": 1}
    await here.put("/faults", [rule])
    address = (await sent(here, attached()))["mediaUrls"][0]
    assert (await here.http.get(address, auth=US)).status_code == 404
    assert (await here.http.get(address, auth=US)).status_code == 307


async def test_the_page_can_show_it(here: Town) -> None:
    (item,) = (await sent(here, attached()))["media"]
    shown = await here.http.get(item["url"])
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert shown.headers["content-security-policy"] == "default-src 'none'"


async def test_addresses_of_elsewhere_are_passed_on_as_they_are(here: Town) -> None:
    text = await here.text(
        CUSTOMER, "", mediaUrls=["https://example.com/a.png"], media=[attached()]
    )
    assert text["mediaUrls"][1] == "https://example.com/a.png"
    assert text["media"][1]["url"] == "https://example.com/a.png"


@pytest.mark.parametrize(
    "media", ["x", ["x"], [{"name": "a.png"}], [{"name": "a", "content": "%"}], [attached()] * 11]
)
async def test_what_is_no_picture_is_refused(here: Town, media: Any) -> None:
    body = {"from": CUSTOMER, "body": "Look", "media": media}
    status, _ = await here.refused("POST", "/texts", body)
    assert status == 400


# What the carrier is given


def shop(answer: Response) -> Any:
    """A product that has a picture at `/files/1`."""

    def front(_config: SandboxConfig, product: Product) -> Starlette:
        async def served(_: Request) -> Response:
            return answer

        rest = Route("/{path:path}", product.take, methods=["GET", "POST"])
        return Starlette(routes=[Route("/files/1", served), rest])

    return front


async def fate(here: Town, *addresses: str) -> Any:
    """What became of a text with these pictures."""
    form: list[tuple[str, str]] = [("To", CUSTOMER), ("From", here.config.numbers[0])]
    form += [("MediaUrl", address) for address in addresses]
    path = f"{here.url}/twilio/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    kind = {"content-type": "application/x-www-form-urlencoded"}
    made = await here.http.post(path, content=urlencode(form), auth=US, headers=kind)
    assert made.status_code == 201
    ended = {"delivered", "failed"}
    return await here.until(f"/texts/{made.json()['sid']}", lambda text: text["status"] in ended)


PICTURE = Response(PNG, media_type="image/png")


async def test_the_carrier_fetches_what_it_is_given_and_the_phone_shows_it() -> None:
    async with town(front=shop(PICTURE)) as here:
        text = await fate(here, f"{here.product.url}/files/1")
        (item,) = text["media"]
        assert (text["status"], item["status"], item["content_type"], item["size"]) == (
            "delivered",
            200,
            "image/png",
            len(PNG),
        )
        assert (await here.http.get(item["url"])).content == PNG
        lines = (await here.get("/ledger"))["lines"]
        assert [line["status"] for line in lines if line["type"] == "fetch"] == [200]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (PlainTextResponse("gone", 410), 11200),
        (PlainTextResponse("words"), 12300),
        (Response(b"<html>", media_type="text/html"), 12300),
        (Response(b"x" * (MOST_BYTES + 1), media_type="image/png"), 30019),
    ],
)
async def test_what_it_cannot_use_fails_the_text(answer: Response, code: int) -> None:
    async with town(front=shop(answer)) as here:
        text = await fate(here, f"{here.product.url}/files/1")
        assert (text["status"], text["errorCode"]) == ("failed", code)


async def test_where_nobody_answers_nothing_is_fetched(here: Town) -> None:
    text = await fate(here, "http://127.0.0.1:9/a.png")
    assert (text["status"], text["errorCode"]) == ("failed", 11200)


async def test_what_is_elsewhere_is_taken_for_good(here: Town) -> None:
    text = await fate(here, "https://example.com/a.png")
    assert (text["status"], text["media"][0]["status"]) == ("delivered", None)


async def test_pictures_outlive_the_sandbox(tmp_path: Any) -> None:
    ledger = tmp_path / "ledger.jsonl"
    async with town(ledger=ledger) as first:
        sid = (await sent(first, attached()))["media"][0]["url"].rpartition("/")[2]
    async with town(ledger=ledger) as second:
        assert (await second.http.get(f"/media/{sid}")).content == PNG
