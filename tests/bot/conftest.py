"""A sandbox and a chat for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.sandbox.town import town
from tests.bot.rig import FakePace, Rig, chat_on
from tests.clock import FakeClock


@pytest.fixture
async def rig(clock: FakeClock) -> AsyncIterator[Rig]:
    """Chat against a stand-in Slack of its own."""
    async with town() as built:
        pace = FakePace()
        yield Rig(built, chat_on(f"{built.url}/slack/api/", pace, clock), pace, clock)
        await built.uncomplained()
