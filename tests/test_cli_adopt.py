"""`threadline adopt` as an operator meets it: first what would happen, then that it happened."""

from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.domain.crm import OURS, left_behind
from tests.terminal import Terminal
from tests.test_cli import TWILIO, located

KEY = {"SECRET_KEY": "k" * 32, "PUBLIC_URL": "https://texts.example.com"}


@pytest.fixture
def crm(client: MongoClient[Any], spare_database: str) -> Database[dict[str, Any]]:
    """A database as the CRM left it."""
    left_behind(client[spare_database])
    return client[spare_database]


@pytest.fixture
def terminal(tmp_path: Path, mongodb_uri: str, crm: Database[Any]) -> Terminal:
    """A terminal whose commands use that database, with our number."""
    ours = TWILIO | KEY | {"TWILIO_PHONE_NUMBER": OURS}
    return Terminal(tmp_path, {"MONGODB_URI": located(mongodb_uri, crm.name)} | ours)


def test_the_release_says_that_it_must_be_adopted_first(terminal: Terminal) -> None:
    (line,) = terminal.run("indexes").complaints()
    assert "contacts.phone_1" in line
    assert "Run `threadline adopt` first." in line


def test_it_says_what_would_happen_and_then_does_it(terminal: Terminal, crm: Database[Any]) -> None:
    told = terminal.run("adopt", "--dry-run").out
    assert "nothing was written" in told
    assert "10 in 5 conversations" in told
    assert "call the office" in told
    assert crm["threads"].count_documents({}) == 0
    done = terminal.run("adopt").out
    assert done.splitlines()[1:] == told.splitlines()[1:]
    assert crm["threads"].count_documents({}) == 5
    assert "indexes are in place" in terminal.run("indexes").out
