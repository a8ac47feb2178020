"""What Twilio does by itself with STOP, START and HELP."""

import pytest
from starlette.responses import Response

from adapters.sandbox.twilio.optout import word_of
from tests.adapters.sandbox.phone import create, refusal
from tests.adapters.sandbox.town import Town, town

CUSTOMER = "+17605550123"
SERVICE = "MG" + "2" * 32


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("STOP", "STOP"),
        (" stop \n", "STOP"),
        ("Unsubscribe", "STOP"),
        ("QUIT", "STOP"),
        ("revoke", "STOP"),
        ("OptOut", "STOP"),
        ("START", "START"),
        ("yes", "START"),
        ("unstop", "START"),
        ("Help", "HELP"),
        ("INFO", "HELP"),
        ("STOP.", None),
        ("please stop", None),
        ("STOP STOP", None),
        ("", None),
    ],
)
def test_only_a_text_that_is_the_one_word_counts(body: str, word: str | None) -> None:
    assert word_of(body) == word


async def test_stop_blocks_and_start_unblocks(here: Town) -> None:
    await here.text(CUSTOMER, "STOP")
    assert (await refusal(here, CUSTOMER)).code == 21610
    await here.text(CUSTOMER, "START")
    assert (await create(here, CUSTOMER)).status == "queued"


async def test_the_webhook_is_called_all_the_same(here: Town) -> None:
    await here.text(CUSTOMER, "STOP")
    assert [item.form["Body"] for item in here.product.received] == ["STOP"]


async def test_twilio_confirms_once(here: Town) -> None:
    await here.text(CUSTOMER, "STOP")
    await here.text(CUSTOMER, "STOP")
    answers = [text for text in await here.texts() if text["direction"] == "outbound-reply"]
    assert [text["to"] for text in answers] == [CUSTOMER]
    assert answers[0]["body"].startswith("You have successfully been unsubscribed")


async def test_start_is_confirmed_only_after_a_stop(here: Town) -> None:
    await here.text(CUSTOMER, "START")
    assert [text["direction"] for text in await here.texts()] == ["inbound"]
    await here.text(CUSTOMER, "STOP")
    await here.text(CUSTOMER, "START")
    assert "re-subscribed" in (await here.texts())[-1]["body"]


async def test_help_is_answered_but_not_to_somebody_who_stopped(here: Town) -> None:
    await here.text(CUSTOMER, "HELP")
    assert (await here.texts())[-1]["body"].startswith("Reply STOP")
    await here.text(CUSTOMER, "STOP")
    await here.text(CUSTOMER, "HELP")
    assert (await here.texts())[-1]["body"] == "HELP"


async def test_twilio_can_be_told_to_keep_silent() -> None:
    async with town(confirms_stop=False) as here:
        await here.text(CUSTOMER, "STOP")
        assert [text["direction"] for text in await here.texts()] == ["inbound"]
        assert (await refusal(here, CUSTOMER)).code == 21610


async def test_without_handling_twilio_neither_answers_nor_blocks() -> None:
    """Row: §5.3"""
    async with town(handles_stop=False) as here:
        await here.text(CUSTOMER, "STOP")
        await here.text(CUSTOMER, "HELP")
        assert [text["direction"] for text in await here.texts()] == ["inbound", "inbound"]
        assert [item.form["Body"] for item in here.product.received] == ["STOP", "HELP"]
        assert (await create(here, CUSTOMER)).status == "queued"


def test_yes_lifts_no_block_of_a_toll_free_number() -> None:
    """Row: §4.6"""
    assert word_of("YES", "+18005550100") is None
    assert word_of("START", "+18885550100") == word_of("YES", "+17605550100") == "START"


async def test_twilio_answers_while_the_product_is_down(here: Town) -> None:
    here.product.answers.append(Response(status_code=500))
    await here.text(CUSTOMER, "STOP")
    directions = [text["direction"] for text in await here.texts()]
    assert directions == ["inbound", "outbound-reply"]


async def test_a_block_is_for_one_sender_and_one_customer(here: Town) -> None:
    await here.text(CUSTOMER, "STOP")
    assert (await create(here, CUSTOMER, from_="+17605550101")).status == "queued"
    assert (await create(here, "+17605550124")).status == "queued"


async def test_a_block_by_a_service_holds_for_the_service() -> None:
    async with town(messaging_service_sid=SERVICE) as here:
        await here.text(CUSTOMER, "STOP")
        error = await refusal(here, CUSTOMER, from_=None, messaging_service_sid=SERVICE)
        assert error.code == 21610


async def test_a_replayed_stop_changes_nothing(here: Town) -> None:
    stop = await here.text(CUSTOMER, "STOP")
    await here.text(CUSTOMER, "START")
    await here.text(CUSTOMER, "STOP", messageSid=stop["sid"])
    assert (await create(here, CUSTOMER)).status == "queued"


async def test_a_text_that_does_not_reach_the_product_still_blocks(here: Town) -> None:
    await here.put("/faults", [{"method": "deliver.text", "action": "lose"}])
    await here.text(CUSTOMER, "STOP")
    assert (await refusal(here, CUSTOMER)).code == 21610
