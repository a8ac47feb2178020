"""The command as an operator types it: a process of its own in an empty directory."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
LONGEST_SECONDS = 120


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    def complaints(self) -> list[str]:
        """The plain lines of a command that refused; fails when there is anything else."""
        assert self.code == 2, self
        lines = self.err.splitlines()
        assert all(line.startswith("threadline: ") for line in lines), self.err
        return [line.removeprefix("threadline: ") for line in lines]


@dataclass
class Process:
    """A command that was started; `wire` tells its end."""

    pid: int
    stdout: IO[str]
    stderr: IO[str]
    wire: socket.socket = field(repr=False)
    returncode: int | None = None

    def wait(self, seconds: float) -> int:
        """Its exit code, negative for a signal; TimeoutError while it runs."""
        if self.returncode is None:
            self.wire.settimeout(seconds)
            self.returncode = int(_line(self.wire))
        return self.returncode

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        with suppress(BlockingIOError, TimeoutError):
            self.wait(0)
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        """As long as it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """At once."""
        self.send_signal(signal.SIGKILL)

    def communicate(self) -> tuple[str, str]:
        """All that it still says, until its end."""
        with ThreadPoolExecutor(2) as pool:
            said = [pool.submit(pipe.read) for pipe in (self.stdout, self.stderr)]
            try:
                out, err = (one.result(LONGEST_SECONDS) for one in said)
            except TimeoutError:
                self.kill()
                raise
        self.wait(LONGEST_SECONDS)
        return out, err


@dataclass(frozen=True)
class Terminal:
    """Runs commands with these settings and no others."""

    folder: Path
    settings: Mapping[str, str]

    def run(self, *words: str, **settings: str) -> Outcome:
        """One command, to its end."""
        with self.running(*words, **settings) as process:
            out, err = process.communicate()
            return Outcome(process.wait(0), out, err)

    @contextmanager
    def running(self, *words: str, **settings: str) -> Iterator[Process]:
        """One command, ended at the latest when the block ends."""
        own = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": str(ROOT)}
        process = _started(self.folder, own | dict(self.settings) | settings, words)
        with process.wire, process.stdout, process.stderr:
            try:
                yield process
            finally:
                process.kill()  # does nothing to one that has ended
                process.wait(LONGEST_SECONDS)

    def stopped(self, process: Process, number: signal.Signals) -> Outcome:
        """How a running command ends when it is told to."""
        process.send_signal(number)
        out, err = process.communicate()
        return Outcome(process.wait(0), out, err)


@cache
def _forks() -> tuple[subprocess.Popen[bytes], socket.socket]:
    """The process that becomes the commands: each would load all modules for itself."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forks", str(theirs.fileno())],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    return process, ours


def close() -> None:
    """At the end of all tests."""
    if _forks.cache_info().currsize:
        process, orders = _forks()
        orders.close()
        process.wait(LONGEST_SECONDS)


def _started(folder: Path, environment: Mapping[str, str], words: tuple[str, ...]) -> Process:
    order = {"folder": str(folder), "environment": environment, "words": words}
    wire, theirs = socket.socketpair()
    (out, out_end), (err, err_end) = os.pipe(), os.pipe()
    nothing = os.open(os.devnull, os.O_RDONLY)
    files = [nothing, out_end, err_end, theirs.detach()]
    socket.send_fds(_forks()[1], [json.dumps(order).encode()], files)
    for file in files:
        os.close(file)
    wire.settimeout(LONGEST_SECONDS)
    pid = int(_line(wire))
    return Process(pid, os.fdopen(out, encoding="utf-8"), os.fdopen(err, encoding="utf-8"), wire)


def _line(wire: socket.socket) -> str:
    """One line, byte by byte: what follows it is another's."""
    told = b""
    while not told.endswith(b"\n"):
        byte = wire.recv(1)
        assert byte, "the process that starts the commands has ended"
        told += byte
    return told.decode()


def is_line(text: str) -> bool:
    """Whether that is one sentence for people: no traceback, no library's words."""
    return bool(re.fullmatch(r"[A-Z`.][^\n]{10,300}\.", text)) and "Error" not in text
