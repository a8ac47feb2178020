"""The app is removed, or its token taken back: what is kept, what waits, and what comes twice."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.database import Database

from domain.services import workspaces
from tests.bot.estate import ALPHA, Estate, estate
from tests.clock import FakeClock
from tests.domain.build import OURS

BOT = "U0THREADLINE"


@pytest.fixture
async def here(db: Database[dict[str, Any]], clock: FakeClock) -> AsyncIterator[Estate]:
    async with estate(clock, ALPHA) as built:
        await built.set_up(ALPHA, OURS)
        yield built


async def tell(here: Estate, event: dict[str, Any], **more: Any) -> int:
    """Deliver one event, at the clock's own time."""
    at = int(here.clock.now().timestamp())
    return await here.event(event, **{"event_time": at, **more})


async def test_who_removes_the_app_is_no_longer_served(here: Estate) -> None:
    await here.uninstall(ALPHA)
    assert here.installations.token(ALPHA) is None
    assert here.chats.of(None, OURS) is None
    left = workspaces.find(ALPHA)
    assert left is not None
    assert (left.active, left.senders) == (False, [OURS])


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": [BOT]}}],
)
async def test_either_event_suffices_and_both_do_no_more(
    here: Estate, event: dict[str, Any]
) -> None:
    for _ in range(2):
        assert await tell(here, event) == 200
    assert here.installations.teams() == []
    assert await tell(here, {"type": "app_uninstalled"}) == 200


async def test_a_persons_own_token_is_not_ours(here: Estate) -> None:
    assert (
        await tell(here, {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}) == 200
    )
    assert here.installations.token(ALPHA)


async def test_an_event_that_comes_again_after_a_new_installation_does_nothing(
    here: Estate,
) -> None:
    removed_at = int(here.clock.now().timestamp())
    here.clock.advance(minutes=5)
    await here.install(ALPHA)
    assert await tell(here, {"type": "app_uninstalled"}, event_time=removed_at) == 200
    assert here.installations.token(ALPHA)
    assert workspaces.serving(ALPHA, None) is not None


@pytest.mark.parametrize("moment", ["soon", -1, 10**30, None, 1.5])
async def test_an_event_without_a_usable_time_counts_from_now(here: Estate, moment: Any) -> None:
    assert await tell(here, {"type": "app_uninstalled"}, event_time=moment) == 200
    assert here.installations.token(ALPHA) is None


async def test_a_workspace_that_we_do_not_know_can_leave_as_well(here: Estate) -> None:
    assert await tell(here, {"type": "app_uninstalled"}, team_id="T0NOWHERE") == 200
    assert here.installations.token(ALPHA)
