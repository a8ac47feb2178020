"""The embedded server: one per directory, shared, durable, gone with its owner."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import ServerSelectionTimeoutError

from adapters.mongo.embedded import running
from adapters.mongo.program import candidates, find_program
from adapters.startup import StartupError
from tests import local

OWNER = """
import sys, threading
from pathlib import Path
from tests import local
from adapters.mongo.embedded import running
with running(Path(sys.argv[1])) as uri:
    print(uri, flush=True)
    sys.stdin.read()
"""


class Owner:
    """Another process inside `running`, from its first line of output until told to end."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWNER, folder],
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
    owners = [Owner(folder) for _ in range(3)]
    uris = [owner.uri() for owner in owners]
    assert len(set(uris)) == 1
    starter = record(folder)["owner"]
    for owner in sorted(owners, key=lambda one: one.process.pid == starter):
        assert owner.end() == 0


def test_an_ended_owner_leaves_no_server(folder: Path) -> None:
    owner = Owner(folder)
    owner.uri()
    server = record(folder)["pid"]
    assert owner.end() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_after_its_owner_was_killed_the_data_are_there_and_the_next_one_takes_over(
    folder: Path,
) -> None:
    owner = Owner(folder)
    uri = owner.uri()
    insert(uri, 1)
    killed = record(folder)["pid"]
    owner.kill()
    with running(folder) as uri:
        assert record(folder)["pid"] != killed
        assert stored(uri) == [1]


def test_acknowledged_writes_survive_a_killed_server(folder: Path) -> None:
    with running(folder) as uri:
        for value in range(100):
            insert(uri, value)
        os.kill(record(folder)["pid"], signal.SIGKILL)
    with running(folder) as uri:
        assert stored(uri) == list(range(100))


def test_a_server_that_was_killed_is_started_again_on_its_port(folder: Path) -> None:
    with running(folder) as uri:
        insert(uri, 1)
        os.kill(record(folder)["pid"], signal.SIGKILL)
        with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=60_000) as client:
            assert client.shop.notes.find_one() == {"_id": 1}
    with (
        MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=200) as client,
        pytest.raises(ServerSelectionTimeoutError),
    ):
        client.admin.command("ping")


def test_a_secondary_thread_may_not_start_it(folder: Path) -> None:
    caught: list[BaseException] = []

    def start() -> None:
        try:
            with running(folder):
                raise AssertionError("it started")
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(caught[0])


def test_a_directory_that_a_foreign_mongod_uses_is_named(folder: Path) -> None:
    with running(folder):
        (folder / "server.json").unlink()
        with pytest.raises(StartupError, match="Another mongod uses"), running(folder):
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
