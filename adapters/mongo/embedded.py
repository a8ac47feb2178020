"""A real MongoDB on this machine: one mongod as a single-node replica set, started or shared.

The first process that needs it starts it and stops it at its end; others that come meanwhile
attach. A killed owner takes its server along (Linux), and the data stay durable all the same.
A server that ends by itself (killed for its memory, or on a full disk) is started again.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog
from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from adapters import startup
from adapters.mongo.program import candidates, command, end_with_parent, find_program
from adapters.startup import StartupError

REPLICA_SET = "rs0"
START_SECONDS = 60.0  # Long only if a silent stranger holds the last port.
STOP_SECONDS = 30.0
HANDOVER_SECONDS = 10.0  # While a killed owner's server is still closing its files.
IN_USE = 100
NOT_YET_INITIALIZED = 94
WATCH_SECONDS = 0.5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Server:
    """A mongod as the file `server.json` beside its data records it, running or not any more."""

    port: int
    pid: int
    owner: int

    @property
    def uri(self) -> str:
        """How to connect as a member of the replica set."""
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"


@contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """Yield the URI of the server on `data_dir`; call it from the main thread.

    `durable=False` acknowledges before the journal is on disk: for throw-away data on tmpfs.
    """
    if threading.current_thread() is not threading.main_thread():
        # PR_SET_PDEATHSIG is tied to the starting thread: the server would end with it.
        raise RuntimeError("the embedded server must be started from the main thread")
    data_dir = data_dir.resolve()
    startup.folder(data_dir / "db")
    with _locked(data_dir):
        last = _recorded(data_dir)
        if last and _serves(last, data_dir) and _attachable(last):
            server, process = last, None
        else:
            server, process = _start(data_dir, last.port if last else 0, durable=durable)
    if process is None:
        yield server.uri
        return
    keeper = Keeper(data_dir, server.port, process, durable=durable)
    keeper.start()
    try:
        yield server.uri
    finally:
        keeper.end()
        with _locked(data_dir):
            _stop(keeper.process)


class Keeper(threading.Thread):
    """Starts the server again, on its port, when it ended by itself.

    A server that this thread started ends with it, so it lives as long as the owner.
    """

    def __init__(
        self, data_dir: Path, port: int, process: subprocess.Popen[bytes], *, durable: bool
    ) -> None:
        super().__init__(name="mongod", daemon=True)
        self.process = process
        self._data_dir = data_dir
        self._port = port
        self._durable = durable
        self._over = threading.Event()

    def run(self) -> None:
        """Look until told to end."""
        pause = FIRST_PAUSE
        while not self._over.wait(WATCH_SECONDS):
            if self.process.poll() is None:
                pause = FIRST_PAUSE
                continue
            log.error("mongod.ended", code=self.process.returncode)
            if not self._again():
                self._over.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def end(self) -> None:
        """Start nothing more."""
        self._over.set()
        self.join()

    def _again(self) -> bool:
        if not _free_port(self._port):
            return False
        try:
            with _locked(self._data_dir):
                _, self.process = _start(self._data_dir, self._port, durable=self._durable)
        except (StartupError, OSError, PyMongoError) as error:
            log.error("mongod.not_started", kind=type(error).__name__)
            return False
        log.warning("mongod.started_again")
        return True


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """One process at a time looks, starts or stops."""
    with (data_dir / "server.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _recorded(data_dir: Path) -> Server | None:
    file = data_dir / "server.json"
    return Server(**json.loads(file.read_text())) if file.exists() else None


def _record(server: Server, data_dir: Path) -> None:
    draft = data_dir / "server.json.new"
    draft.write_text(json.dumps(asdict(server)))
    draft.replace(data_dir / "server.json")


def _serves(server: Server, data_dir: Path) -> bool:
    """Whether that port answers, and with our data: it may be a stranger's by now."""
    if _free_port(server.port):
        return False
    try:
        with _direct(server.port, patience_ms=1_000) as client:
            options = client.admin.command("getCmdLineOpts")
    except PyMongoError:
        return False
    path = options["parsed"].get("storage", {}).get("dbPath")
    return bool(path == str(data_dir / "db"))


def _attachable(server: Server) -> bool:
    """A server whose owner is gone is about to end: it is helped along, never relied on."""
    try:
        os.kill(server.owner, 0)
    except ProcessLookupError:
        os.kill(server.pid, signal.SIGTERM)
        return False
    except PermissionError:
        return True  # Another user's process, but alive.
    return True


def _start(
    data_dir: Path, last_port: int, *, durable: bool
) -> tuple[Server, subprocess.Popen[bytes]]:
    program = find_program(candidates())
    deadline = time.monotonic() + START_SECONDS
    patience = time.monotonic() + (HANDOVER_SECONDS if last_port else 0)
    while True:
        # The last port if it is free, so that the replica set's own address stays true.
        port = _free_port(last_port) or _free_port(0)
        process = _launch(command(program, data_dir, port, REPLICA_SET))
        try:
            _make_primary(process, port, deadline, durable=durable)
        except _Ended:
            if process.returncode != IN_USE or time.monotonic() > patience:
                raise StartupError(_why_ended(process.returncode, data_dir)) from None
        except BaseException:
            _stop(process)
            raise
        else:
            server = Server(port, process.pid, os.getpid())
            _record(server, data_dir)
            return server, process


def _launch(arguments: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us; we then stop it in order.
        preexec_fn=end_with_parent(),  # noqa: PLW1509 - one prepared system call, no locks
    )


def _free_port(wanted: int) -> int:
    """That port, or any for 0; 0 if it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
        return int(probe.getsockname()[1])


def _direct(port: int, patience_ms: int) -> MongoClient[dict[str, Any]]:
    return MongoClient(
        "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=patience_ms
    )


class _Ended(Exception):
    """The server that we started has ended before it was ready."""


def _make_primary(
    process: subprocess.Popen[bytes], port: int, deadline: float, *, durable: bool
) -> None:
    with _direct(port, patience_ms=250) as client:
        while not _is_primary(client, port, durable=durable):
            if process.poll() is not None:
                raise _Ended
            if time.monotonic() > deadline:
                raise StartupError(
                    f"mongod was not ready within {START_SECONDS:.0f} s: see its log."
                )
            time.sleep(0.01)


def _why_ended(code: int, data_dir: Path) -> str:
    if code == IN_USE:
        return f"Another mongod uses {data_dir / 'db'}: stop it, or set THREADLINE_DATA elsewhere."
    return f"mongod ended at once (exit code {code}): see {data_dir / 'mongod.log'}."


def _is_primary(client: MongoClient[dict[str, Any]], port: int, *, durable: bool) -> bool:
    try:
        if client.admin.command("hello")["isWritablePrimary"]:
            return True
        _configure(client, port, durable=durable)
    except ConnectionFailure:
        return False  # Not listening yet; the caller holds the deadline.
    return False


def _configure(client: MongoClient[dict[str, Any]], port: int, *, durable: bool) -> None:
    """Make the set if there is none; mend it if its only member moved to another port."""
    config = client.local["system.replset"].find_one()
    if config is None:
        client.admin.command("replSetInitiate", _config(port, durable=durable))
    elif config["members"][0]["host"] != _host(port):
        config["members"][0]["host"] = _host(port)
        config["version"] += 1
        try:
            client.admin.command("replSetReconfig", config, force=True)
        except OperationFailure as error:
            if error.code != NOT_YET_INITIALIZED:  # It is still reading the old configuration.
                raise


def _config(port: int, *, durable: bool) -> dict[str, Any]:
    return {
        "_id": REPLICA_SET,
        "members": [{"_id": 0, "host": _host(port)}],
        "writeConcernMajorityJournalDefault": durable,
    }


def _host(port: int) -> str:
    return f"127.0.0.1:{port}"


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
