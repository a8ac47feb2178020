"""The ledger, and a sandbox that goes on where the last one stopped."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from adapters.sandbox.ledger import Json, Ledger
from tests.adapters.sandbox.phone import create, refusal
from tests.adapters.sandbox.town import FAST, town

CUSTOMER = "+17605550123"


def lines(path: Path) -> list[Json]:
    return [orjson.loads(raw) for raw in path.read_bytes().splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger is kept, in a folder that does not exist yet."""
    return tmp_path / "deep" / "ledger.jsonl"


def keep(path: Path, *records: tuple[str, Json]) -> None:
    """Open a ledger, put texts into it and close it."""
    with closing(Ledger(path)) as ledger:
        for key, value in records:
            ledger.put("text", key, value)


def kept(path: Path) -> dict[str, Json]:
    """The texts of a ledger."""
    with closing(Ledger(path)) as ledger:
        return ledger.all("text")


def test_every_line_is_numbered_and_dated(path: Path) -> None:
    keep(path, ("SM1", {"body": "x"}), ("SM2", {"body": "y"}))
    written = lines(path)
    assert [line["seq"] for line in written] == [1, 2]
    assert written[0]["at"] <= written[1]["at"]
    assert written[1] == {**written[1], "type": "put", "of": "text", "key": "SM2"}


def test_the_last_value_of_a_record_counts(path: Path) -> None:
    keep(path, ("SM1", {"body": "first"}), ("SM1", {"body": "second"}))
    assert kept(path) == {"SM1": {"body": "second"}}


def test_numbers_go_on_after_a_restart(path: Path) -> None:
    keep(path, ("SM1", {}))
    keep(path, ("SM2", {}))
    assert [line["seq"] for line in lines(path)] == [1, 2]
    assert list(kept(path)) == ["SM1", "SM2"]


def test_a_line_cut_in_two_by_a_kill_is_left_out(path: Path) -> None:
    keep(path, ("SM1", {"body": "whole"}))
    with path.open("ab") as file:
        file.write(b'{"seq": 2, "at": 1, "type": "put", "of": "te')
    keep(path, ("SM2", {"body": "after"}))
    assert list(kept(path)) == ["SM1", "SM2"]


def test_listeners_hear_every_line_until_they_leave() -> None:
    ledger, heard = Ledger(None), []
    stop = ledger.listen(lambda line: heard.append(line["type"]))
    ledger.put("text", "a", {})
    stop()
    ledger.put("text", "b", {})
    assert heard == ["put"]


def test_old_calls_are_forgotten_but_not_records() -> None:
    ledger = Ledger(None, kept=2)
    ledger.put("text", "SM1", {})
    for number in range(3):
        ledger.write("call", number=number)
    assert [line["number"] for line in ledger.recent()] == [1, 2]
    assert list(ledger.all("text")) == ["SM1"]


async def test_texts_and_blocks_outlive_the_sandbox(path: Path) -> None:
    async with town(ledger=path) as first:
        await first.text(CUSTOMER, "STOP")
        before = await first.texts()
    async with town(ledger=path) as second:
        assert await second.texts() == before
        assert (await refusal(second, CUSTOMER)).code == 21610


async def test_the_workspace_outlives_the_sandbox(path: Path) -> None:
    async with town(ledger=path) as first:
        client = first.slack()
        made = await client.conversations_create(name="sms-jane", is_private=True)
        channel = made["channel"]["id"]
        sent = await client.chat_postMessage(channel=channel, text="kept")
        await client.reactions_add(channel=channel, timestamp=sent["ts"], name="eyes")
        gone = await client.chat_postMessage(channel=channel, text="gone")
        await client.chat_delete(channel=channel, ts=gone["ts"])
        before = await first.channel(channel)
    async with town(ledger=path) as second:
        assert await second.channel(channel) == before
        assert [message["text"] for message in before["messages"]] == ["kept"]


async def test_stamps_never_go_back_after_a_restart(path: Path) -> None:
    async with town(ledger=path) as first:
        before = await first.say("before")
    async with town(ledger=path) as second:
        assert (await second.say("after"))["ts"] > before["ts"]
        assert len(await second.messages()) == 2


async def test_a_text_on_its_way_goes_on_after_a_restart(path: Path) -> None:
    async with town(replace(FAST, step=60), ledger=path) as first:
        text = await create(first, CUSTOMER)
    async with town(ledger=path) as second:
        done = await second.until(
            f"/texts/{text.sid}", lambda shown: shown["status"] == "delivered"
        )
        assert done["sid"] == text.sid


async def test_a_text_that_was_not_taken_is_brought_after_a_restart(path: Path) -> None:
    async with town(replace(FAST, retries=()), ledger=path) as first:
        await first.text(CUSTOMER, "taken")
        await first.put("/faults", [{"method": "deliver.text", "action": "lose"}])
        lost = await first.text(CUSTOMER, "lost")
        assert lost["acknowledged"] is False
    async with town(ledger=path) as second:
        await second.until(f"/texts/{lost['sid']}", lambda shown: shown["acknowledged"])
        assert [item.form["Body"] for item in second.product.received] == ["lost"]


async def test_the_file_has_every_call_with_its_result(path: Path) -> None:
    async with town(ledger=path) as here:
        text = await create(here, CUSTOMER, "Hi")
        await here.slack().chat_postMessage(channel="C0INBOX", text="Hi")
    calls = [line for line in lines(path) if line["type"] == "call"]
    assert [line["method"] for line in calls] == [
        "twilio.messages.create",
        "slack.chat.postMessage",
    ]
    assert calls[0]["result"] == {"sid": text.sid}
    assert calls[0]["args"]["body"] == "Hi"
    assert calls[1]["result"]["ok"] is True
    assert calls[1]["result"]["channel"] == "C0INBOX"


async def test_no_token_is_written_down(path: Path) -> None:
    async with town(ledger=path) as here:
        await here.http.post("/slack/api/auth.test", data={"token": "xoxb-sandbox"})
        await create(here, CUSTOMER)
    content = str(lines(path))
    assert "xoxb-sandbox" not in content
    assert "town-auth-token" not in content
