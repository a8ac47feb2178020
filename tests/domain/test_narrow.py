"""The ledger is only ever read and added to: the database's own user may do no more."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from adapters.mongo.embedded import REPLICA_SET
from adapters.mongo.program import candidates, command, find_program
from domain.model import NOUNS
from domain.model.indexes import ensured
from tests.house.tree import ROOT
from tests.server import free_port

LEDGER = "ledger"
ANYTHING = ["find", "insert", "update", "remove"]
OTHERS = ("consentevents", "files.files", "files.chunks", "files.pending")
READING = {"aggregate", "database", "distinct", "find", "find_one", "name"}
WRITING = {"insert_many", "insert_one"}


@contextmanager
def guarded(folder: Path) -> Iterator[int]:
    """A server of its own that asks who comes; its port."""
    port, key = free_port(), folder / "key"
    (folder / "db").mkdir()
    key.write_text("k" * 64)
    key.chmod(0o400)
    arguments = command(find_program(candidates()), folder, port, REPLICA_SET)
    process = subprocess.Popen([*arguments, f"--keyFile={key}"], stdout=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(60)


def begin(port: int) -> None:
    """The set has its one member, and the server its first user."""
    with MongoClient[Any]("127.0.0.1", port, directConnection=True) as client:
        member = {"_id": 0, "host": f"127.0.0.1:{port}"}
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
        while not client.admin.command("hello")["isWritablePrimary"]:
            pass
        client.admin.command("createUser", "admin", pwd="admin", roles=["root"])


def restricted(port: int, database: str) -> str:
    """All indexes, and a user who may do anything except rewrite the ledger; how they connect."""
    with MongoClient[Any](f"mongodb://admin:admin@127.0.0.1:{port}/") as client:
        own = client[database]
        for noun in NOUNS:
            ensured(own[str(noun._meta["collection"])], noun.INDEXES)
        names = {str(noun._meta["collection"]) for noun in NOUNS} | {*OTHERS}
        rights = [
            {
                "resource": {"db": database, "collection": name},
                "actions": ["find", "insert"] if name == LEDGER else ANYTHING,
            }
            for name in names
        ]
        own.command("createRole", "app", privileges=rights, roles=[])
        own.command("createUser", "app", pwd="app", roles=["app"])
    return f"mongodb://app:app@127.0.0.1:{port}/{database}?replicaSet={REPLICA_SET}"


def test_it_lives_with_a_user_who_may_only_read_and_insert(tmp_path: Path) -> None:
    """Row: §7.1"""
    with guarded(tmp_path) as port:
        begin(port)
        script = [sys.executable, "-m", "tests.domain.narrow", restricted(port, "shop"), "shop"]
        done = subprocess.run(
            script, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )
    assert done.returncode == 0, done.stderr


def test_nowhere_does_our_code_ask_for_more() -> None:
    used = set[str]()
    for room in ("adapters", "bot", "domain", "graph"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text()
            used |= set(re.findall(r"ConsentEvent\._get_collection\(\)\s*\.?(\w*)", text))
            assert "ConsentEvent.objects" not in text, path
    assert used <= READING | WRITING, used
    assert used & WRITING
