"""The worker's hand for files, over a real store, with a carrier and a chat that do as told."""

import asyncio
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import PIL.Image
import pytest
from mongoengine.connection import get_db
from pymongo.database import Database

from adapters.mongo.files import DatabaseFiles
from adapters.pictures import fit
from adapters.worker.fetching import Fetcher
from adapters.worker.relaying import Relayer
from domain.model import Message
from domain.services.media import copying, fetching
from domain.values import Content, FileRef, MediaRef, Postponed, Unavailable, Uploaded
from tests import local
from tests.adapters.worker.fakes import PNG, FakeChat, FakeMedia
from tests.adapters.worker.hands import work
from tests.clock import FakeClock
from tests.domain.build import answered, conversation, due, fresh, received

GONE = Unavailable("It is gone.")
LATER = Postponed("It is not there yet.")


def jpeg() -> bytes:
    target = io.BytesIO()
    PIL.Image.new("RGB", (40, 30), "teal").save(target, "JPEG")
    return target.getvalue()


@pytest.fixture
def media() -> FakeMedia:
    return FakeMedia()


@pytest.fixture
def fetcher(db: Database[Any], media: FakeMedia, chat: FakeChat, clock: FakeClock) -> Fetcher:
    return Fetcher(media, chat, DatabaseFiles(get_db()), fit, clock)


def text(count: int = 1) -> Message:
    """A customer's text with so many pictures, in a conversation with a channel."""
    conversation()
    refs = tuple(MediaRef(f"https://m.example.com/{n}", "image/png") for n in range(count))
    return received("Look", media=refs)


async def turn(fetcher: Fetcher) -> bool:
    """One turn of what is due; whether there was anything."""
    held = await asyncio.to_thread(fetcher.claim)
    if held:
        await fetcher.carry_out(held)
    return held is not None


async def turns(fetcher: Fetcher) -> int:
    """All turns that are due by now."""
    count = 0
    while await turn(fetcher):
        count += 1
    return count


async def test_a_picture_comes_to_us_and_then_to_the_chat(
    fetcher: Fetcher, media: FakeMedia, chat: FakeChat
) -> None:
    message = text()
    assert await turns(fetcher) == 2
    assert media.asked == [("https://m.example.com/0", copying.MOST_IN)]
    assert chat.told("upload") == [("picture-1.png", PNG)]
    (one,) = fresh(message).media
    assert (one.chat_id, one.size, due(message, "fetch")) == ("F1", len(PNG), None)


class Crowd(FakeMedia):
    """Knows how many were inside at once."""

    inside = most = 0

    async def fetch(self, address: str, most: int) -> Content | Unavailable | Postponed:
        self.inside += 1
        self.most = max(self.most, self.inside)
        await asyncio.sleep(0.01)
        self.inside -= 1
        return await super().fetch(address, most)


async def in_chat(message: Message) -> None:
    """Wait for the copy in the chat."""
    async with asyncio.timeout(local.PATIENCE):
        while not (found := fresh(message).media) or not found[0].chat_id:
            await asyncio.sleep(0.01)


async def test_ten_come_a_few_at_a_time(fetcher: Fetcher) -> None:
    crowd = Crowd()
    fetcher = replace(fetcher, media=crowd)
    message = text(10)
    await turns(fetcher)
    assert [one.place for one in fresh(message).media] == list(range(10))
    assert crowd.most == copying.AT_ONCE


async def test_a_picture_that_is_not_there_yet_comes_later(
    fetcher: Fetcher, media: FakeMedia, clock: FakeClock
) -> None:
    message = text()
    media.will = [LATER, LATER]
    assert await turns(fetcher) == 1
    clock.advance(1)
    assert await turns(fetcher) == 1
    clock.advance(3)
    assert await turns(fetcher) == 2
    assert len(fresh(message).media) == 1


async def test_after_a_day_it_is_given_up_with_the_last_reason(
    fetcher: Fetcher, media: FakeMedia, clock: FakeClock
) -> None:
    message = text()
    media.will = [LATER, LATER]
    await turns(fetcher)
    clock.set(message.created_at + copying.PATIENCE_IN + timedelta(seconds=1))
    await turns(fetcher)
    (one,) = fresh(message).wanted
    assert (one.problem, due(message, "fetch")) == (LATER.reason, None)


async def test_one_that_is_gone_does_not_stop_the_others(
    fetcher: Fetcher, media: FakeMedia
) -> None:
    message = text(3)
    media.will = [GONE]
    await turns(fetcher)
    stored = fresh(message)
    assert [one.problem for one in stored.wanted] == [GONE.reason]
    assert len(stored.media) == 2


async def test_without_a_chat_pictures_are_copied_all_the_same(
    fetcher: Fetcher, media: FakeMedia, clock: FakeClock
) -> None:
    message = text()
    lone = Fetcher(media, None, fetcher.files, fit, clock)
    assert await turns(lone) == 1
    assert (len(fresh(message).media), due(message, "fetch")) == (1, None)


async def test_without_a_carrier_they_wait(fetcher: Fetcher, chat: FakeChat) -> None:
    message = text()
    lone = Fetcher(None, chat, fetcher.files, fit, fetcher.clock)
    assert await turns(lone) == 1
    assert fresh(message).fetch.last_error == "Twilio is not set up here."  # type: ignore[union-attr]


async def test_what_the_chat_refuses_stays_with_us(fetcher: Fetcher, chat: FakeChat) -> None:
    message = text()
    chat.will["upload"] = [Unavailable("Slack's storage is full.")]
    await turns(fetcher)
    (one,) = fresh(message).media
    assert (one.problem, one.chat_id) == ("Slack's storage is full.", None)


async def test_a_file_that_is_gone_from_our_store_is_said(fetcher: Fetcher, chat: FakeChat) -> None:
    message = text()
    await turn(fetcher)
    fetcher.files.delete(str(fresh(message).media[0].file_id))
    await turns(fetcher)
    assert fresh(message).media[0].problem == fetching.GONE
    assert chat.told("upload") == []


async def test_an_agents_picture_is_fitted_and_kept(
    fetcher: Fetcher, chat: FakeChat, clock: FakeClock
) -> None:
    conversation()
    message = answered("Here", files=(FileRef("F7", "roof.jpg", "image/jpeg"),))
    chat.will["download"] = [Content(jpeg(), "roof.jpg", "image/jpeg")]
    await turns(fetcher)
    (one,) = fresh(message).media
    assert chat.told("download") == [("F7", copying.MOST_OUT)]
    assert (one.content_type, one.name, one.source) == ("image/jpeg", "roof.jpg", "F7")
    assert chat.told("upload") == []


@pytest.mark.parametrize(
    "brought", [Content(PNG), Content(b"<svg onload='x'>"), Unavailable("It is gone.")]
)
async def test_a_picture_that_cannot_go_refuses_the_text(
    fetcher: Fetcher, chat: FakeChat, brought: Content | Unavailable
) -> None:
    conversation()
    message = answered("Here", files=(FileRef("F7", "roof.png"),))
    chat.will["download"] = [brought]
    await turns(fetcher)
    stored = fresh(message)
    assert stored.status == "refused"
    assert stored.notices[0].text.startswith("Not sent. roof.png: ")


async def test_what_slack_does_not_give_in_an_hour_refuses_the_text(
    fetcher: Fetcher, chat: FakeChat, clock: FakeClock
) -> None:
    conversation()
    message = answered("Here", files=(FileRef("F7"),))
    chat.will["download"] = [Postponed("Slack could not be reached.")] * 2
    await turns(fetcher)
    assert fresh(message).status == "held"
    clock.advance(3_601)
    await turns(fetcher)
    assert fresh(message).error_message == "Slack could not be reached."


# A worker dies between any two steps.


class Died(BaseException):
    """The process was killed here."""


async def dies(fetcher: Fetcher, at: str, chat: FakeChat) -> None:
    """A worker takes the message and is killed before or after that call."""
    held = await asyncio.to_thread(fetcher.claim)
    assert held
    when, _, what = at.partition(" ")
    whole = getattr(chat, what, None) or getattr(fetcher.media, what)

    async def call(*arguments: Any) -> Any:
        if when == "after":
            await whole(*arguments)
        raise Died

    holder: Any = chat if hasattr(chat, what) else fetcher.media
    setattr(holder, what, call)
    with pytest.raises(Died):
        await fetcher.carry_out(held)
    setattr(holder, what, whole)


@pytest.mark.parametrize("at", ["before fetch", "after fetch", "before upload", "after upload"])
async def test_a_worker_that_dies_leaves_one_post_with_the_picture(
    fetcher: Fetcher, relayer: Relayer, chat: FakeChat, clock: FakeClock, at: str
) -> None:
    message = text()
    await work(relayer)
    if "upload" in at:
        await turn(fetcher)
    await dies(fetcher, at, chat)
    await work(relayer)
    clock.advance(fetching.LEASE.total_seconds())
    await turns(fetcher)
    await work(relayer)
    assert chat.names().count("post") == 1
    assert len(chat.told("upload")) == (2 if at == "after upload" else 1)
    ((_, _, post),) = chat.told("reword")
    assert [one.id for one in post.pictures] == [fresh(message).media[0].chat_id]


async def test_two_workers_that_overlap_make_one_post_and_one_copy_that_counts(
    fetcher: Fetcher, relayer: Relayer, chat: FakeChat, clock: FakeClock
) -> None:
    message = text()
    await work(relayer)
    first = await asyncio.to_thread(fetcher.claim)
    clock.advance(fetching.LEASE.total_seconds())
    second = await asyncio.to_thread(fetcher.claim)
    assert first
    assert second
    await asyncio.gather(fetcher.carry_out(first), fetcher.carry_out(second))
    await turns(fetcher)
    await work(relayer)
    assert len(fresh(message).media) == 1
    assert chat.names().count("post") == 1
    assert Uploaded(fresh(message).media[0].chat_id or "") != Uploaded("")


async def test_a_workers_lane_does_it_as_soon_as_it_is_told(
    fetcher: Fetcher, clock: FakeClock
) -> None:
    message = text()
    lane = fetcher.lane()
    running = asyncio.create_task(lane.run())
    await in_chat(message)
    lane.stop()
    await running
