"""How late this machine is: what should have happened by now may still be on its way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

EVERY_SECONDS = 0.05


@dataclass
class Lag:
    """`longest`: seconds by which a short sleep was ever too long."""

    longest: float = 0.0

    async def measure(self) -> None:
        """Look again and again, until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + EVERY_SECONDS
            await asyncio.sleep(EVERY_SECONDS)
            self.longest = max(self.longest, clock() - due)


@asynccontextmanager
async def measured() -> AsyncIterator[Lag]:
    """Measures until left."""
    lag = Lag()
    measuring = asyncio.create_task(lag.measure())
    try:
        yield lag
    finally:
        measuring.cancel()
