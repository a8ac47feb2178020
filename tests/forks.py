"""Commands that start at once: `python -m tests.forks N` forks itself, having loaded all modules.

N is a Unix socket on which orders come: JSON of `words`, `environment` and `folder`, with the
three standard files and a socket on which the process's number and then its exit code are told.
Everything that runs ends with it, and it ends with whoever holds the other end.
"""

import array
import json
import os
import select
import signal
import socket
import sys
from dataclasses import dataclass, field
from typing import Any

import cli

FILES = 4
LARGEST = 65_536


@dataclass
class Forks:
    """The process that is forked."""

    orders: socket.socket
    running: dict[int, socket.socket] = field(default_factory=dict)
    bell: tuple[int, int] = field(default_factory=os.pipe)

    def run(self) -> bool:
        """Until the orders end; true in a process that is to become a command."""
        os.set_blocking(self.bell[1], False)
        signal.set_wakeup_fd(self.bell[1], warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            ready, _, _ = select.select([self.orders.fileno(), self.bell[0]], [], [])
            if self.bell[0] in ready:
                os.read(self.bell[0], 4096)
                self._bury()
            if self.orders.fileno() in ready:
                raw, files = _received(self.orders)
                if not raw:
                    return self._end()
                if self._forked(json.loads(raw), files):
                    return True

    def _forked(self, order: dict[str, Any], files: list[int]) -> bool:
        pid = os.fork()
        if pid == 0:
            self._forget()
            become(order, files)
            return True
        self.running[pid] = socket.socket(fileno=files[-1])
        self.running[pid].sendall(f"{pid}\n".encode())
        for file in files[:-1]:
            os.close(file)
        return False

    def _forget(self) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for file in (*self.bell, self.orders.detach()):
            os.close(file)
        for other in self.running.values():
            other.close()

    def _bury(self) -> None:
        while self.running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            with self.running.pop(pid) as heir:
                heir.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())

    def _end(self) -> bool:
        for pid in self.running:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        return False


def become(order: dict[str, Any], files: list[int]) -> None:
    """From here on this is the command, as if it had been started by itself."""
    for number, file in enumerate(files[:-1]):
        os.dup2(file, number)
    for file in files:
        os.close(file)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv[1:] = order["words"]


def _received(orders: socket.socket) -> tuple[bytes, list[int]]:
    room = socket.CMSG_LEN(FILES * array.array("i").itemsize)
    raw, extras, _, _ = orders.recvmsg(LARGEST, room)
    files = array.array("i")
    for _, _, data in extras:
        files.frombytes(data[: len(data) - len(data) % files.itemsize])
    return raw, list(files)


if __name__ == "__main__" and Forks(socket.socket(fileno=int(sys.argv[1]))).run():
    cli.main()
