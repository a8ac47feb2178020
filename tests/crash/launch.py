"""The nursery: `python -m tests.crash.launch` forks the product's processes on order.

All modules are loaded once and every process is a fork of this one, so that starting hundreds
costs little. Orders come as JSON lines; started and ended processes are told the same way.
"""

import json
import os
import select
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from pymongo import monitoring

import cli
from adapters.mongo.guardian import end_with_parent
from tests.crash.breaks import BREAKS
from tests.crash.points import Watch


class Nursery:
    """Starts what it is told to, says what ended, and takes all along at its own end."""

    def __init__(self) -> None:
        self._children: set[int] = set()
        self._bell, self._rope = os.pipe()
        os.set_blocking(self._rope, False)

    def run(self) -> None:
        """Until the orders end."""
        signal.set_wakeup_fd(self._rope, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        pending = b""
        while True:
            ready, _, _ = select.select([0, self._bell], [], [])
            if self._bell in ready:
                os.read(self._bell, 4096)
                self._bury()
            if 0 in ready:
                chunk = os.read(0, 65536)
                if not chunk:
                    return self._end()
                *orders, pending = (pending + chunk).split(b"\n")
                for order in orders:
                    self._start(json.loads(order))

    def _start(self, order: dict[str, Any]) -> None:
        pid = os.fork()
        if pid == 0:
            os.close(self._bell)
            become(order)
        self._children.add(pid)
        tell({"started": pid, "order": order["number"]})

    def _bury(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            if pid == 0:
                return
            if os.WIFSTOPPED(status):
                tell({"stopped": pid})
                continue
            self._children.discard(pid)
            tell({"ended": pid, "status": os.waitstatus_to_exitcode(status)})

    def _end(self) -> None:
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)
        for pid in self._children:
            os.waitpid(pid, 0)


def become(order: dict[str, Any]) -> NoReturn:
    """From here on this is the process that was ordered."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    follow = end_with_parent()
    if follow is not None:
        follow()
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 0
    try:
        prepare(order)
        cli.commands([order["command"]], standalone_mode=False)
    except BaseException:  # noqa: BLE001 - a fork must not run on into the nursery's own loop
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    os._exit(code)


def prepare(order: dict[str, Any]) -> None:
    """The environment, the point to end at, and what is to be broken, all before any client."""
    os.environ.clear()
    os.environ.update(order["env"])
    record = Path(order["record"]) if order["record"] else None
    if record or order["at"]:
        monitoring.register(Watch(order["at"], record, signal.Signals(order["signal"])))
    if order["broken"]:
        BREAKS[order["broken"]]()


def tell(news: dict[str, Any]) -> None:
    """One line to whoever ordered."""
    os.write(1, json.dumps(news).encode() + b"\n")


if __name__ == "__main__":
    Nursery().run()
