"""A real MongoDB on this machine: one mongod as a single-node replica set, shared by its users.

The first process that needs it starts it, others that come attach, and the last one that goes
stops it. It runs under a guardian of its own (`guardian.py`), so that no user's end takes it from
the others, and the end of all, killed or not, ends it. When it is gone nevertheless (killed for
its memory, on a full disk, or with the service that it ran in), any user starts it again.

Four files beside its data: `users.lock` is held shared by each user; `server.lock` by who looks,
starts or stops; `guardian.lock` by the guardian, with its process id; `server.json` says where
the server is, and stays, so that the next one takes the same port.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import structlog
from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from adapters import startup
from adapters.mongo import guardian
from adapters.mongo.program import candidates, command, find_program
from adapters.startup import StartupError

REPLICA_SET = "rs0"
START_SECONDS = 60.0  # Long only if a silent stranger holds the last port.
STOP_SECONDS = guardian.STOP_SECONDS + 10.0
HANDOVER_SECONDS = 10.0  # While a killed guardian's server is still closing its files.
IN_USE = 100
NOT_YET_INITIALIZED = 94
WATCH_SECONDS = 0.5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Server:
    """A mongod as the file `server.json` beside its data records it, running or not any more.

    `owner` is the process id of its guardian.
    """

    port: int
    pid: int
    owner: int

    @property
    def uri(self) -> str:
        """How to connect as a member of the replica set."""
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"


@contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """Yield the URI of the server on `data_dir`, which is kept running meanwhile.

    `durable=False` acknowledges before the journal is on disk: for throw-away data on tmpfs.
    """
    data_dir = data_dir.resolve()
    startup.folder(data_dir / "db")
    with _used(data_dir):
        server = _ensure(data_dir, durable=durable)
        keeper = Keeper(data_dir, server.port, durable=durable)
        keeper.start()
        try:
            yield server.uri
        finally:
            keeper.end()


class Keeper(threading.Thread):
    """Each user's own watch: starts the server again, on its port, when it is gone."""

    def __init__(self, data_dir: Path, port: int, *, durable: bool) -> None:
        super().__init__(name="mongod", daemon=True)
        self._data_dir = data_dir
        self._port = port
        self._durable = durable
        self._over = threading.Event()

    def run(self) -> None:
        """Look until told to end."""
        pause = FIRST_PAUSE
        while not self._over.wait(WATCH_SECONDS):
            if not self._is_gone():
                pause = FIRST_PAUSE
                continue
            log.error("mongod.ended")
            if not self._again():
                self._over.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def end(self) -> None:
        """Start nothing more."""
        self._over.set()
        self.join()

    def _is_gone(self) -> bool:
        """Without a guardian it may still be that of an earlier version, which has none."""
        return not _guarded(self._data_dir) and bool(_free_port(self._port))

    def _again(self) -> bool:
        try:
            server = _ensure(self._data_dir, only=self._port, durable=self._durable)
        except (StartupError, OSError, PyMongoError) as error:
            log.error("mongod.not_started", kind=type(error).__name__)
            return False
        if server.port != self._port:
            log.error("mongod.moved", port=server.port, fix="Start this process again.")
            return False
        log.warning("mongod.started_again")
        return True


@contextmanager
def _used(data_dir: Path) -> Iterator[None]:
    """Count as a user of the server; waits while it is being stopped after the last one."""
    with (data_dir / "users.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with _locked(data_dir):
                _leave(data_dir, users)


def _leave(data_dir: Path, users: IO[str]) -> None:
    """The last one out sees the server stopped."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if not _guarded(data_dir) or not (seated := _seated(data_dir)):
        return
    with suppress(ProcessLookupError):
        os.kill(seated, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while _guarded(data_dir) and time.monotonic() < deadline:
        time.sleep(0.01)


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """One process at a time looks, starts or stops."""
    with (data_dir / "server.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _seat(data_dir: Path) -> IO[str] | None:
    """The guardian's lock, to be handed to a new one; None while there is a guardian."""
    file = (data_dir / "guardian.lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _guarded(data_dir: Path) -> bool:
    with (data_dir / "guardian.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _seated(data_dir: Path) -> int:
    """The guardian's process id, true while there is one; 0 while it only begins."""
    return int((data_dir / "guardian.lock").read_text() or 0)


def _recorded(data_dir: Path) -> Server | None:
    file = data_dir / "server.json"
    return Server(**json.loads(file.read_text())) if file.exists() else None


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
    if _lives(server.owner):
        return True
    with suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGTERM)
    return False


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # Another user's process, but alive.
    return True


def _ensure(data_dir: Path, *, durable: bool, only: int = 0) -> Server:
    """The server that runs, or a new one; it is never started on another port than `only`."""
    now = time.monotonic()
    deadline, patience = now + START_SECONDS, now + HANDOVER_SECONDS
    with _locked(data_dir):
        last = _recorded(data_dir)
        while True:
            started = None
            if seat := _seat(data_dir):
                with seat:
                    if last and _serves(last, data_dir) and _attachable(last):
                        return last  # Of an earlier version, whose users start it themselves.
                    started = _start(data_dir, seat, _port(last, only, patience))
            try:
                return _ready(data_dir, started, deadline, durable=durable)
            except _Ended:
                handing_over = last and time.monotonic() < patience
                if started and not (started.returncode == IN_USE and handing_over):
                    raise StartupError(_why_ended(started.returncode, data_dir)) from None


def _port(last: Server | None, only: int, patience: float) -> int:
    """The last port, so that the replica set's own address stays true; another if it is taken."""
    wanted = only or (last.port if last else 0)
    while not _free_port(wanted) and last and _lives(last.pid) and time.monotonic() < patience:
        time.sleep(0.01)
    if port := _free_port(wanted):
        return port
    if only:
        raise StartupError(f"Port {only} is taken: free it, the database needs it.")
    port = _free_port(0)
    log.warning("mongod.port_taken", taken=wanted, port=port)
    return port


def _start(data_dir: Path, seat: IO[str], port: int) -> subprocess.Popen[bytes]:
    """Give the server a guardian, who has the seat from now on."""
    server = command(find_program(candidates()), data_dir, port, REPLICA_SET)
    place = [str(seat.fileno()), str(data_dir), str(port)]
    seat.truncate(0)
    started = subprocess.Popen(
        [sys.executable, "-I", "-S", guardian.__file__, *place, *server],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us; the last user stops it in order.
        pass_fds=[seat.fileno()],
    )
    threading.Thread(target=started.wait, name="guardian", daemon=True).start()  # no zombie
    return started


def _ready(
    data_dir: Path, started: subprocess.Popen[bytes] | None, deadline: float, *, durable: bool
) -> Server:
    """The guarded server, as soon as it takes writes."""

    def ended() -> bool:
        return started.poll() is not None if started else not _guarded(data_dir)

    while not (server := _recorded(data_dir)) or server.owner != _seated(data_dir):
        _wait(ended, deadline)
    with _direct(server.port, patience_ms=250) as client:
        while not _is_primary(client, server.port, durable=durable):
            _wait(ended, deadline)
    return server


def _wait(ended: Callable[[], bool], deadline: float) -> None:
    if ended():
        raise _Ended
    if time.monotonic() > deadline:
        raise StartupError(f"mongod was not ready within {START_SECONDS:.0f} s: see its log.")
    time.sleep(0.01)


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
    """The server has ended before it was ready."""


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
