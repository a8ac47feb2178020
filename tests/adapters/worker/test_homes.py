"""Pages that were opened lately follow what changes, a few seconds behind it."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.worker.homes import EVERY, Homekeeper
from domain.model import Home, Thread
from domain.ports import Change, Finding
from domain.services import agents
from domain.services.home import visits
from domain.values import Failed, Postponed, Spot
from tests.adapters.worker.fakes import FakeChat
from tests.clock import FakeClock
from tests.domain.build import AGENT, conversation, person

pytestmark = pytest.mark.usefixtures("db")
NEWS = Change("82", "update", "threads", 1, {}, {})


@pytest.fixture
def chat() -> FakeChat:
    return FakeChat()


@pytest.fixture
def keeper(chat: FakeChat, clock: FakeClock) -> Homekeeper:
    """A worker's keeper; an agent has a conversation and looks at their page."""
    thread = conversation()
    Thread.objects(id=thread.id).update(set__assigned_to=AGENT)
    visits.begin(AGENT, "T1", Spot(), clock.now())
    unwell = Finding("workers", "failed", "Work has been waiting.")
    return Homekeeper(chat, clock, lambda: [unwell])


async def turn(keeper: Homekeeper) -> bool:
    """Do what is due; whether anything was."""
    found = keeper.claim()
    if found:
        await keeper.carry_out(found)
    return found is not None


async def showing(keeper: Homekeeper, clock: FakeClock) -> None:
    """The page is shown as it is now."""
    clock.advance(visits.LEASE.total_seconds())
    assert await turn(keeper)
    clock.advance(60)


async def test_a_change_is_shown(keeper: Homekeeper, chat: FakeChat, clock: FakeClock) -> None:
    await showing(keeper, clock)
    Thread.objects.update(set__unread_count=7)
    keeper.hear(NEWS)
    assert await turn(keeper)
    first, second = chat.told("publish")
    assert (first[0], second[0]) == (AGENT, AGENT)
    assert second[1].rows[0].unread == 7
    assert (first[2], second[2]) == (None, "hash0")


async def test_what_says_the_same_is_not_shown_again(
    keeper: Homekeeper, chat: FakeChat, clock: FakeClock
) -> None:
    await showing(keeper, clock)
    visits.stir(clock.now())
    assert await turn(keeper)
    assert len(chat.told("publish")) == 1
    assert Home.objects.get().due_at is None


async def test_without_news_nothing_is_done(
    keeper: Homekeeper, chat: FakeChat, clock: FakeClock
) -> None:
    await showing(keeper, clock)
    await turn(keeper)
    keeper.hear(Change("82", "update", "imports", 1, {}, {}))
    clock.advance(60)
    assert not await turn(keeper)


async def test_pages_are_told_of_news_once_a_second(keeper: Homekeeper, clock: FakeClock) -> None:
    await showing(keeper, clock)
    await turn(keeper)
    clock.advance(10)
    keeper.hear(NEWS)
    keeper.claim()
    due = Home.objects.get().due_at
    Home.objects.update(unset__due_at=1, unset__lease_id=1)
    keeper.hear(NEWS)
    clock.advance((EVERY / 2).total_seconds())
    assert keeper.claim() is None
    clock.advance((EVERY / 2).total_seconds())
    assert keeper.claim()
    assert due


async def test_a_worker_that_begins_looks_at_every_page(
    keeper: Homekeeper, chat: FakeChat, clock: FakeClock
) -> None:
    await showing(keeper, clock)
    Thread.objects.update(set__unread_count=7)
    assert await turn(Homekeeper(chat, clock))
    assert chat.told("publish")[-1][1].rows[0].unread == 7


@pytest.mark.parametrize("outcome", [Postponed("paced", 30), Failed("hash_conflict")])
async def test_what_could_not_be_shown_comes_again_whole(
    keeper: Homekeeper, chat: FakeChat, clock: FakeClock, outcome: Any
) -> None:
    chat.will["publish"] = [outcome]
    await showing(keeper, clock)
    assert await turn(keeper)
    assert [told[2] for told in chat.told("publish")] == [None, None]
    assert Home.objects.get().digest


async def test_where_pages_are_not_enabled_it_ends(
    keeper: Homekeeper, chat: FakeChat, clock: FakeClock
) -> None:
    chat.will["publish"] = [Failed("not_enabled")]
    await showing(keeper, clock)
    assert Home.objects.count() == 0


async def test_who_lost_the_right_sees_that(
    keeper: Homekeeper, chat: FakeChat, clock: FakeClock
) -> None:
    await showing(keeper, clock)
    agents.learn(person(role="none"), clock.now())
    keeper.hear(Change("82", "update", "agents", 1, {}, {}))
    await turn(keeper)
    assert chat.told("publish")[-1][1].refusal


async def test_the_page_of_somebody_unknown_is_given_up(
    keeper: Homekeeper, chat: FakeChat, clock: FakeClock
) -> None:
    visits.begin("U9", "T1", Spot(), clock.now() - timedelta(seconds=1))
    await showing(keeper, clock)
    clock.advance(60)
    await turn(keeper)
    assert [one.user_id for one in Home.objects] == [AGENT]


async def test_health_is_asked_of_the_installation(
    keeper: Homekeeper, chat: FakeChat, clock: FakeClock
) -> None:
    visits.begin(AGENT, "T1", Spot("health"), clock.now())
    await showing(keeper, clock)
    assert chat.told("publish")[-1][1].rows[0].message == "Work has been waiting."
