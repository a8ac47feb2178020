"""The routes of Twilio's REST API, under `/2010-04-01/Accounts/{AC}`."""

import base64
import hmac
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.encounter import Answer, Desk
from adapters.sandbox.twilio.box import Texts
from adapters.sandbox.twilio.carrier import Carrier
from adapters.sandbox.twilio.create import Form, checked
from adapters.sandbox.twilio.errors import TwilioError
from adapters.sandbox.twilio.listing import enclosed, listed
from adapters.sandbox.twilio.media import MediaStore
from adapters.sandbox.twilio.optout import Blocks
from adapters.sandbox.twilio.resource import as_resource
from adapters.sandbox.twilio.text import API_VERSION, Text
from adapters.sandbox.wire import read_form

Deed: TypeAlias = Callable[[Request, Form], Answer]

BASE = f"/{API_VERSION}/Accounts/{{account}}"


class TwilioApi:
    """Messages: create, fetch, list, update, delete; and their media."""

    def __init__(
        self,
        config: SandboxConfig,
        desk: Desk,
        texts: Texts,
        carrier: Carrier,
        blocks: Blocks,
        media: MediaStore,
    ) -> None:
        self._config = config
        self._desk = desk
        self._texts = texts
        self._carrier = carrier
        self._blocks = blocks
        self._store = media

    def routes(self) -> list[Route]:
        """To be mounted under `/twilio`."""
        one = f"{BASE}/Messages/{{sid}}.json"
        messages = f"{BASE}/Messages.json"
        media = f"{BASE}/Messages/{{sid}}/Media"
        return [
            Route(messages, self.of("messages.create", self._create), methods=["POST"]),
            Route(messages, self.of("messages.list", self._list), methods=["GET"]),
            Route(one, self.of("messages.fetch", self._fetch), methods=["GET"]),
            Route(one, self.of("messages.update", self._update), methods=["POST"]),
            Route(one, self.of("messages.delete", self._delete), methods=["DELETE"]),
            Route(f"{media}.json", self.of("media", self._media)),
            Route(f"{media}/{{media}}", self.of("media.fetch", self._content)),
        ]

    def of(self, name: str, deed: Deed) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint for whoever proves that they are the account."""

        async def endpoint(request: Request) -> Response:
            form = Form(await read_form(request))
            asked = {**request.query_params, **request.path_params, **form.flat()}
            return await self._desk.serve(
                f"twilio.{name}", asked, lambda: self._answer(deed, request, form), _failure
            )

        return endpoint

    def _answer(self, deed: Deed, request: Request, form: Form) -> Answer:
        try:
            self._authenticate(request)
            return deed(request, form)
        except TwilioError as error:
            return Answer(error.status, error.body())

    def _authenticate(self, request: Request) -> None:
        name, password = _basic(request.headers.get("authorization", ""))
        accepted = {self._config.account_sid: self._config.auth_token}
        if self._config.api_key and self._config.api_secret:
            accepted[self._config.api_key] = self._config.api_secret
        if not hmac.compare_digest(accepted.get(name, "").encode(), password.encode()):
            raise TwilioError(20003)
        account = request.path_params.get("account", self._config.account_sid)
        if not password or account != self._config.account_sid:
            raise TwilioError(20003)

    def _create(self, _request: Request, form: Form) -> Answer:
        text = self._carrier.accept(checked(form, self._config, self._blocks))
        return self._shown(text, 201)

    def _fetch(self, request: Request, _form: Form) -> Answer:
        return self._shown(self._find(request), 200)

    def _list(self, request: Request, _form: Form) -> Answer:
        return Answer(200, listed(self._texts.all(), self._config.account_sid, request))

    def _update(self, request: Request, form: Form) -> Answer:
        text = self._find(request)
        wanted = form.one("Status")
        if wanted and (wanted != "canceled" or text.status != "scheduled"):
            raise TwilioError(30409, text.sid)
        if wanted:
            text = self._texts.advance(text.sid, "canceled")
        if form.many("Body") and not form.one("Body"):
            text = self._texts.redact(text.sid)
        return self._shown(text, 200)

    def _delete(self, request: Request, _form: Form) -> Answer:
        self._texts.forget(self._find(request).sid)
        return Answer(204, None)

    def _media(self, request: Request, _form: Form) -> Answer:
        return Answer(200, enclosed(self._find(request), self._config.account_sid))

    def _content(self, request: Request, _form: Form) -> Answer:
        return self._store.api(request)

    def _find(self, request: Request) -> Text:
        sid = request.path_params["sid"]
        text = self._texts.find(sid)
        if text is None:
            raise TwilioError(20404, request.url.path)
        return text

    def _shown(self, text: Text, status: int) -> Answer:
        return Answer(status, as_resource(text, self._config.account_sid))


def _failure(status: int) -> Answer:
    code, phrase = 20000 + status, HTTPStatus(status).phrase
    url = f"https://www.twilio.com/docs/errors/{code}"
    return Answer(status, {"code": code, "message": phrase, "more_info": url, "status": status})


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return name, password
