"""What all tests share: one real MongoDB per run, a clean database, a still clock, servers."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from mongoengine.connection import get_db
from pymongo import MongoClient
from pymongo.database import Database

from adapters.mongo import files
from adapters.mongo.connection import connect, disconnect
from adapters.mongo.embedded import running
from adapters.settings import Settings
from domain.model import ensure_indexes
from tests import terminal
from tests.clock import FakeClock
from tests.network import block_network
from tests.server import serving
from tests.turns import Turns, in_turn

Serve = Callable[..., str]
resources = pytest.StashKey[ExitStack]()
server_uri = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Cut the network off before anything of ours is imported by a test."""
    config.stash[resources] = ExitStack()
    block_network()
    # How long an example takes tells of the machine's other work, not of ours.
    settings.register_profile("house", deadline=None)
    settings.load_profile("house")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this process started: the database server, what becomes commands."""
    config.stash[resources].close()
    terminal.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, in whatever order the rest is."""
    place = in_turn([item.nodeid for item in items])
    items.sort(key=lambda item: place(item.nodeid))


def pytest_collection_finish() -> None:
    """What is there now stays: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Turns:
    """A file is one worker's, and so are all that start many processes."""
    config.option.loadscopereorder = False
    return Turns(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give each xdist worker the one server of this run."""
    node.workerinput["mongodb_uri"] = _server(node.config)


def _server(config: pytest.Config) -> str:
    """The URI of this run's server, started at the first call, from the main thread."""
    given = getattr(config, "workerinput", {}).get("mongodb_uri") or os.getenv("TEST_MONGODB_URI")
    if given:
        return str(given)
    if server_uri not in config.stash:
        memory = Path("/dev/shm")
        parent = memory if os.access(memory, os.W_OK) else None
        folder = Path(tempfile.mkdtemp(prefix="threadline-tests-", dir=parent))
        config.stash[resources].callback(shutil.rmtree, folder)
        uri = config.stash[resources].enter_context(running(folder, durable=False))
        config.stash[server_uri] = uri
        # A process that a test kills inside a transaction holds its locks so long.
        with MongoClient[dict[str, Any]](uri) as client:
            client.admin.command("setParameter", 1, transactionLifetimeLimitSeconds=10)
            # The server forgets by its own clock, for which everything of a test is long past.
            client.admin.command("setParameter", 1, ttlMonitorEnabled=False)
    return config.stash[server_uri]


@pytest.fixture(scope="session")
def mongodb_uri(pytestconfig: pytest.Config) -> str:
    """The replica set of this test run."""
    return _server(pytestconfig)


@pytest.fixture(scope="session")
def client(mongodb_uri: str) -> Iterator[MongoClient[dict[str, Any]]]:
    """MongoEngine's default connection, with all indexes, on this worker's own database."""
    name = f"test_{os.getenv('PYTEST_XDIST_WORKER', 'main')}_{uuid.uuid4().hex[:8]}"
    client = connect(mongodb_uri, name)
    ensure_indexes()
    files.ensure_indexes(client[name])
    yield client
    client.drop_database(name)
    disconnect()


@pytest.fixture
def db(client: MongoClient[dict[str, Any]]) -> Database[dict[str, Any]]:
    """This worker's database with its indexes and without documents."""
    database: Database[dict[str, Any]] = client[get_db().name]
    for collection in _filled(database):
        database[collection].delete_many({})
    return database


def _filled(database: Database[dict[str, Any]]) -> list[str]:
    """The collections that hold anything, by one question to all of them."""
    first, *others = database.list_collection_names()
    looks: list[dict[str, Any]] = [
        {"$unionWith": {"coll": name, "pipeline": _any_of(name)}} for name in others
    ]
    return [str(found["_id"]) for found in database[first].aggregate([*_any_of(first), *looks])]


def _any_of(name: str) -> list[dict[str, Any]]:
    return [{"$limit": 1}, {"$project": {"_id": {"$literal": name}}}]


@pytest.fixture
def spare_database(mongodb_uri: str) -> Iterator[str]:
    """The name of an empty database for processes of their own; dropped at the end."""
    name = f"spare_{uuid.uuid4().hex[:12]}"
    yield name
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        client.drop_database(name)


@pytest.fixture
def clock() -> FakeClock:
    """Noon on a working day, until the test moves it."""
    return FakeClock()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(app)` runs an ASGI application under real uvicorn and gives its base URL."""
    with ExitStack() as servers:
        yield lambda app, **options: servers.enter_context(serving(app, **options))


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own environment never decides a test."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
