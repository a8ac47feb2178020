"""The sandbox's memory: an append-only file of JSON lines from which its state is rebuilt."""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeAlias

import orjson

Json: TypeAlias = dict[str, Any]
Listener: TypeAlias = Callable[[Json], None]


class Ledger:
    """Writes every line at once, keeps records by collection and key, and tells its listeners.

    A line is `{seq, at, type, ...}`. Type `put` carries a record (`of`, `key`, `value`), type
    `call` a request to one of the two APIs, type `delivery` one try to reach the product.
    """

    def __init__(self, path: Path | None, kept: int = 20_000) -> None:
        self._records: dict[str, dict[str, Json]] = {}
        self._recent: deque[Json] = deque(maxlen=kept)
        self._listeners: set[Listener] = set()
        self._seq = 0
        self._file: IO[bytes] | None = None
        if path is not None:
            self._open(path)

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._replay(path.read_bytes())
        self._file = path.open("ab")
        if self._file.tell() and not path.read_bytes().endswith(b"\n"):
            self._file.write(b"\n")

    def _replay(self, content: bytes) -> None:
        for raw in content.splitlines():
            try:
                line = orjson.loads(raw)
            except orjson.JSONDecodeError:
                continue  # the last line of a sandbox that was killed while writing
            self._seq = max(self._seq, line["seq"])
            self._keep(line)

    def _keep(self, line: Json) -> None:
        if line["type"] == "put":
            self._records.setdefault(line["of"], {})[line["key"]] = line["value"]
        else:
            self._recent.append(line)

    def write(self, kind: str, **data: Any) -> Json:
        """Append one line and return it."""
        self._seq += 1
        line = {"seq": self._seq, "at": time.time(), "type": kind, **data}
        if self._file is not None:
            self._file.write(orjson.dumps(line, option=orjson.OPT_NON_STR_KEYS) + b"\n")
            self._file.flush()
        self._keep(line)
        for listener in tuple(self._listeners):
            listener(line)
        return line

    def put(self, of: str, key: str, value: Json) -> None:
        """Record the whole present value of one thing; the last value counts."""
        self.write("put", of=of, key=key, value=value)

    def all(self, of: str) -> dict[str, Json]:
        """All records of a collection by key, in the order they were first put."""
        return self._records.setdefault(of, {})

    def recent(self, since: int = 0) -> list[Json]:
        """The calls and deliveries after a line number, oldest first."""
        return [line for line in self._recent if line["seq"] > since]

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` every line from now on, until the returned function is called."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def close(self) -> None:
        """Close the file; later lines are kept in memory only."""
        if self._file is not None:
            self._file.close()
            self._file = None
