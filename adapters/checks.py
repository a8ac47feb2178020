"""What each part of the installation says of itself: cheap enough to be asked at any time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from adapters.mongo.connection import has_transactions
from adapters.mongo.stream import moment
from domain import outbox
from domain.model import NOUNS
from domain.model.indexes import surveyed
from domain.ports import Finding

OK, WARNING, FAILED = "ok", "warning", "failed"
SLOTS = ("dispatch", "relay")
PATIENCE = timedelta(minutes=2)

Check = Callable[[], Finding]


def run(checks: Sequence[Check]) -> list[Finding]:
    """All of them, one after the other; the first is the database, without which none can tell."""
    findings = []
    for check in checks:
        findings.append(check())
        if findings[-1].name == "mongodb" and findings[-1].status == FAILED:
            break
    return findings


def mongodb(client: MongoClient[dict[str, Any]]) -> Finding:
    """Whether it answers, and can do what we need."""
    try:
        hello = client.admin.command("hello")
    except PyMongoError as error:
        told = f"The database does not answer ({type(error).__name__})."
        return Finding("mongodb", FAILED, told, "Start it, and look at MONGODB_URI.")
    if not has_transactions(hello):
        told, fix = "The database is a standalone server.", "Make it a replica set."
        return Finding("mongodb", FAILED, told, fix)
    return Finding("mongodb", OK, "The database answers and is a replica set or a cluster.")


def indexes() -> Finding:
    """Whether every list has the index that serves it."""
    surveys = [surveyed(noun._get_collection(), noun.INDEXES) for noun in NOUNS]
    lacking = [
        f"{one.collection.name}.{name}"
        for one in surveys
        for name in (*sorted(one.want.keys() - one.have.keys()), *one.outdated)
    ]
    if not lacking:
        return Finding("indexes", OK, "All indexes are in place.")
    told = f"Indexes are missing or outdated: {', '.join(lacking)}."
    return Finding("indexes", FAILED, told, "Run `threadline indexes`.")


def feed(position: str | None, now: datetime) -> Finding:
    """How far behind the subscriptions of the answering process are."""
    behind = now - moment(position) if position else None
    if behind is None or behind > PATIENCE:
        told = "Live events do not arrive in this process."
        return Finding("feed", FAILED, told, "See its log for `feed.interrupted`; restart it.")
    return Finding("feed", OK, "Live events arrive.")


def workers(now: datetime) -> Finding:
    """Whether work that is due is also done."""
    due = [at for at in map(outbox.earliest, SLOTS) if at]
    if not due or now - min(due) < PATIENCE:
        return Finding("workers", OK, "Nothing that is due waits for a worker.")
    told = f"Work has been waiting for a worker since {min(due):%Y-%m-%d %H:%M} UTC."
    return Finding("workers", FAILED, told, "Start `threadline worker`, or start more of them.")


def configured(name: str, missing: Sequence[str]) -> Finding:
    """Whether the settings of a supplier are there."""
    if not missing:
        return Finding(name, OK, "It is configured.")
    told = f"It is not configured: {', '.join(missing)} missing."
    return Finding(name, WARNING, told, "Set what is missing and start the processes again.")
