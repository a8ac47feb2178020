"""A feed over a database of its own, and hands to read and disturb it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from adapters.mongo.connection import async_client
from adapters.mongo.feed import DatabaseFeed
from domain.ports import Change
from tests import local

Raw = dict[str, Any]
PATIENCE_SECONDS = local.PATIENCE


@pytest.fixture
def bare(client: MongoClient[Raw], spare_database: str) -> Database[Raw]:
    """An empty database that takes any document, without indexes."""
    return client[spare_database]


@pytest.fixture
async def watched(mongodb_uri: str, bare: Database[Raw]) -> AsyncIterator[AsyncDatabase[Raw]]:
    """The same, as the feed sees it."""
    async with async_client(mongodb_uri) as client:
        yield client[bare.name]


@pytest.fixture
async def feed(watched: AsyncDatabase[Raw]) -> AsyncIterator[DatabaseFeed]:
    """A running feed with a quick pulse."""
    async with DatabaseFeed(watched, checkpoint_seconds=0.05).running() as feed:
        yield feed


async def take(changes: AsyncIterator[Change], count: int) -> list[Change]:
    """The next so many changes, without the checkpoints between them."""
    found: list[Change] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < count:
            change = await anext(changes)
            found += [change] if change.kind != "checkpoint" else []
    return found


def marks(changes: list[Change]) -> list[Any]:
    """The `n` of their documents, by which tests tell them apart."""
    return [change.document["n"] if change.document else None for change in changes]
