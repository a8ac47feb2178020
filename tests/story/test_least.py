"""The database user that docs/security.md describes: enough for everything, and for no more."""

import secrets
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from adapters.mongo.guardian import end_with_parent
from adapters.mongo.program import candidates, command, find_program
from adapters.seed import GUESTS
from app.rights import database_role
from tests import local
from tests.server import free_port
from tests.terminal import Terminal
from tests.test_cli_demo import contacts_of, greeting, let_them_talk

NAME = "least"
UNAUTHORIZED = 13
Client = MongoClient[dict[str, Any]]
Deed = Callable[[Client], object]
pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@contextmanager
def guarded(folder: Path, database: str) -> Iterator[tuple[str, str]]:
    """A server that asks who one is: the addresses of its administrator and of our least user."""
    (folder / "db").mkdir()
    key = folder / "key"
    key.write_text(secrets.token_hex(64))
    key.chmod(0o600)
    port, password = free_port(), secrets.token_hex(16)
    arguments = command(find_program(candidates()), folder, port, "rs0")
    process = subprocess.Popen(
        [*arguments, "--auth", f"--keyFile={key}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=end_with_parent(),  # noqa: PLW1509 - one prepared system call, no locks
    )
    place, options = f"127.0.0.1:{port}", "replicaSet=rs0&directConnection=true"
    try:
        _manned(port, password, database)
        yield tuple(  # type: ignore[misc]
            f"mongodb://{user}:{password}@{place}/{home}?{options}&authSource={source}"
            for user, home, source in (("admin", "admin", "admin"), ("us", database, database))
        )
    finally:
        process.terminate()
        process.wait(local.PATIENCE)


def _manned(port: int, password: str, database: str) -> None:
    """Make the replica set, then, while nobody is known, an administrator; then our user."""
    with Client("127.0.0.1", port, directConnection=True) as client:
        _until(lambda: client.admin.command("ping"))
        member = {"_id": 0, "host": f"127.0.0.1:{port}"}
        client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
        _until(lambda: client.admin.command("hello")["isWritablePrimary"] or None)
        client.admin.command("createUser", "admin", pwd=password, roles=["root"])
    admin = Client("127.0.0.1", port, directConnection=True, username="admin", password=password)
    with admin as client:
        client[database].command(database_role(database))
        client[database].command("createUser", "us", pwd=password, roles=["threadline"])


def _until(look: Callable[[], object]) -> None:
    deadline = monotonic() + local.PATIENCE
    while True:
        with suppress(PyMongoError):  # it is not there yet, or not yet what it will be
            if look() is not None:
                return
        assert monotonic() < deadline
        sleep(0.05)


def test_the_least_user_can_do_everything_that_we_do_and_nothing_else(tmp_path: Path) -> None:
    with guarded(tmp_path, NAME) as (admin, us):
        given = {"MONGODB_URI": us, "THREADLINE_DATA": str(tmp_path / "data")}
        quick = {"PORT": str(free_port()), "REPLY_HOLD_SECONDS": "0", "COLLISION_SECONDS": "0"}
        terminal = Terminal(tmp_path, given | quick)
        everybody_talks(terminal)
        for words in COMMANDS:
            ended = terminal.run(*words)
            assert (ended.code, ended.err) == (0, ""), words
        with Client(us) as mine, Client(admin) as theirs:
            roles = database_role(NAME)["privileges"]
            named = {one["resource"]["collection"] for one in roles}
            assert {*theirs[NAME].list_collection_names()} <= named | {"system.views"}
            for deed in FORBIDDEN:
                with pytest.raises(OperationFailure) as refused:
                    deed(mine)
                assert refused.value.code == UNAUTHORIZED, deed


COMMANDS = (
    ["indexes"],
    ["token", "create", "CRM", "--scope", "read"],
    ["token", "list"],
    ["export", "-"],
    ["ledger", "check"],
    ["ledger", "rebuild"],
    ["recount"],
    ["audit"],
    ["rotate"],
)
FORBIDDEN: tuple[Deed, ...] = (
    lambda us: us.drop_database(NAME),
    lambda us: us[NAME].drop_collection("contacts"),
    lambda us: us[NAME]["contacts"].rename("others"),
    lambda us: us[NAME]["audit"].delete_many({}),
    lambda us: us[NAME]["audit"].update_many({}, {"$set": {"action": "nothing"}}),
    lambda us: us[NAME]["ledger"].delete_many({}),
    lambda us: us[NAME]["ledger"].update_many({}, {"$set": {"action": "opt_in"}}),
    lambda us: us[NAME]["elsewhere"].insert_one({}),
    lambda us: us["other"]["things"].find_one(),
    lambda us: us["other"]["things"].insert_one({}),
    lambda us: us["local"]["oplog.rs"].find_one(),
    lambda us: us["admin"]["system.users"].find_one(),
    lambda us: us[NAME].command("usersInfo"),
    lambda us: us[NAME].command("createUser", "me", pwd="x", roles=["root"]),
    lambda us: us.admin.command("shutdown"),
)


def everybody_talks(terminal: Terminal) -> None:
    """All processes as one: texts come, agents answer, people opt out."""
    with terminal.running("demo") as process:
        told = greeting(process)
        let_them_talk(told["Sandbox"])
        assert contacts_of(told) == len(GUESTS)
        ended = terminal.stopped(process, signal.SIGINT)
    assert (ended.code, ended.err) == (0, "")
