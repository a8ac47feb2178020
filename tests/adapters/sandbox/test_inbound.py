"""Texts from customers' phones to the product."""

from dataclasses import replace

import pytest
from starlette.responses import Response

from tests.adapters.sandbox.town import ACCOUNT, FAST, NUMBER, Town, town

CUSTOMER = "+17605550123"
SERVICE = "MG" + "2" * 32


async def test_a_text_reaches_the_webhook_with_a_right_signature(here: Town) -> None:
    await here.text(CUSTOMER, "Hello there")
    received = here.product.received[0]
    assert received.path == "/api/crm/sms/webhook"
    assert received.signed
    assert received.form["Body"] == "Hello there"


async def test_the_webhook_has_all_of_twilios_parameters(here: Town) -> None:
    text = await here.text(CUSTOMER, "Hello")
    sid = text["sid"]
    geography = {f"{side}{part}" for side in ("From", "To") for part in ("City", "State", "Zip")}
    assert here.product.received[0].form == {
        **dict.fromkeys(geography, ""),
        "FromCountry": "US",
        "ToCountry": "US",
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Body": "Hello",
        "From": CUSTOMER,
        "MessageSid": sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "To": NUMBER,
    }


async def test_the_answer_says_what_the_product_said(here: Town) -> None:
    text = await here.text(CUSTOMER)
    assert (text["acknowledged"], text["attempts"], text["answer"]) == (True, 1, 200)
    assert text["status"] == "received"
    assert await here.get(f"/texts/{text['sid']}") == text


async def test_media_come_with_their_kinds(here: Town) -> None:
    urls = ["https://example.com/a.png?x=1", "https://example.com/b.pdf", "https://example.com/c"]
    text = await here.text(CUSTOMER, "", mediaUrls=urls)
    form = here.product.received[0].form
    assert text["sid"].startswith("MM")
    assert form["NumMedia"] == "3"
    assert [form[f"MediaUrl{index}"] for index in range(3)] == urls
    kinds = [form[f"MediaContentType{index}"] for index in range(3)]
    assert kinds == ["image/png", "application/pdf", "image/jpeg"]
    assert form["Body"] == ""


async def test_a_number_in_a_service_says_so_on_every_text() -> None:
    async with town(messaging_service_sid=SERVICE) as here:
        await here.text(CUSTOMER)
        assert here.product.received[0].form["MessagingServiceSid"] == SERVICE
        await here.text(CUSTOMER, serviceSid="")
        assert "MessagingServiceSid" not in here.product.received[1].form


async def test_a_text_that_was_not_taken_is_tried_again(here: Town) -> None:
    here.product.answers += [Response(status_code=503), Response(status_code=500)]
    text = await here.text(CUSTOMER)
    assert (text["acknowledged"], text["answer"]) == (False, 503)
    done = await here.until(f"/texts/{text['sid']}", lambda shown: shown["acknowledged"])
    assert (done["attempts"], done["answer"]) == (3, 200)
    assert {item.form["MessageSid"] for item in here.product.received} == {text["sid"]}


async def test_a_refusal_is_not_taken_for_an_acknowledgement(here: Town) -> None:
    here.product.answers += [Response(status_code=403)] * 6
    text = await here.text(CUSTOMER)
    done = await here.until(f"/texts/{text['sid']}", lambda shown: shown["attempts"] == 6)
    assert done["acknowledged"] is False


async def test_a_product_that_is_away_is_tried_again_until_it_is_back() -> None:
    async with town(replace(FAST, retries=(0.01,) * 5)) as here:
        await here.put("/faults", [{"method": "deliver.text", "action": "lose", "times": 3}])
        text = await here.text(CUSTOMER)
        assert text["answer"] is None
        done = await here.until(f"/texts/{text['sid']}", lambda shown: shown["acknowledged"])
        assert done["attempts"] == 4
        assert len(here.product.received) == 1


async def test_a_known_sid_replays_the_same_text(here: Town) -> None:
    first = await here.text(CUSTOMER, "once")
    again = await here.text(CUSTOMER, "something else", messageSid=first["sid"])
    bodies = [item.form["Body"] for item in here.product.received]
    assert bodies == ["once", "once"]
    assert again["attempts"] == 2
    assert len(await here.texts()) == 1


async def test_a_sid_of_ones_own_may_be_given(here: Town) -> None:
    sid = "SM" + "f" * 32
    assert (await here.text(CUSTOMER, messageSid=sid))["sid"] == sid


async def test_the_second_number_can_be_texted(here: Town) -> None:
    text = await here.text(CUSTOMER, to="+17605550101")
    assert text["to"] == here.product.received[0].form["To"] == "+17605550101"


async def test_texts_can_be_listed_by_phone(here: Town) -> None:
    await here.text(CUSTOMER, "mine")
    await here.text("+17605550199", "other")
    shown = await here.get("/texts?phone=%2B17605550123")
    assert [text["body"] for text in shown["texts"]] == ["mine"]
    assert shown["numbers"] == ["+17605550100", "+17605550101"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "needs a body"),
        ({"from": CUSTOMER}, "needs a body"),
        ({"body": "x"}, "from is required"),
        ({"from": 5, "body": "x"}, "from is required"),
        ({"from": " ", "body": "x"}, "from is required"),
        ({"from": CUSTOMER, "body": 5}, "body is required"),
        ({"from": CUSTOMER, "mediaUrls": "x"}, "mediaUrls"),
        ({"from": CUSTOMER, "mediaUrls": [5]}, "mediaUrls"),
        ({"from": CUSTOMER, "mediaUrls": ["x"] * 11}, "at most 10"),
        ([], "must be a JSON object"),
    ],
)
async def test_nonsense_is_refused_in_words(here: Town, body: object, words: str) -> None:
    status, error = await here.refused("POST", "/texts", body)
    assert status == 400
    assert words in error
    assert here.product.received == []


async def test_a_body_that_is_not_json_is_refused(here: Town) -> None:
    answer = await here.http.post("/texts", content=b"\xff{")
    assert answer.status_code == 400
    assert "not JSON" in answer.json()["error"]


async def test_an_unknown_text_is_not_found(here: Town) -> None:
    assert await here.refused("GET", "/texts/SM0") == (404, "no such text")
