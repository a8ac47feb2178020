"""Towns whose database is not to be relied on."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from tests.crash.town import Town, town

OpenTown = Callable[[str, str], AbstractAsyncContextManager[Town]]


@pytest.fixture
def seed() -> int:
    """The same again with the run's own seed, which is printed at its top."""
    return random.randrange(1_000_000)


@pytest.fixture
def open_town(tmp_path: Path, spare_database: str) -> OpenTown:
    """Opens a town at `through`, whose judge looks at `uri` directly."""

    @asynccontextmanager
    async def opened(through: str, uri: str) -> AsyncIterator[Town]:
        async with (
            town(tmp_path, through, spare_database) as here,
            AsyncMongoClient[dict[str, Any]](uri, tz_aware=True) as client,
        ):
            here.database = client[spare_database]
            yield here

    return opened
