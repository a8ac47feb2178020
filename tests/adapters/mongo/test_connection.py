"""Getting into MongoDB, or being told in one line why not."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import ServerSelectionTimeoutError

from adapters.mongo import connection
from adapters.mongo.program import candidates, command, find_program
from adapters.startup import StartupError
from tests.server import free_port

Client = MongoClient[dict[str, Any]]
MAJORITY = {"w": "majority", "wtimeout": 10_000}


def test_the_client_promises_durable_writes_and_aware_times(client: Client) -> None:
    assert client.write_concern.document == MAJORITY
    assert client.codec_options.tz_aware
    assert client.options.replica_set_name == "rs0"


def test_what_the_uri_would_lower_is_overruled(mongodb_uri: str) -> None:
    weak = f"{mongodb_uri}&w=1&wtimeoutMS=600000&retryWrites=false&retryReads=false"
    with MongoClient[dict[str, Any]](weak, **connection.OPTIONS) as client:
        assert client.write_concern.document == MAJORITY
        assert client.options.retry_writes
        assert client.options.retry_reads


async def test_the_asynchronous_client_reads_what_the_other_wrote(
    client: Client, mongodb_uri: str, spare_database: str
) -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    client[spare_database]["notes"].insert_one({"_id": 1, "at": moment})
    async with connection.async_client(mongodb_uri) as other:
        assert await other[spare_database]["notes"].find_one() == {"_id": 1, "at": moment}


def test_a_server_that_is_away_is_named_without_the_password() -> None:
    port = free_port()
    uri = f"mongodb://jane:s3cret@127.0.0.1:{port}/?serverSelectionTimeoutMS=100"
    error = connection.explain(ServerSelectionTimeoutError("no"), uri)
    assert f"127.0.0.1:{port}" in error
    assert "cannot be reached" in error
    assert "s3cret" not in error


CONNECT = """
import sys
from adapters.mongo.connection import connect
from adapters.mongo.program import candidates, command, find_program
from adapters.startup import StartupError
try:
    connect(sys.argv[1], "shop")
except StartupError as error:
    sys.exit(str(error))
"""


def refusal(uri: str) -> str:
    """What a process of its own says: this one must keep its connection."""
    ended = subprocess.run(
        [sys.executable, "-c", CONNECT, uri], capture_output=True, text=True, check=False
    )
    return ended.stderr.strip()


def test_connecting_to_nobody_ends_in_one_line() -> None:
    port = free_port()
    assert refusal(f"mongodb://127.0.0.1:{port}/?replicaSet=rs0") == (
        f"MongoDB at 127.0.0.1:{port} cannot be reached: check MONGODB_URI and that it runs."
    )


@pytest.fixture
def standalone(tmp_path: Path) -> Iterator[str]:
    """A server without a replica set."""
    port = free_port()
    arguments = command(find_program(candidates()), tmp_path, port, "none")
    (tmp_path / "db").mkdir()
    alone = [one for one in arguments if not one.startswith(("--replSet", "--oplog"))]
    with subprocess.Popen(alone, stdout=subprocess.DEVNULL) as process:
        yield f"mongodb://127.0.0.1:{port}/"
        process.terminate()


def test_a_standalone_server_is_refused_with_the_remedy(standalone: str) -> None:
    line = refusal(standalone)
    assert "is a standalone server: make it a replica set" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("option", "value"),
    [("readPreference", "secondary"), ("journal", "false"), ("readConcernLevel", "available")],
)
def test_what_would_break_a_promise_is_refused_before_connecting(option: str, value: str) -> None:
    with pytest.raises(StartupError, match=f"must not set {option}: .*Remove it"):
        connection.connect(f"mongodb://127.0.0.1:1/?{option}={value}", "x")


@pytest.mark.parametrize(
    ("hello", "fit"),
    [
        ({"setName": "rs0", "isWritablePrimary": True}, True),
        ({"msg": "isdbgrid"}, True),
        ({"isWritablePrimary": True}, False),
    ],
)
def test_only_replica_sets_and_sharded_clusters_have_transactions(
    hello: dict[str, Any], fit: bool
) -> None:
    assert connection.has_transactions(hello) is fit
