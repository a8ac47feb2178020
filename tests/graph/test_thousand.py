"""A thousand sockets on one web process: everybody hears everything, once, in order."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from adapters import startup
from tests.bench import thousand
from tests.bench.stage import command, staged

USUAL_FILES = 1_024  # that a process may have open on most systems


@contextmanager
def few_files() -> Iterator[None]:
    """A process that is started inside may have only so many open unless it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(USUAL_FILES, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_thousand_subscribers_hear_everything_once_in_order_and_resume_at_once(
    tmp_path: Path, mongodb_uri: str, spare_database: str
) -> None:
    stage = staged(mongodb_uri, tmp_path, spare_database)
    token = command(stage, "token", "create", "crowd", "--scope", "read")
    with MongoClient[dict[str, Any]](mongodb_uri) as client, few_files(), stage.web() as web:
        startup.roomy()
        texts = client[spare_database]["smsmessages"]
        seen = asyncio.run(thousand.gathered(web, token, texts))
    assert len(seen.delays) == thousand.LISTENERS * thousand.TEXTS
    assert seen.memory < 512 * 1024
