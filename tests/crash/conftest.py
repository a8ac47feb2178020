"""A town for each test, and the seed from which its people and its killer act."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.crash.town import Town, town

OpenTown = Callable[..., AbstractAsyncContextManager[Town]]


@pytest.fixture
def seed() -> int:
    """The same again with the run's own seed, which is printed at its top."""
    return random.randrange(1_000_000)


@pytest.fixture
def open_town(tmp_path: Path, mongodb_uri: str, spare_database: str) -> OpenTown:
    """Opens a town: everything starts with its block and ends with it."""
    return lambda **options: town(tmp_path, mongodb_uri, spare_database, **options)


@pytest.fixture
async def here(open_town: OpenTown) -> AsyncIterator[Town]:
    """A town in which nothing is broken."""
    async with open_town() as opened:
        yield opened
