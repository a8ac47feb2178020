"""What each part says of itself, well and not."""

from datetime import timedelta
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from adapters import checks
from domain import outbox
from domain.model import Contact, ensure_indexes
from domain.ports import Finding
from tests.clock import NOON
from tests.server import free_port

LONG = timedelta(minutes=10)


def token(seconds: int) -> str:
    """A cursor of that moment."""
    return f"82{seconds:08X}0000000129295A"


def test_a_database_that_answers_is_fine(client: MongoClient[dict[str, Any]]) -> None:
    assert checks.mongodb(client).status == "ok"


def test_a_database_that_is_away_is_said_so_without_its_address() -> None:
    address = f"mongodb://jane:s3cret@127.0.0.1:{free_port()}"
    with MongoClient[dict[str, Any]](address, serverSelectionTimeoutMS=100) as away:
        told = checks.mongodb(away)
    assert (told.status, told.fix is not None) == ("failed", True)
    assert "127.0.0.1" not in told.message


def test_without_a_database_nothing_else_is_looked_at() -> None:
    away = Finding("mongodb", "failed", "It is away.")
    assert checks.run([lambda: away, checks.indexes]) == [away]


def test_a_missing_and_an_outdated_index_are_named(db: Database[dict[str, Any]]) -> None:
    assert checks.indexes().status == "ok"
    contacts = Contact._get_collection()
    try:
        contacts.drop_index("status")
        told = checks.indexes()
    finally:
        ensure_indexes()
    assert told.status == "failed"
    assert "contacts.status" in told.message
    assert "threadline indexes" in str(told.fix)


def test_a_feed_that_stands_still_is_said_so() -> None:
    here = int(NOON.timestamp())
    assert checks.feed(token(here), NOON).status == "ok"
    assert checks.feed(token(here), NOON + LONG).status == "failed"
    assert checks.feed(None, NOON).status == "failed"


def test_work_that_waits_too_long_is_said_so(db: Database[dict[str, Any]]) -> None:
    assert checks.workers(NOON).status == "ok"
    db.smsmessages.insert_one({"origin": "test", "dispatch": outbox.due(NOON)})
    assert checks.workers(NOON + timedelta(seconds=30)).status == "ok"
    told = checks.workers(NOON + LONG)
    assert (told.status, "2026-03-04 20:0" in told.message) == ("failed", True)


def test_what_is_not_configured_is_a_warning_that_names_it() -> None:
    assert checks.configured("slack", ()).status == "ok"
    told = checks.configured("slack", ["SLACK_BOT_TOKEN"])
    assert (told.status, "SLACK_BOT_TOKEN" in told.message) == ("warning", True)
