"""A stage for many lives, and how one is played on it."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from tests import local
from tests.oracle.stage import Stage


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for all lives, as connections live in it."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def stage(db: Database[dict[str, Any]], runner: asyncio.Runner) -> Iterator[Stage]:
    """Servers that stand for all lives of a test."""
    with local.client() as http, Stage.standing(db, http, runner) as stage:
        yield stage
