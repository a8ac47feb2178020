"""`threadline ledger` as an operator meets it: what differs, by ids, and then nothing any more."""

from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.clock import NOON
from tests.terminal import Terminal
from tests.test_cli import located

PHONE = "+17605550177"


@pytest.fixture
def former(client: MongoClient[Any], spare_database: str) -> Database[dict[str, Any]]:
    """A database of the version before, with one opt-out."""
    database = client[spare_database]
    told = {"origin": "old:1", "phone": PHONE, "action": "opt_out", "method": "keyword"}
    database["consentevents"].insert_one(told | {"at": NOON, "recordedAt": NOON})
    state = {"phone": PHONE, "blocked": True, "blockedAt": NOON, "rev": 1}
    database["numbers"].insert_one(state)
    return database


@pytest.fixture
def terminal(tmp_path: Path, mongodb_uri: str, former: Database[Any]) -> Terminal:
    """A terminal whose commands use that database."""
    return Terminal(tmp_path, {"MONGODB_URI": located(mongodb_uri, former.name)})


def test_before_the_ledger_is_brought_over_nobody_serves(terminal: Terminal) -> None:
    (line,) = terminal.run("web").complaints()
    assert "threadline indexes" in line


@pytest.mark.long
def test_what_differs_is_told_by_an_id_and_written_anew(
    terminal: Terminal, former: Database[Any]
) -> None:
    assert "1 documents of an earlier version" in terminal.run("indexes").out
    former["numbers"].delete_many({})
    differs = terminal.run("ledger", "check")
    (key,) = former["numberkeys"].find({})
    assert (differs.code, str(key["_id"]) in differs.out) == (1, True)
    assert PHONE[2:] not in differs.out + differs.err
    assert terminal.run("ledger", "rebuild").code == 0
    (state,) = former["numbers"].find({}, {"_id": 0, "rev": 0})
    assert state == {"phone": PHONE, "blocked": True, "blockedAt": NOON}
    assert terminal.run("ledger", "check").out.startswith("All agree: ")
