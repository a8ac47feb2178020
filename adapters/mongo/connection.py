"""The way into MongoDB: one client for MongoEngine's documents, one asynchronous for the feed."""

from typing import Any

import mongoengine
from pymongo import AsyncMongoClient, MongoClient
from pymongo.errors import ConfigurationError, OperationFailure, PyMongoError
from pymongo.uri_parser import parse_uri

from adapters.startup import StartupError

Document = dict[str, Any]

# No socket time-out: building an index may take long, and the driver's monitor notices a lost
# server by itself. The write concern is never lowered: what was acknowledged must survive. One
# that is not met in time fails, so that nobody waits for ever; what failed is asked again. What is
# given here overrules the URI.
OPTIONS: dict[str, Any] = {
    "tz_aware": True,
    "uuidRepresentation": "standard",
    "w": "majority",
    "wtimeoutMS": 10_000,
    "retryWrites": True,
    "retryReads": True,
    "serverSelectionTimeoutMS": 5_000,
    "connectTimeoutMS": 5_000,
    "waitQueueTimeoutMS": 10_000,
    "appname": "threadline",
}
TOO_WEAK = {
    "readpreference": "the consent of a number is read from the primary",
    "readconcernlevel": "each read says itself what it needs",
    "journal": "what was acknowledged must survive a crash of the server",
}


def connect(uri: str, database: str) -> MongoClient[Document]:
    """Register MongoEngine's default connection; StartupError if the server cannot serve us."""
    client: MongoClient[Document] | None = None
    try:
        _refuse_weakness(uri)
        client = mongoengine.connect(db=database, host=uri, **OPTIONS)
        hello = client.admin.command("hello")
        client[database].command("ping")
    except PyMongoError as error:
        disconnect()
        raise StartupError(explain(error, uri)) from error
    if not has_transactions(hello):
        disconnect()
        raise StartupError(
            f"MongoDB at {_hosts(uri)} is a standalone server: make it a replica set "
            "(start mongod with --replSet rs0, run rs.initiate() once)."
        )
    return client


def disconnect() -> None:
    """Close MongoEngine's connection, so that another may be registered."""
    mongoengine.disconnect()


def async_client(uri: str) -> AsyncMongoClient[Document]:
    """A client for the running event loop, with the same promises as `connect`."""
    return AsyncMongoClient(uri, **OPTIONS)


def has_transactions(hello: Document) -> bool:
    """Whether the server that greeted so belongs to a replica set or a sharded cluster."""
    return bool(hello.get("setName")) or hello.get("msg") == "isdbgrid"


def _refuse_weakness(uri: str) -> None:
    """What cannot be overruled and would break a promise."""
    given = parse_uri(uri)["options"]
    found = {name.lower(): (name, value) for name, value in given.items()}
    for option, why in TOO_WEAK.items():
        name, value = found.get(option, (option, None))
        if value not in (None, "primary", True):
            raise StartupError(f"MONGODB_URI must not set {name}: {why}. Remove it.")


def _hosts(uri: str) -> str:
    return ", ".join(f"{host}:{port}" for host, port in parse_uri(uri)["nodelist"])


def explain(error: PyMongoError, uri: str) -> str:
    """One line without the URI itself, which may hold a password."""
    if isinstance(error, ConfigurationError):
        return f"MONGODB_URI cannot be used: {error}. Correct it."
    if isinstance(error, OperationFailure):
        reason = (error.details or {}).get("errmsg", "refused")
        return f"MongoDB at {_hosts(uri)} refused us ({reason}): check the user and its rights."
    return f"MongoDB at {_hosts(uri)} cannot be reached: check MONGODB_URI and that it runs."
