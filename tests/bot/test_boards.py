"""A campaign's one message in the chat: posted once, kept up to date, never in the way."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from mongoengine.connection import get_db
from pymongo import MongoClient

from adapters.mongo.clock import DatabaseClock
from adapters.mongo.pace import COLLECTION, DatabasePace
from adapters.worker.boards import Boardkeeper
from adapters.worker.campaigning import Campaigner
from adapters.worker.crew import lanes, working
from adapters.worker.dispatching import Dispatcher
from bot.chats import OneWorkspace
from domain.model import Campaign
from domain.services.campaigns.sending import steering
from domain.services.campaigns.showing import boards
from domain.values import Unclear
from tests.adapters.worker.fakes import FakeFeed, FakeSms
from tests.anytime import POLICY
from tests.bot.rig import INBOX, Rig
from tests.domain.audience import drafted, frozen, people, started
from tests.domain.build import TIMING, accepted_as, new_sid


@pytest.fixture(autouse=True)
def twelve(db: object) -> None:
    """People to be texted."""
    people(12)


def keeper(rig: Rig) -> Boardkeeper:
    return Boardkeeper(OneWorkspace(rig.chat), rig.clock, POLICY, TIMING)


async def turn(rig: Rig) -> bool:
    """Whether there was anything to do."""
    held = await asyncio.to_thread(boards.claim, rig.clock.now(), TIMING.lease)
    if held:
        await keeper(rig).carry_out(held)
    return held is not None


async def posts(rig: Rig) -> list[dict[str, Any]]:
    """The messages of campaigns in the inbox."""
    return [one for one in await rig.messages() if "Campaign" in one["text"]]


async def ended(rig: Rig) -> None:
    """Until the message says that the campaign is done."""
    async with asyncio.timeout(40):
        while "done" not in "".join(one["text"] for one in await posts(rig)):
            await asyncio.sleep(0.1)


def offered(post: dict[str, Any]) -> list[str]:
    """Its buttons."""
    return [one["text"]["text"] for one in post["blocks"][-1]["elements"]]


def board() -> Any:
    return Campaign.objects.get().board


async def test_it_is_posted_when_the_campaign_begins(rig: Rig) -> None:
    frozen(rig.clock.now())
    assert await turn(rig)
    (post,) = await posts(rig)
    shown = str(post["blocks"])
    assert post["text"] == "Campaign Spring sale: ▶️ running, 0 of 12 sent"
    assert "░` 0 %" in shown
    assert "*12* still to come" in shown
    assert offered(post) == ["Pause", "Results", "Cancel"]


async def test_a_draft_and_one_that_waits_for_its_time_have_none(rig: Rig) -> None:
    now = rig.clock.now()
    drafted(now)
    later = started(now, name="Later", start_at=now + timedelta(hours=3))
    while await turn(rig):
        pass
    assert await posts(rig) == []
    slot = Campaign.objects.get(id=later.id).show
    assert slot.due_at == now + timedelta(hours=3) + boards.EVERY


async def test_what_was_called_off_before_it_began_is_never_posted(rig: Rig) -> None:
    now = rig.clock.now()
    made = drafted(now)
    steering.cancel(made.id, now)
    assert await turn(rig)
    assert not await turn(rig)
    assert await posts(rig) == []
    assert Campaign.objects.get().show.due_at is None


async def test_the_same_message_says_what_is_new(rig: Rig) -> None:
    made = frozen(rig.clock.now())
    await turn(rig)
    steering.pause(made.id)
    assert await turn(rig)
    (post,) = await posts(rig)
    assert "paused" in post["text"]
    assert offered(post) == ["Resume", "Results", "Cancel"]


async def test_what_says_the_same_is_not_drawn_again(rig: Rig) -> None:
    made = frozen(rig.clock.now())
    steering.pause(made.id)
    await turn(rig)
    for _ in range(5):
        rig.clock.advance(seconds=5)
        await turn(rig)
    assert await rig.calls("chat.update") == []


async def test_it_is_drawn_at_most_every_few_seconds(rig: Rig) -> None:
    frozen(rig.clock.now())
    for _ in range(20):
        await turn(rig)
        rig.clock.advance(seconds=1)
    looks = len(await rig.calls("chat.update")) + len(await rig.calls("chat.postMessage"))
    assert looks <= 20 / boards.EVERY.total_seconds()


async def test_an_unclear_post_is_looked_for_and_not_repeated(rig: Rig) -> None:
    frozen(rig.clock.now())
    await rig.fault("chat.postMessage", "drop_reply")
    await turn(rig)
    assert board().tried_at
    assert not await turn(rig)
    rig.clock.advance(seconds=TIMING.lease.total_seconds() + 1)
    await turn(rig)
    assert board().ts == (await posts(rig))[0]["ts"]
    assert len(await posts(rig)) == 1


async def test_a_worker_that_dies_after_the_post_leaves_one_message(rig: Rig) -> None:
    frozen(rig.clock.now())
    held = boards.claim(rig.clock.now(), TIMING.lease)
    assert held
    step = boards.next_step(held, rig.chat.inbox, rig.clock.now(), POLICY)
    assert step
    await rig.chat.announce(step.place, step.key, step.progress)  # and nothing is written down
    assert not await turn(rig)
    rig.clock.advance(seconds=TIMING.lease.total_seconds() + 1)
    await turn(rig)
    assert len(await posts(rig)) == 1
    assert board().ts


async def test_while_the_chat_is_away_the_campaign_goes_on(rig: Rig) -> None:
    made = frozen(rig.clock.now())
    await rig.fault("chat.postMessage", "answer", status=503, body="", times=5)
    await turn(rig)
    assert steering.pause(made.id).status == "paused"
    assert await posts(rig) == []
    for _ in range(8):
        rig.clock.advance(minutes=3)
        await turn(rig)
    (post,) = await posts(rig)
    assert "paused" in post["text"]


async def test_what_somebody_deleted_stays_away(rig: Rig) -> None:
    made = frozen(rig.clock.now())
    await turn(rig)
    body = {"ok": False, "error": "message_not_found"}
    await rig.fault("chat.update", "answer", status=200, body=body)
    steering.pause(made.id)
    await turn(rig)
    steering.resume(made.id, rig.clock.now())
    while await turn(rig):
        pass
    assert len(await posts(rig)) == 1
    assert board().gone == "message_not_found"


async def test_an_end_that_cannot_be_drawn_is_posted(rig: Rig) -> None:
    made = frozen(rig.clock.now())
    await turn(rig)
    body = {"ok": False, "error": "edit_window_closed"}
    await rig.fault("chat.update", "answer", status=200, body=body)
    steering.cancel(made.id, rig.clock.now())
    await turn(rig)
    rig.clock.advance(minutes=2)
    await turn(rig)
    first, second = await posts(rig)
    assert "running" in first["text"]
    assert "canceled" in second["text"]


async def test_a_change_during_the_drawing_is_drawn_next(rig: Rig) -> None:
    made = frozen(rig.clock.now())
    held = boards.claim(rig.clock.now(), TIMING.lease)
    assert held
    steering.pause(made.id)
    await keeper(rig).carry_out(held)
    assert await turn(rig)
    assert "paused" in (await posts(rig))[0]["text"]


async def test_nobody_draws_what_another_draws(rig: Rig) -> None:
    made = frozen(rig.clock.now())
    held = boards.claim(rig.clock.now(), TIMING.lease)
    assert held
    steering.pause(made.id)
    assert boards.claim(rig.clock.now(), TIMING.lease) is None
    rig.clock.advance(seconds=TIMING.lease.total_seconds())
    assert boards.claim(rig.clock.now(), TIMING.lease)
    assert boards.renew(held, rig.clock.now(), TIMING.lease) is None


@pytest.mark.parametrize(
    ("age", "pause"),
    [
        (timedelta(seconds=10), boards.EVERY),
        (timedelta(minutes=10), timedelta(seconds=30)),
        (timedelta(days=3), boards.RARELY),
        (timedelta(days=9), None),
    ],
)
async def test_what_is_over_is_looked_at_more_and_more_rarely(
    rig: Rig, age: timedelta, pause: timedelta | None
) -> None:
    made = frozen(rig.clock.now())
    await turn(rig)
    steering.cancel(made.id, rig.clock.now())
    await turn(rig)
    rig.clock.advance(seconds=age.total_seconds())
    held = boards.claim(rig.clock.now(), TIMING.lease)
    assert held
    boards.rest(held, None, rig.clock.now(), TIMING.lease)
    due_at = Campaign.objects.get().show.due_at
    assert due_at == (rig.clock.now() + pause if pause else None)


async def test_a_workspace_that_is_not_there_is_waited_for(rig: Rig) -> None:
    frozen(rig.clock.now())

    class Nowhere:
        def of(self, *_: object) -> None:
            return None

    held = boards.claim(rig.clock.now(), TIMING.lease)
    assert held
    await Boardkeeper(Nowhere(), rig.clock, POLICY, TIMING).carry_out(held)
    assert await posts(rig) == []
    assert Campaign.objects.get().show.due_at > rig.clock.now()


async def test_an_outcome_that_nobody_knows_keeps_the_try(rig: Rig) -> None:
    frozen(rig.clock.now())
    held = boards.claim(rig.clock.now(), TIMING.lease)
    assert held
    step = boards.next_step(held, rig.chat.inbox, rig.clock.now(), POLICY)
    assert step
    boards.drawn(step, Unclear("timeout"), rig.clock.now())
    assert (board().channel_id, board().ts) == (INBOX, None)
    assert board().tried_at


async def test_workers_text_everybody_and_the_message_ends_with_the_results(
    rig: Rig, client: MongoClient[dict[str, Any]]
) -> None:
    """Two processes' worth: one message, and nobody of twelve gets a channel."""
    clock = DatabaseClock(client)
    sms = FakeSms([accepted_as(new_sid(), "sent") for _ in range(12)])
    made = started(clock.now(), purpose="informational")
    async with AsyncExitStack() as stack:
        for _ in range(2):
            hand = Dispatcher(sms, None, clock, POLICY, TIMING)
            board = Boardkeeper(OneWorkspace(rig.chat), clock, POLICY, TIMING).lane()
            pace = DatabasePace(get_db()[COLLECTION])
            crew = [*lanes(clock, TIMING.lease, hand, None), board]
            crew.append(Campaigner(pace, clock, POLICY).lane())
            await stack.enter_async_context(working(crew, FakeFeed()))
        await ended(rig)
    (post,) = await posts(rig)
    assert post["text"] == "Campaign Spring sale: ✅ done, 12 of 12 sent"
    assert "*Cost* US$" in str(post["blocks"])
    assert offered(post) == ["Results"]
    assert len({one.to for one in sms.sent}) == len(sms.sent) == 12
    assert await rig.calls("conversations.create") == []
    assert made.id == Campaign.objects.get().id
