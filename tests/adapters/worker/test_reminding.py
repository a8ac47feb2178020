"""Reminders and news of waking are posted once, whatever fails; none is lost to an outage."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from pymongo.database import Database

from adapters.worker.reminding import MOST_REFUSALS, NO_WORKSPACE, Reminder
from domain.model import Thread
from domain.ports import Chat
from domain.services import summaries, threads
from domain.services.desk import conversations, waking
from domain.values import Failed, Place, Post, Postponed, Unclear
from tests.adapters.worker.fakes import INBOX, FakeChat
from tests.clock import FakeClock
from tests.domain.build import CHANNEL, POLICY, TIMING, TOKEN, answered, conversation, later

HOUR = replace(POLICY, remind_after=timedelta(hours=1))


@pytest.fixture
def reminder(db: Database[dict[str, object]], chat: FakeChat, clock: FakeClock) -> Reminder:
    """What reminds, an hour after a customer wrote whom nobody has answered."""
    summaries.refresh(conversation().id)
    clock.advance(hours=1)
    return Reminder(chat, clock, HOUR, TIMING)


async def work(reminder: Reminder) -> bool:
    """Carry out what is due first; whether there was anything."""
    held = await asyncio.to_thread(reminder.claim)
    if held:
        await reminder.carry_out(held)
    return held is not None


def owed() -> int:
    return len(Thread.objects.get().nudges)


async def test_it_is_posted_where_the_conversation_lives(
    reminder: Reminder, chat: FakeChat
) -> None:
    assert await work(reminder)
    ((place, post),) = chat.told("post")
    assert isinstance(post, Post)
    assert (place.channel_id, post.mentions) == (CHANNEL, ("S0AGENTS",))
    assert owed() == 0
    assert not await work(reminder)
    assert reminder.earliest() is None


async def test_while_slack_is_down_it_waits_and_is_posted_once(
    reminder: Reminder, chat: FakeChat, clock: FakeClock
) -> None:
    chat.will["post"] = [Postponed("down"), Postponed("ratelimited", 30.0)]
    await work(reminder)
    assert owed() == 1
    clock.advance(60)
    await work(reminder)
    clock.advance(29)
    assert not await work(reminder)
    clock.advance(60)
    await work(reminder)
    assert (len(chat.told("post")), owed()) == (3, 0)
    assert "find_post" not in chat.names()


async def test_after_an_unclear_try_it_is_looked_for_and_found(
    reminder: Reminder, chat: FakeChat, clock: FakeClock
) -> None:
    chat.will["post"] = [Unclear("timeout")]
    chat.will["find_post"] = ["123.4"]
    await work(reminder)
    clock.advance(seconds=TIMING.lease.total_seconds())
    await work(reminder)
    ((place, key, since),) = chat.told("find_post")
    assert place == Place(CHANNEL)
    assert str(key).startswith(f"{Thread.objects.get().id}:waiting:")
    assert since == later(hours=1)
    assert (len(chat.told("post")), owed()) == (1, 0)


async def test_what_is_not_found_is_posted_again(
    reminder: Reminder, chat: FakeChat, clock: FakeClock
) -> None:
    chat.will["post"] = [Unclear("timeout")]
    chat.will["find_post"] = [Postponed("down"), None]
    for _ in range(3):
        await work(reminder)
        clock.advance(seconds=TIMING.lease.total_seconds())
    assert chat.names() == ["post", "find_post", "find_post", "post"]
    assert owed() == 0


async def test_a_crash_between_the_post_and_its_record_doubles_nothing(
    reminder: Reminder, chat: FakeChat, clock: FakeClock
) -> None:
    held = reminder.claim()
    assert held
    before = Thread.objects.get().nudges[0]
    await reminder.carry_out(held)
    tried = {"dueAt": clock.now(), "triedAt": clock.now(), "channelId": CHANNEL}
    kept = before.to_mongo().to_dict() | tried
    Thread._get_collection().update_one({}, {"$set": {"nudges": [kept]}})
    chat.will["find_post"] = ["123.4"]
    await work(reminder)
    assert (len(chat.told("post")), owed()) == (1, 0)


async def test_a_place_that_is_gone_is_replaced_by_the_inbox(
    reminder: Reminder, chat: FakeChat, clock: FakeClock
) -> None:
    chat.will["post"] = [Failed("is_archived", gone=True)]
    await work(reminder)
    clock.advance(120)
    await work(reminder)
    assert [place.channel_id for place, _ in chat.told("post")] == [CHANNEL, INBOX.channel_id]
    assert owed() == 0


async def test_what_no_place_takes_is_given_up(
    reminder: Reminder, chat: FakeChat, clock: FakeClock
) -> None:
    chat.will["post"] = [Failed("restricted_action")] * 9
    for _ in range(9):
        await work(reminder)
        clock.advance(120)
    assert len(chat.told("post")) == MOST_REFUSALS
    assert owed() == 0


async def test_an_answer_before_the_next_try_ends_it(
    reminder: Reminder, chat: FakeChat, clock: FakeClock
) -> None:
    chat.will["post"] = [Postponed("down")]
    await work(reminder)
    summaries.refresh(answered(at=clock.now()).thread_id)
    clock.advance(120)
    await work(reminder)
    assert (len(chat.told("post")), owed()) == (1, 0)


async def test_what_woke_up_is_told(reminder: Reminder, chat: FakeChat, clock: FakeClock) -> None:
    thread = Thread.objects.get()
    until = later(hours=2)
    conversations.set_status(thread.id, "snoozed", until, TOKEN, clock.now())
    clock.set(until)
    waking.wake(until)
    await work(reminder)
    ((_, post),) = chat.told("post")
    assert "open again" in post.text


async def test_a_worker_whose_lease_ran_out_posts_nothing(
    reminder: Reminder, chat: FakeChat, clock: FakeClock
) -> None:
    held = reminder.claim()
    assert held
    clock.advance(seconds=TIMING.lease.total_seconds())
    await reminder.carry_out(held)
    assert "post" not in chat.names()
    chat.will["find_post"] = [None]
    assert await work(reminder)
    assert len(chat.told("post")) == 1


async def test_of_several_workers_one_posts(reminder: Reminder, chat: FakeChat) -> None:
    await asyncio.gather(*(work(reminder) for _ in range(6)))
    assert len(chat.told("post")) == 1


class Nowhere:
    """Chats of an installation that serves no workspace at the moment."""

    def of(self, team_id: str | None, sender: str | None = None) -> Chat | None:
        return None


async def test_without_a_workspace_it_waits_for_one(reminder: Reminder, clock: FakeClock) -> None:
    lonely = replace(reminder, chats=Nowhere())
    assert await work(lonely)
    assert owed() == 1
    assert reminder.earliest() == clock.now() + NO_WORKSPACE
    assert threads.get(Thread.objects.get().id).waiting
