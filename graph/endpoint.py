"""Strawberry's view as we serve it: GraphQL over HTTP, over events, and over WebSocket."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.unset import UnsetType

from graph.answers import answer, challenged, encoded, limited, refusal
from graph.context import Context, Surroundings
from graph.explorer import page
from graph.negotiation import EVENTS, FORM, chosen, media_type
from graph.problems import Unauthenticated, tell
from graph.quota import told_of
from graph.requests import read, turned_away
from graph.schema import schema
from graph.sockets import FORBIDDEN, Handler, TextFrames
from graph.streams import until
from graph.uploads import form_of, placed, texts_of


class Endpoint(GraphQL[Context, None]):
    """With our context, orjson, and errors that are always JSON."""

    websocket_adapter_class = TextFrames
    graphql_transport_ws_handler_class = Handler

    def __init__(
        self,
        around: Surroundings,
        *,
        graphiql: bool,
        introspection: bool,
        origins: Sequence[str],
    ) -> None:
        super().__init__(
            schema(introspection=introspection),
            graphql_ide="graphiql" if graphiql else None,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            connection_init_wait_timeout=around.pulse.introduction,
            multipart_uploads_enabled=True,
            allowed_origins=origins,
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
        if self.graphql_ide and self.should_render_graphql_ide(self.request_adapter_class(request)):
            return await self.render_graphql_ide(request)
        if refused := turned_away(request.method, request.headers):
            return refused
        if wait := self.around.quota.wait(Context(self.around, request).secret):
            return limited(refusal(429, told_of(wait), "RATE_LIMITED"), wait)
        try:
            await self._prepare(request)
            return await self.run(request)
        except Unauthenticated as error:
            return challenged(refusal(401, error.message, error.code))
        except HTTPException as error:
            return refusal(error.status_code, error.reason, "INVALID_INPUT")

    async def _prepare(self, request: Request) -> None:
        """A stranger cannot make us store his files, or keep a stream open for him."""
        form = media_type(request.headers["content-type"]) == FORM
        if form or chosen(request.headers.get("accept")) == EVENTS:
            await Context(self.around, request).authenticate()
        if form:
            await form_of(request)

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """The one operation that is asked for, and how its answer goes out."""
        if media_type(request.content_type or "") == FORM:
            body = await self.parse_multipart(request)
        else:
            body = self.parse_json(await request.get_body())
        events = chosen(request.headers.get("accept")) == EVENTS
        return read(body, "sse" if events else "http")

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

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """What the answer begins as: it knows the media type that the client wants."""
        begun = await super().get_sub_response(request)
        begun.media_type = chosen(request.headers.get("accept"))
        return begun

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """Nobody stays connected without a valid token."""
        try:
            await context.authenticate()
        except Unauthenticated as error:
            if isinstance(context.connection, WebSocket):  # the library would not say why
                await context.connection.close(FORBIDDEN, error.message)
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
        """One operation's answer, as the client wants it."""
        if isinstance(response_data, list):
            raise TypeError("no batch is ever executed")
        return answer(response_data, sub_response.media_type)

    async def create_streaming_response(
        self,
        request: Request | WebSocket,
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,
        headers: Mapping[str, str],
    ) -> Response:
        """A stream that also ends when the server does."""
        return await super().create_streaming_response(
            request, lambda: until(self.around.leaving, stream()), sub_response, headers
        )

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
