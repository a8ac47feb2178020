"""Named points: what a process is about to write into the database, or has just written.

Nothing in the product knows of them: the driver tells every command it sends.
"""

import os
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pymongo import monitoring

WRITES = frozenset({"insert", "update", "delete", "findAndModify", "commitTransaction"})
ENOUGH = 2  # notes of one point: what happens twice in a quiet while happens again
TELLING = ("status", "dispatch.state", "relay.state", "effects.state", "channel.step")


def named(verb: str, command: Mapping[str, Any]) -> str | None:
    """A readable name for a write, the same for all writes of its kind; None for the rest."""
    if verb not in WRITES:
        return None
    parts = [verb, str(command.get(verb, "")), ",".join(sorted({*_fields(verb, command)}))]
    return " ".join(part for part in parts if part and part != "1")


def _fields(verb: str, command: Mapping[str, Any]) -> Iterator[str]:
    """What the write changes: the states it sets if it sets any, else the fields' names."""
    if verb == "insert":
        yield from (f"status={one['status']}" for one in command["documents"] if "status" in one)
        return
    update = _update(command)
    setting = update.get("$set", {})
    states = [f"{name}={setting[name]}" for name in TELLING if _is_word(setting.get(name))]
    yield from states or setting
    unset = update.get("$unset", ())  # in a pipeline it is a name or a list of names
    gone = [unset] if isinstance(unset, str) else list(unset)
    yield from (f"-{name}" for name in gone if not states)
    yield from (f"+{name}" for name in update.get("$push", {}) if name != "statusHistory")


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and not value.startswith("$")


def _update(command: Mapping[str, Any]) -> Mapping[str, Any]:
    """The update document of the command's first statement; a pipeline's stages as one."""
    given = command.get("update")
    if isinstance(given, str):
        given = command["updates"][0]["u"] if "updates" in command else {}
    if isinstance(given, list):
        return {name: value for stage in given for name, value in stage.items()}
    return given or {}


class Watch(monitoring.CommandListener):
    """Notes every point that the process passes, and ends or freezes it at one of them."""

    def __init__(self, at: str | None, record: Path | None, number: signal.Signals) -> None:
        self._at = at
        self._number = number
        self._record = record
        self._seen = Counter[str]()
        self._open: dict[int, str] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        name = named(event.command_name, event.command)
        if name is not None:
            self._open[event.request_id] = name
            self._pass(f"before {name}")

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        name = self._open.pop(event.request_id, None)
        if name is not None:
            self._pass(f"after {name}")

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        self._open.pop(event.request_id, None)

    def _pass(self, point: str) -> None:
        if self._record is not None and self._seen[point] < ENOUGH:
            self._seen[point] += 1
            with self._record.open("a") as file:
                file.write(f"{point}\n")
        if point == self._at:
            self._at = None
            os.kill(os.getpid(), self._number)
