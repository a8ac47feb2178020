"""The protocol graphql-transport-ws, where Strawberry's own handler does not keep to its letter."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

from starlette.websockets import WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import NonJsonMessageReceived
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import SubscribeMessage

from domain.tracing import begun, traced
from graph.answers import encoded
from graph.context import Context

MOST_OPERATIONS = 100
TOO_MANY = f"This connection has {MOST_OPERATIONS} operations already: end one, or open another."
FORBIDDEN = 4403
REASON_BYTES = 123  # of a closing frame

FORMS: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "connection_init": {"payload": (dict, type(None))},
    "ping": {"payload": (dict, type(None))},
    "pong": {"payload": (dict, type(None))},
    "complete": {"id": (str,)},
    "subscribe": {"id": (str,), "payload": (dict,)},
}
SUBSCRIBE: Mapping[str, tuple[type, ...]] = {
    "query": (str,),
    "variables": (dict, type(None)),
    "operationName": (str, type(None)),
    "extensions": (dict, type(None)),
}


class TextFrames(ASGIWebSocketAdapter):
    """Clients of graphql-transport-ws accept text frames only."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        """One message, as text."""
        await self.ws.send_text(encoded(message).decode())

    async def iter_json(
        self, *, ignore_parsing_errors: bool = False
    ) -> AsyncGenerator[object, None]:
        """Messages of the protocol's form; anything else closes the connection with 4400."""
        messages = super().iter_json(ignore_parsing_errors=ignore_parsing_errors)
        async for message in messages:
            if not isinstance(message, dict) or not well_formed(message):
                raise NonJsonMessageReceived
            yield {name: value for name, value in message.items() if value is not None}

    async def close(self, code: int, reason: str) -> None:
        """Once; a reason that quotes the client may be longer than a closing frame can be."""
        if self.ws.application_state is not WebSocketState.DISCONNECTED:
            short = reason.encode()[:REASON_BYTES].decode(errors="ignore")
            await self.ws.close(code=code, reason=short)


class Handler(BaseGraphQLTransportWSHandler[Context, None]):
    """One connection."""

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Start an operation, unless there are too many already."""
        full = len(self.operations) >= MOST_OPERATIONS and message["id"] not in self.operations
        if not (full and self.connection_acknowledged):
            with traced(begun()):  # a connection may last for days
                await super().handle_subscribe(message)
            return
        error: Any = {"message": TOO_MANY, "extensions": {"code": "RATE_LIMITED"}}
        await self.send_message({"id": message["id"], "type": "error", "payload": [error]})


def well_formed(message: dict[str, Any]) -> bool:
    """Whether it has the form of a graphql-transport-ws message."""
    kind = message.get("type")
    form = FORMS.get(kind) if isinstance(kind, str) else None
    if form is None or not _fits(message, form) or message.get("id") == "":
        return False
    if kind != "subscribe":
        return True
    return _fits(message["payload"], SUBSCRIBE) and bool(message["payload"]["query"])


def _fits(given: dict[str, Any], form: Mapping[str, tuple[type, ...]]) -> bool:
    return all(isinstance(given.get(name), kinds) for name, kinds in form.items())
