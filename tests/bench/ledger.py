"""The sandbox's ledger, read while it is written: when a call came, by the sandbox's own clock."""

import time
from pathlib import Path
from typing import Any

import orjson

PATIENCE_SECONDS = 20.0


class Ledger:
    """Follows one file from its present end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = path.stat().st_size if path.exists() else 0

    def call(self, method: str, words: str) -> dict[str, Any]:
        """Wait for a call of that method that contains the words; its line."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            for line in self._new():
                if line["type"] == "call" and line["method"] == method and words in str(line):
                    return line
            time.sleep(0.002)
        raise RuntimeError(f"no {method} with {words!r} within {PATIENCE_SECONDS:.0f} s")

    def quiet(self, seconds: float) -> None:
        """Wait until nothing has been written for so long."""
        since = time.monotonic()
        while time.monotonic() - since < seconds:
            time.sleep(0.05)
            if self._new():
                since = time.monotonic()

    def _new(self) -> list[dict[str, Any]]:
        """The lines that are whole by now."""
        with self._path.open("rb") as file:
            file.seek(self._at)
            whole = file.read().rpartition(b"\n")[0]
        self._at += len(whole) + 1 if whole else 0
        return [orjson.loads(line) for line in whole.splitlines()]
