"""States: good once, for ten minutes, for nobody who reads the database."""

import asyncio
from typing import Any

import pytest
from pymongo.database import Database

from adapters.slack import states
from adapters.slack.states import DatabaseStates
from tests.clock import FakeClock


@pytest.fixture
def store(db: Database[dict[str, Any]], clock: FakeClock) -> DatabaseStates:
    return DatabaseStates(db, clock)


async def test_a_state_is_good_once(store: DatabaseStates) -> None:
    state = await store.async_issue()
    assert await store.async_consume(state)
    assert not await store.async_consume(state)


async def test_of_two_who_bring_it_at_once_one_is_believed(store: DatabaseStates) -> None:
    state = await store.async_issue()
    taken = await asyncio.gather(*(store.async_consume(state) for _ in range(8)))
    assert sum(taken) == 1


async def test_no_two_states_are_alike(store: DatabaseStates) -> None:
    assert len({await store.async_issue() for _ in range(20)}) == 20


@pytest.mark.parametrize("state", ["", "guessed", "\ud83d", "x" * 10_000])
async def test_a_forged_state_is_not_believed(store: DatabaseStates, state: str) -> None:
    await store.async_issue()
    assert not await store.async_consume(state)


async def test_after_ten_minutes_it_is_too_late(store: DatabaseStates, clock: FakeClock) -> None:
    early, late = await store.async_issue(), await store.async_issue()
    clock.advance(minutes=9, seconds=59)
    assert await store.async_consume(early)
    clock.advance(1)
    assert not await store.async_consume(late)


async def test_what_is_stored_is_no_state(
    store: DatabaseStates, db: Database[dict[str, Any]]
) -> None:
    state = await store.async_issue()
    (stored,) = db[states.COLLECTION].find()
    assert state not in str(stored)
    assert not await store.async_consume(stored["_id"])


def test_the_database_clears_old_ones_away(db: Database[dict[str, Any]]) -> None:
    made = db[states.COLLECTION].create_indexes(states.INDEXES)
    assert made == ["expired"]
    assert db[states.COLLECTION].index_information()["expired"]["expireAfterSeconds"] == 0
