"""Twilio's create call, made by the real SDK."""

import pytest

from adapters.sandbox.twilio.create import Form
from tests.adapters.sandbox.phone import client, create, refusal
from tests.adapters.sandbox.town import NUMBER, Town, town

CUSTOMER = "+17605550123"
SERVICE = "MG" + "2" * 32


async def test_a_text_is_queued_with_a_sid_of_twilios_form(here: Town) -> None:
    text = await create(here, CUSTOMER, "Hello")
    assert text.sid.startswith("SM")
    assert len(text.sid) == 34
    assert text.status == "queued"
    assert text.direction == "outbound-api"


async def test_a_created_text_shows_what_was_sent(here: Town) -> None:
    text = await create(here, CUSTOMER, "Grüße, 你好 👋")
    assert text.body == "Grüße, 你好 👋"
    assert (text.to, text.from_) == (CUSTOMER, NUMBER)
    assert text.num_segments == "1"
    assert text.date_created is not None
    assert text.date_sent is None


async def test_two_equal_posts_are_two_texts(here: Town) -> None:
    first, second = await create(here, CUSTOMER), await create(here, CUSTOMER)
    assert first.sid != second.sid
    assert len(await here.texts()) == 2


async def test_media_makes_an_mms(here: Town) -> None:
    text = await create(here, CUSTOMER, "", media_url=["https://example.com/a.png"])
    assert text.sid.startswith("MM")
    assert text.num_media == "1"
    assert (await here.texts())[0]["mediaUrls"] == ["https://example.com/a.png"]


async def test_a_wrong_token_is_refused(here: Town) -> None:
    answer = await here.http.post(
        f"/twilio/2010-04-01/Accounts/{here.config.account_sid}/Messages.json",
        data={"To": CUSTOMER, "From": NUMBER, "Body": "x"},
        auth=(here.config.account_sid, "wrong"),
    )
    assert answer.status_code == 401
    assert answer.json()["code"] == 20003
    assert await here.texts() == []


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Bearer abc", "Basic bm9jb2xvbg=="])
async def test_garbage_instead_of_credentials_is_refused(here: Town, header: str) -> None:
    answer = await here.http.get(
        f"/twilio/2010-04-01/Accounts/{here.config.account_sid}/Messages.json",
        headers={"authorization": header},
    )
    assert answer.status_code == 401


async def test_an_api_key_is_as_good_as_the_token() -> None:
    async with town(api_key="SK" + "3" * 32, api_secret="quiet") as here:
        answer = await here.http.get(
            f"/twilio/2010-04-01/Accounts/{here.config.account_sid}/Messages.json",
            auth=("SK" + "3" * 32, "quiet"),
        )
    assert answer.status_code == 200


async def test_the_account_of_somebody_else_is_refused(here: Town) -> None:
    answer = await here.http.get(
        f"/twilio/2010-04-01/Accounts/AC{'9' * 32}/Messages.json",
        auth=(here.config.account_sid, here.config.auth_token),
    )
    assert answer.json()["code"] == 20003


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"from_": "+12025550000"}, 21659),
        ({"status_callback": "not a url"}, 21609),
        ({"status_callback": "http://under_score.example/x"}, 21609),
        ({"media_url": ["ftp://example.com/a.png"]}, 21620),
        ({"media_url": ["https://example.com/a.png"] * 11}, 21623),
        ({"messaging_service_sid": SERVICE}, 21705),
    ],
)
async def test_what_twilio_would_refuse_is_refused(
    here: Town, arguments: dict[str, object], code: int
) -> None:
    error = await refusal(here, CUSTOMER, **arguments)
    assert (error.code, error.status) == (code, 400)
    assert await here.texts() == []


@pytest.mark.parametrize("to", ["7605550123", "+0123456789", "abc", "+1", "whatsapp:+17605550123"])
async def test_a_recipient_that_is_no_number_is_refused(here: Town, to: str) -> None:
    assert (await refusal(here, to)).code == 21211


async def test_a_missing_recipient_has_its_own_code(here: Town) -> None:
    answer = await here.http.post(
        f"/twilio/2010-04-01/Accounts/{here.config.account_sid}/Messages.json",
        data={"From": NUMBER, "Body": "x"},
        auth=(here.config.account_sid, here.config.auth_token),
    )
    assert answer.json() == {
        "code": 21604,
        "message": "A 'To' phone number is required.",
        "more_info": "https://www.twilio.com/docs/errors/21604",
        "status": 400,
    }


async def test_nobody_texts_oneself(here: Town) -> None:
    assert (await refusal(here, NUMBER)).code == 21266


async def test_the_longest_body_is_taken(here: Town) -> None:
    assert len((await create(here, CUSTOMER, "x" * 1600)).body) == 1600


async def test_a_service_accepts_and_then_chooses_a_number() -> None:
    async with town(messaging_service_sid=SERVICE) as here:
        text = await create(here, CUSTOMER, from_=None, messaging_service_sid=SERVICE)
        assert text.status == "accepted"
        assert text.num_segments == "0"
        done = await here.until(f"/texts/{text.sid}", lambda shown: shown["status"] == "delivered")
        assert done["from"] == NUMBER
        assert [step["status"] for step in done["history"]][:2] == ["accepted", "queued"]


async def test_the_account_and_its_numbers_can_be_read(here: Town) -> None:
    base = f"/twilio/2010-04-01/Accounts/{here.config.account_sid}"
    auth = (here.config.account_sid, here.config.auth_token)
    account = (await here.http.get(f"{base}.json", auth=auth)).json()
    numbers = (await here.http.get(f"{base}/IncomingPhoneNumbers.json", auth=auth)).json()
    assert account["status"] == "active"
    assert [one["phone_number"] for one in numbers["incoming_phone_numbers"]] == [
        "+17605550100",
        "+17605550101",
    ]


async def test_a_body_that_is_not_utf8_is_no_server_error(here: Town) -> None:
    answer = await here.http.post(
        f"/twilio/2010-04-01/Accounts/{here.config.account_sid}/Messages.json",
        content=b"To=%FF%FE&From=\xff&Body=x",
        headers={"content-type": "application/x-www-form-urlencoded"},
        auth=(here.config.account_sid, here.config.auth_token),
    )
    assert answer.status_code == 400


def test_the_last_of_repeated_fields_counts_and_all_media_do() -> None:
    form = Form([("Body", "a"), ("MediaUrl", "m1"), ("Body", "b"), ("MediaUrl", "m2")])
    assert form.one("Body") == "b"
    assert form.many("MediaUrl") == ["m1", "m2"]
    assert form.one("To") == ""
    assert form.flat() == {"body": "b", "mediaurl": "m2"}


async def test_the_sdk_is_the_real_one(here: Town) -> None:
    assert client(here).messages.__class__.__module__.startswith("twilio.rest.api.v2010")
