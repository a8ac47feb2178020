"""Socket Mode: connections that the product opens, and the envelopes sent over them."""

import asyncio
import secrets
from dataclasses import dataclass, field

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.delivery import Reply
from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.slack.call import Call, Method
from adapters.sandbox.slack.people import APP
from adapters.sandbox.timing import Pace
from adapters.sandbox.wire import Refusal

MOST_CONNECTIONS = 10


@dataclass(eq=False)
class Connection:
    """One open WebSocket and the envelopes on it that wait to be acknowledged."""

    socket: WebSocket
    waiting: dict[str, "asyncio.Future[bytes]"] = field(default_factory=dict)

    def hear(self, raw: str) -> None:
        """Take one frame of the product; only acknowledgements mean something."""
        try:
            frame = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return
        if isinstance(frame, dict):
            waiter = self.waiting.get(str(frame.get("envelope_id")))
            if waiter is not None and not waiter.done():
                waiter.set_result(orjson.dumps(frame.get("payload") or {}))

    def drop(self) -> None:
        """Nobody will answer any more."""
        for waiter in self.waiting.values():
            waiter.cancel()


class SocketMode:
    """Tickets, connections, and sending to one of them at a time."""

    def __init__(self, config: SandboxConfig, ledger: Ledger, pace: Pace) -> None:
        self._config = config
        self._ledger = ledger
        self._pace = pace
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._made = 0
        self._last: tuple[str, Json] | None = None

    def methods(self) -> dict[str, Method]:
        """apps.connections.open."""
        return {"apps.connections.open": self._open}

    def routes(self) -> list[WebSocketRoute]:
        """To be mounted under `/slack`."""
        return [WebSocketRoute("/socket/{ticket}", self._serve)]

    def scripts(self) -> list[Route]:
        """To be mounted at the sandbox's root."""
        return [
            Route("/slack/socket", self._standing, methods=["GET"]),
            Route("/slack/socket", self._part, methods=["DELETE"]),
            Route("/slack/socket/again", self._repeat, methods=["POST"]),
        ]

    def connected(self) -> bool:
        """Whether the product listens by a socket."""
        return bool(self._connections)

    async def send(self, kind: str, payload: Json) -> None:
        """Send until acknowledged, on whatever connection is open, as often as Slack would."""
        reply = await self.ask(kind, payload, 0, "")
        for attempt, pause in enumerate(self._pace.speed.event_retries, start=1):
            if reply.good:
                return
            await asyncio.sleep(pause)
            reply = await self.ask(kind, payload, attempt, reply.reason)

    async def ask(self, kind: str, payload: Json, attempt: int = 0, reason: str = "") -> Reply:
        """Send one envelope once and give the payload of its acknowledgement."""
        self._last = (kind, payload)
        reply = await self._try(kind, payload, attempt, reason)
        event = payload.get("event", payload)
        self._ledger.write(
            "delivery",
            method="deliver.socket",
            id=str(payload.get("event_id", "")),
            attempt=attempt,
            status=reply.status,
            reason=reply.reason,
            acknowledged=reply.good,
            event=str(event.get("type", kind)),
        )
        return reply

    async def _standing(self, _request: Request) -> Response:
        """How many connections are open, and how many have ever been made."""
        return JSONResponse({"open": len(self._connections), "made": self._made})

    async def _part(self, request: Request) -> Response:
        """Say why, then close all connections, as Slack does from time to time."""
        reason = request.query_params.get("reason", "refresh_requested")
        parted = list(self._connections)
        for connection in parted:
            await _say_goodbye(connection.socket, reason)
        return JSONResponse({"ok": True, "closed": len(parted)})

    async def _repeat(self, _request: Request) -> Response:
        """Deliver the last envelope once more, as if it had never been acknowledged."""
        if self._last is None:
            raise Refusal(409, "nothing has been delivered yet")
        reply = await self.ask(*self._last)
        return JSONResponse({"ok": reply.good})

    async def _try(self, kind: str, payload: Json, attempt: int, reason: str) -> Reply:
        if not self._connections:
            return Reply(None, reason="connection_failed")
        connection = self._connections[0]
        self._connections = [*self._connections[1:], connection]
        name = secrets.token_hex(16)
        envelope = {
            "envelope_id": name,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            "retry_attempt": attempt,
            "retry_reason": reason,
        }
        waiter = asyncio.get_running_loop().create_future()
        connection.waiting[name] = waiter
        try:
            async with asyncio.timeout(self._pace.speed.event_timeout):
                await connection.socket.send_text(orjson.dumps(envelope).decode())
                return Reply(200, await waiter)
        except TimeoutError:
            return Reply(None, reason="http_timeout")
        except (asyncio.CancelledError, RuntimeError, WebSocketDisconnect):
            if connection in self._connections:
                raise
            return Reply(None, reason="connection_failed")
        finally:
            connection.waiting.pop(name, None)

    def _open(self, _call: Call) -> Json:
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        base = "ws" + self._config.own_url.removeprefix("http")
        return {"ok": True, "url": f"{base}/slack/socket/{ticket}"}

    async def _serve(self, socket: WebSocket) -> None:
        if socket.path_params["ticket"] not in self._tickets:
            await socket.close(4401)
            return
        await socket.accept()
        if len(self._connections) >= MOST_CONNECTIONS:
            await _say_goodbye(socket, "too_many_websockets")
            return
        connection = Connection(socket)
        self._connections.append(connection)
        self._made += 1
        hello = {"type": "hello", "num_connections": len(self._connections)}
        about = {"host": "sandbox", "approximate_connection_time": 3600}
        info = {"connection_info": {"app_id": APP}, "debug_info": about}
        await socket.send_text(orjson.dumps({**hello, **info}).decode())
        try:
            while True:
                connection.hear(await socket.receive_text())
        except (WebSocketDisconnect, KeyError, RuntimeError):
            self._connections.remove(connection)
            connection.drop()


async def _say_goodbye(socket: WebSocket, reason: str) -> None:
    told = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
    await socket.send_text(orjson.dumps(told).decode())
    await socket.close(1000)
