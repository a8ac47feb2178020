"""WebSockets for a load generator: text frames are handed on as bytes, nothing is decoded."""

import asyncio
import base64
import secrets
from collections.abc import Callable

from tests.bench.wire import END_OF_HEAD

TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A
MASK = bytes(4)  # frames of a client must be masked; with zeros the payload stays as it is

Heard = Callable[[bytes], None]


class Socket(asyncio.Protocol):
    """One connection without compression; `heard` is told every text frame."""

    def __init__(self, path: str, protocol: str, heard: Heard) -> None:
        self._path = path
        self._protocol = protocol
        self._heard = heard
        self._received = b""
        self._transport: asyncio.Transport | None = None
        self._opened = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        head = [
            f"GET {self._path} HTTP/1.1",
            "host: 127.0.0.1",
            "connection: Upgrade",
            "upgrade: websocket",
            "sec-websocket-version: 13",
            f"sec-websocket-key: {key}",
            *([f"sec-websocket-protocol: {self._protocol}"] if self._protocol else []),
        ]
        transport.write("\r\n".join(head).encode() + END_OF_HEAD)

    def data_received(self, data: bytes) -> None:
        """Hand on what is whole; the first answer must be the upgrade."""
        self._received += data
        if not self._opened.done():
            head, found, rest = self._received.partition(END_OF_HEAD)
            if not found:
                return
            if b" 101 " not in head[:14]:
                self._opened.set_exception(ConnectionError(head.decode()))
                return
            self._received = rest
            self._opened.set_result(None)
        self._frames()

    def _frames(self) -> None:
        """Frames of a server are not masked: a kind, a length, the payload."""
        data, at = self._received, 0
        while len(data) - at >= 2:
            kind, length, start = data[at], data[at + 1], at + 2
            if length >= 126:
                size = 2 if length == 126 else 8
                length, start = int.from_bytes(data[start : start + size], "big"), start + size
            if len(data) < start + length:
                break
            self._take(kind, data[start : start + length])
            at = start + length
        self._received = data[at:]

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == TEXT:
            self._heard(payload)
        elif kind == PING:
            self._write(PONG, payload)
        elif kind == CLOSE:
            raise ConnectionError(f"the server closed the connection: {payload!r}")

    async def opened(self) -> None:
        """Wait for the upgrade."""
        await self._opened

    def say(self, payload: bytes) -> None:
        """Send a text frame."""
        self._write(TEXT, payload)

    def _write(self, kind: int, payload: bytes) -> None:
        assert self._transport is not None
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self._transport.write(bytes([kind]) + length + MASK + payload)

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()


async def dial(port: int, path: str, heard: Heard, protocol: str = "") -> Socket:
    """An open connection to a server on this machine."""
    loop = asyncio.get_running_loop()
    _, made = await loop.create_connection(lambda: Socket(path, protocol, heard), "127.0.0.1", port)
    await made.opened()
    return made
