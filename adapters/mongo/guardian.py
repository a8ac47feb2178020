"""Runs one mongod for as long as anybody uses it; a program of its own, without our packages.

    python guardian.py <file descriptor of the seat> <data folder> <port> <mongod> <its options>

It belongs to nobody: whoever started it may end, and is no user any more than the others are.
Each user holds `users.lock` shared; who gets it alone knows that nobody is left. A guardian that
is killed takes its server along (Linux). It ends with its server, and with its exit code.
"""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.2
STOP_SECONDS = 30.0


class _Told(Exception):
    """Somebody asked for the end."""


def main(arguments: list[str]) -> int:
    """Start the server, record it, look after it; its exit code, 128 and more for a signal."""
    seat, folder, port = int(arguments[0]), Path(arguments[1]), int(arguments[2])
    os.set_inheritable(seat, False)
    signal.signal(signal.SIGTERM, _tell)
    follow = end_with_parent(os.getpid())
    server = subprocess.Popen(arguments[3:], preexec_fn=follow)  # noqa: PLW1509 - no other thread
    try:
        _record(folder, {"port": port, "pid": server.pid, "owner": os.getpid()})
        os.pwrite(seat, str(os.getpid()).encode(), 0)
        code = _look_after(server, folder)
    except _Told:
        code = stop(server)
    return code if code >= 0 else 128 - code


def end_with_parent(parent: int | None = None) -> Callable[[], None] | None:
    """What the child calls, where the system can do it, so that a killed parent takes it along.

    `parent`: the process id that it must still have then.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if parent is not None and os.getppid() != parent:
            os._exit(1)

    return bind


def stop(server: subprocess.Popen[bytes]) -> int:
    """End it in order, or else at once; its exit code."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    server.terminate()
    try:
        return server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        return server.wait()


def _look_after(server: subprocess.Popen[bytes], folder: Path) -> int:
    with (folder / "server.lock").open("a") as busy, (folder / "users.lock").open("a") as users:
        while (code := server.poll()) is None:
            # Nobody comes, starts or leaves while this is looked at, nor while it stops.
            if _alone(busy):
                if _alone(users):
                    return stop(server)
                fcntl.flock(busy, fcntl.LOCK_UN)
            time.sleep(LOOK_SECONDS)
        return code


def _alone(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _record(folder: Path, told: dict[str, int]) -> None:
    draft = folder / "server.json.new"
    draft.write_text(json.dumps(told))
    draft.replace(folder / "server.json")


def _tell(_: int, __: FrameType | None) -> None:
    raise _Told


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
