"""A program that follows texts by GraphQL, as the figures on live events need it."""

import json
from collections.abc import Callable
from time import perf_counter

import orjson

from tests.bench.socket import Socket, dial

PROTOCOL = "graphql-transport-ws"
PATH = "/graphql"
QUERY = """subscription { messages { cursor change id status
  message { id origin direction status from to body segments encoding createdAt
    contact { name } } } }"""
KEY = b"text number "


class Subscriber:
    """Notes when each numbered text arrived; `heard` is told its number, time and frame."""

    def __init__(self, heard: Callable[[int, float, bytes], None]) -> None:
        self._heard = heard
        self._ready = False
        self._socket: Socket | None = None

    async def open(self, port: int, token: str) -> None:
        """Connect, greet and subscribe."""
        self._socket = await dial(port, PATH, self._take, PROTOCOL)
        hello = {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
        wish = {"type": "subscribe", "id": "1", "payload": {"query": QUERY}}
        for message in (hello, wish):
            self._socket.say(orjson.dumps(message))

    def _take(self, frame: bytes) -> None:
        found = frame.find(KEY)
        if found >= 0:
            self._heard(number_at(frame, found), perf_counter(), frame)
        elif b'"error"' in frame:
            raise RuntimeError(json.loads(frame))

    def close(self) -> None:
        """Hang up."""
        if self._socket:
            self._socket.close()


def body(number: int) -> str:
    """A text that is recognised in a frame without decoding it."""
    return f"{KEY.decode()}{number:06d} of a conversation about a flat in Harbour Street"


def number_at(frame: bytes, found: int) -> int:
    """The number that follows the key."""
    return int(frame[found + len(KEY) : found + len(KEY) + 6])
