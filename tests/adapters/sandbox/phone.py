"""The real Twilio SDK, its host rewritten to a sandbox."""

import asyncio
from typing import Any

from twilio.base.exceptions import TwilioRestException
from twilio.http.response import Response
from twilio.rest import Client

from tests import local
from tests.adapters.sandbox.town import Town


class Rewriting:
    """Sends what is meant for api.twilio.com to another base URL."""

    def __init__(self, base: str) -> None:
        self._base = base

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request, no retries."""
        url = uri.replace("https://api.twilio.com", self._base)
        with local.client(auth=auth, timeout=timeout or local.PATIENCE) as http:
            answer = http.request(method, url, params=params, data=data, headers=headers)
        return Response(answer.status_code, answer.text)


def client(town: Town, token: str | None = None) -> Client:
    """The SDK as the product would make it."""
    config = town.config
    rewriting = Rewriting(f"{town.url}/twilio")
    return Client(config.account_sid, token or config.auth_token, http_client=rewriting)


async def create(town: Town, to: str, body: str = "Hello", **more: Any) -> Any:
    """Send one text through the SDK, beside the loop that serves the sandbox."""
    arguments = {"to": to, "from_": town.config.numbers[0], "body": body, **more}
    return await asyncio.to_thread(client(town).messages.create, **arguments)


async def refusal(town: Town, to: str, **more: Any) -> TwilioRestException:
    """The exception that a create call meets."""
    try:
        await create(town, to, **more)
    except TwilioRestException as error:
        return error
    raise AssertionError(f"a text to {to} was accepted")
