"""A Bolt app in the product's place, as the real product has one."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.sandbox import SandboxConfig, Speed
from tests.adapters.sandbox.town import FAST, SIGNING, Product, Town, town


def text(words: str) -> dict[str, str]:
    """A plain text object."""
    return {"type": "plain_text", "text": words}


def field(block: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An input block."""
    return {"type": "input", "block_id": block, "label": text(block), "element": element, **more}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A modal with a form."""
    plain = {"type": "modal", "callback_id": "form", "title": text("Form"), "submit": text("Go")}
    return {**plain, "blocks": list(blocks) or [field("body", BODY)], **more}


BODY = {"type": "plain_text_input", "action_id": "words"}


@asynccontextmanager
async def shop(
    stock: Callable[[AsyncApp], None], speed: Speed = FAST, **more: Any
) -> AsyncIterator[Town]:
    """A town whose product is a Bolt app with the listeners that `stock` puts in."""

    def front(config: SandboxConfig, _product: Product) -> Starlette:
        client = AsyncWebClient(
            token="xoxb-sandbox", base_url=f"{config.own_url}/slack/api/", retry_handlers=[]
        )
        app = AsyncApp(client=client, signing_secret=SIGNING, process_before_response=True)
        stock(app)
        handler = AsyncSlackRequestHandler(app)

        async def take(request: Request) -> Response:
            return await handler.handle(request)

        return Starlette(routes=[Route("/slack/events", take, methods=["POST"])])

    async with town(speed, front=front, **more) as here:
        yield here


def opens(view: dict[str, Any]) -> Callable[[AsyncApp], None]:
    """A shop whose `/sms` opens this view."""

    def stock(app: AsyncApp) -> None:
        @app.command("/sms")
        async def open_view(ack: Any, body: Any, client: AsyncWebClient) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=view)

    return stock


async def command(here: Town, words: str = "") -> Any:
    """Dana types `/sms` in the inbox."""
    return await here.post(
        "/slack/commands", user="U0DANA", channel="C0INBOX", command="/sms", text=words
    )


async def open_view(here: Town) -> Any:
    """The topmost view that is open."""
    return (await here.get("/slack"))["views"][-1]
