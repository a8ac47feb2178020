"""Getting into MongoDB, or being told in one line why not."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import ServerSelectionTimeoutError

from adapters.mongo import connection
from adapters.startup import StartupError
from tests.server import free_port

Client = MongoClient[dict[str, Any]]


def test_the_client_promises_durable_writes_and_aware_times(client: Client) -> None:
    assert client.write_concern.document == {"w": "majority"}
    assert client.codec_options.tz_aware
    assert client.options.replica_set_name == "rs0"


def test_a_lower_write_concern_in_the_uri_is_overruled(mongodb_uri: str) -> None:
    with MongoClient[dict[str, Any]](f"{mongodb_uri}&w=1", **connection.OPTIONS) as client:
        assert client.write_concern.document == {"w": "majority"}


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


def test_reading_from_secondaries_is_refused_before_connecting() -> None:
    with pytest.raises(StartupError, match="must not set readPreference"):
        connection.connect("mongodb://127.0.0.1:1/?readPreference=secondary", "x")


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
