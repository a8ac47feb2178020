"""Routes for scripts and the page that concern texts."""

import base64
import binascii
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.ledger import Json
from adapters.sandbox.twilio.box import Texts
from adapters.sandbox.twilio.inbound import Phones, Typed
from adapters.sandbox.twilio.media import kind_of
from adapters.sandbox.twilio.resource import as_shown
from adapters.sandbox.wire import Refusal, read_json, text_of


class TextScripts:
    """`POST /texts` types on a customer's phone; `GET /texts` shows all that was carried."""

    def __init__(self, config: SandboxConfig, texts: Texts, phones: Phones) -> None:
        self._config = config
        self._texts = texts
        self._phones = phones

    def routes(self) -> list[Route]:
        """To be mounted at the sandbox's root."""
        return [
            Route("/texts", self._post, methods=["POST"]),
            Route("/texts", self._list, methods=["GET"]),
            Route("/texts/{sid}", self._one, methods=["GET"]),
        ]

    async def _post(self, request: Request) -> Response:
        text = await self._phones.send(self._typed(await read_json(request)))
        return JSONResponse(as_shown(text), 201)

    def _typed(self, body: Json) -> Typed:
        media = body.get("mediaUrls") or []
        if not isinstance(media, list) or not all(isinstance(url, str) for url in media):
            raise Refusal(400, "mediaUrls must be a list of strings")
        pictures = _pictures(body.get("media") or [])
        if len(media) + len(pictures) > 10:
            raise Refusal(400, "a text carries at most 10 media")
        words = text_of(body, "body", "")
        if not words and not media and not pictures:
            raise Refusal(400, "a text needs a body, media or mediaUrls")
        service = body.get("serviceSid", self._config.messaging_service_sid)
        return Typed(
            sender=text_of(body, "from"),
            to=text_of(body, "to", self._config.numbers[0]),
            body=words,
            media=tuple(media),
            pictures=pictures,
            sid=text_of(body, "messageSid", "") or None,
            service=text_of({"serviceSid": service}, "serviceSid", "") or None,
        )

    async def _list(self, request: Request) -> Response:
        wanted = request.query_params.get("phone")
        texts = [
            as_shown(text) for text in self._texts.all() if wanted in (None, text.sender, text.to)
        ]
        about = {"customers": dict(self._config.customers), "links": list(self._config.links)}
        return JSONResponse({"numbers": list(self._config.numbers), "texts": texts, **about})

    async def _one(self, request: Request) -> Response:
        text = self._texts.find(request.path_params["sid"])
        if text is None:
            raise Refusal(404, "no such text")
        return JSONResponse(as_shown(text))


def _pictures(given: Any) -> tuple[tuple[str, bytes], ...]:
    """The phone's own files: `{name, content, contentType?}` with the content in base64."""
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise Refusal(400, "media is a list of {name, content}")
    return tuple((_kind(item), _content(item)) for item in given)


def _kind(item: Json) -> str:
    return text_of(item, "contentType", "") or kind_of(text_of(item, "name", "picture.jpg"))


def _content(item: Json) -> bytes:
    try:
        return base64.b64decode(text_of(item, "content"), validate=True)
    except binascii.Error as wrong:
        raise Refusal(400, "the content of a file is base64") from wrong
