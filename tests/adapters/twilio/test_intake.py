"""Texts that arrive at the same time share one write, and nothing else: no error, no wait."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from adapters.twilio.intake import HANDS, Intake
from domain.services.inbound import Receipt
from domain.values import InboundText
from tests import local


class Book:
    """A slow writer: each write waits until it is let go on; a body of `bad` cannot be written."""

    def __init__(self) -> None:
        self.writes: list[list[str]] = []
        self.go_on = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)

    def write(self, texts: Sequence[InboundText]) -> list[Receipt]:
        self.writes.append([text.body for text in texts])
        self.begun.release()
        assert self.go_on.acquire(timeout=local.PATIENCE)
        if any(text.body == "bad" for text in texts):
            raise ValueError("bad")
        return [Receipt(text.body, first_time=True) for text in texts]

    def let_all_go_on(self) -> None:
        self.go_on.release(1_000)


@pytest.fixture
def book() -> Book:
    return Book()


def text(body: str) -> InboundText:
    return InboundText(
        sid=f"SM{body}", account_sid="AC1", sender="+17605550111", recipient="+1", body=body
    )


def bring(intake: Intake, *bodies: str) -> list[asyncio.Task[Receipt]]:
    return [asyncio.create_task(intake.take(text(body))) for body in bodies]


async def begun(book: Book) -> None:
    """Wait until one more write has begun."""
    assert await asyncio.to_thread(book.begun.acquire, timeout=local.PATIENCE)


async def busy(intake: Intake, book: Book) -> list[asyncio.Task[Receipt]]:
    """All hands are writing one text each."""
    first = []
    for number in range(HANDS):
        first += bring(intake, f"first {number}")
        await begun(book)
    return first


async def told(tasks: list[asyncio.Task[Receipt]]) -> list[str]:
    return [receipt.message_id for receipt in await asyncio.gather(*tasks)]


async def test_a_text_that_comes_alone_is_written_at_once(book: Book) -> None:
    book.let_all_go_on()
    assert (await Intake(book.write).take(text("hello"))).message_id == "hello"
    assert book.writes == [["hello"]]


async def test_texts_that_come_during_a_write_are_written_together_in_their_order(
    book: Book,
) -> None:
    intake = Intake(book.write)
    first = await busy(intake, book)
    others = bring(intake, "a", "b", "c")
    await asyncio.sleep(0)
    book.let_all_go_on()
    assert await told(others) == ["a", "b", "c"]
    assert await told(first) == [f"first {number}" for number in range(HANDS)]
    assert book.writes[HANDS:] == [["a", "b", "c"]]


async def test_nobody_is_told_before_the_write_has_returned(book: Book) -> None:
    (task,) = bring(Intake(book.write), "hello")
    await begun(book)
    assert not task.done()
    book.let_all_go_on()
    assert await told([task]) == ["hello"]


async def test_one_that_cannot_be_written_spoils_no_other(book: Book) -> None:
    intake = Intake(book.write)
    await busy(intake, book)
    good, bad, better = bring(intake, "good", "bad", "better")
    await asyncio.sleep(0)
    book.let_all_go_on()
    assert await told([good, better]) == ["good", "better"]
    with pytest.raises(ValueError, match="bad"):
        await bad


async def test_a_write_takes_so_many_at_most(book: Book) -> None:
    intake = Intake(book.write, most=2)
    await busy(intake, book)
    others = bring(intake, "a", "b", "c")
    await asyncio.sleep(0)
    book.let_all_go_on()
    await told(others)
    assert sorted(book.writes[HANDS:]) == [["a", "b"], ["c"]]


async def test_one_who_left_keeps_nobody_waiting(book: Book) -> None:
    intake = Intake(book.write)
    await busy(intake, book)
    leaves, stays = bring(intake, "leaves", "stays")
    await asyncio.sleep(0)
    leaves.cancel()
    book.let_all_go_on()
    assert await told([stays]) == ["stays"]
    assert ["leaves", "stays"] in book.writes


async def test_after_a_pause_it_goes_on(book: Book) -> None:
    book.let_all_go_on()
    intake = Intake(book.write)
    assert await told(bring(intake, "a")) == ["a"]
    await asyncio.sleep(0)
    assert await told(bring(intake, "b")) == ["b"]
