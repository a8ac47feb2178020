"""`/graphql` over HTTP, Server-Sent Events and WebSocket (graphql-transport-ws)."""

from collections.abc import AsyncGenerator, Mapping
from datetime import timedelta
from typing import Any

import orjson
from anyio import CapacityLimiter
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse
from strawberry.http.exceptions import NonJsonMessageReceived
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.unset import UnsetType

from domain.policy import Policy
from domain.ports import Clock, Feed, Files, Links
from graph.context import Context, Pulse, Surroundings
from graph.explorer import page
from graph.guard import Guard, is_form, refusal, well_formed
from graph.loading import Loader
from graph.problems import Unauthenticated, tell
from graph.schema import schema
from graph.uploads import form_of, placed, texts_of

THREADS = 16
PULSE = Pulse()
SHOWN_FOR = timedelta(hours=1)  # the addresses of files that answers hold


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
            if not well_formed(message):
                raise NonJsonMessageReceived
            yield message


class Endpoint(GraphQL[Context, None]):
    """Strawberry's view with our context, orjson, and errors that are always JSON."""

    websocket_adapter_class = TextFrames

    def __init__(self, around: Surroundings, *, graphiql: bool) -> None:
        super().__init__(
            schema(introspection=graphiql),
            graphql_ide="graphiql" if graphiql else None,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            multipart_uploads_enabled=True,
        )
        self.around = around

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or one WebSocket connection."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
            await response(scope, receive, send)
        finally:
            await request.close()

    async def _answer(self, request: Request) -> Response:
        try:
            if is_form(request.scope):
                # Before anything is read: a stranger cannot make us store his files.
                await Context(self.around, request).authenticate()
                await form_of(request)
            return await self.run(request)
        except Unauthenticated as error:
            return challenged(refusal(401, error.message, error.code))
        except HTTPException as error:
            return refusal(error.status_code, error.reason, "INVALID_INPUT")

    async def parse_multipart(self, request: AsyncHTTPRequestAdapter) -> dict[str, Any]:
        """The operations, with the files in their places."""
        form: Any = (await request.get_form_data()).form
        operations, places = texts_of(form)
        return placed(self.parse_json(operations), self.parse_json(places), form)

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002 - the library gives it by this name
    ) -> Context:
        """One for each request, or for each WebSocket connection."""
        return Context(self.around, request)

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """Nobody stays connected without a valid token."""
        try:
            await context.authenticate()
        except Unauthenticated as error:
            raise ConnectionRejectionError from error
        return await super().on_ws_connect(context)

    async def render_graphql_ide(self, _: Request) -> Response:
        """Our own page: it needs nothing from elsewhere."""
        html, headers = page()
        return HTMLResponse(html, headers=headers)

    def create_response(
        self,
        response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse],
        sub_response: Response,
    ) -> Response:
        """JSON; 401 when the token was missing or wrong."""
        response = super().create_response(response_data, sub_response)
        if isinstance(response_data, dict) and _anonymous(response_data):
            response.status_code = 401
            challenged(response)
        return response

    def parse_json(self, data: str | bytes) -> Any:
        """A request's body or one of its parts: an object, or a list, which is then refused."""
        read = super().parse_json(data)
        if not isinstance(read, dict | list):
            raise HTTPException(400, "The request must be a JSON object.")
        if isinstance(read, dict) and not isinstance(read.get("operationName"), str | None):
            raise HTTPException(400, "The `operationName` must be a string or null.")
        return read

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        """Errors leave with a code, or masked."""
        tell(result)
        return await super().process_result(request, result)

    def decode_json(self, data: str | bytes) -> object:
        """Strict JSON: no lone surrogates, no NaN."""
        return orjson.loads(data)

    def encode_json(self, data: object) -> bytes:
        """What the database kept of strange types leaves as text."""
        return encoded(data)


def create(
    *,
    policy: Policy,
    clock: Clock,
    feed: Feed,
    files: Files,
    links: Links,
    graphiql: bool,
    threads: CapacityLimiter | None = None,
    pulse: Pulse = PULSE,
) -> ASGIApp:
    """The application to be mounted at `/graphql`.

    `graphiql` also allows introspection; `threads` bounds what runs at once.
    """
    around = Surroundings(
        policy=policy,
        clock=clock,
        feed=feed,
        files=files,
        links=links,
        threads=threads or CapacityLimiter(THREADS),
        loader=Loader(policy, lambda file_id: links.link(file_id, clock.now() + SHOWN_FOR)),
        pulse=pulse,
    )
    return Guard(Endpoint(around, graphiql=graphiql))


def encoded(data: object) -> bytes:
    """As JSON."""
    return orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)


def challenged(response: Response) -> Response:
    """A refusal that says how one may come in."""
    response.headers["www-authenticate"] = "Bearer"
    return response


def _anonymous(data: GraphQLHTTPResponse) -> bool:
    errors: list[Any] = data.get("errors") or []
    codes = [(error.get("extensions") or {}).get("code") for error in errors]
    return Unauthenticated.code in codes
