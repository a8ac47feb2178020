"""The Web API client: Slack's own SDK, which repeats nothing by itself."""

import asyncio
from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.access import void

STANDARD = "https://slack.com/api/"
API = "/api/"


Told = Callable[[str | None], None]


class Client(AsyncWebClient):
    """The SDK's client, but for what it does in a way that is going away.

    `told` hears whether Slack takes the token, whenever that changes: the code by which it does
    not, or None. It may write to the database.
    """

    told: Told | None = None
    _last: str | None = "unknown"

    async def api_call(self, *given: Any, **named: Any) -> AsyncSlackResponse:
        """One call; SlackApiError as ever."""
        try:
            answer = await super().api_call(*given, **named)
        except SlackApiError as error:
            if code := void(error):
                await self._tell(code)
            raise
        await self._tell(None)
        return answer

    async def _tell(self, code: str | None) -> None:
        if self.told and code != self._last:
            self._last = code
            await asyncio.to_thread(self.told, code)

    async def oauth_v2_access(
        self,
        *,
        client_id: str,
        client_secret: str,
        code: str | None = None,
        redirect_uri: str | None = None,
        grant_type: str | None = None,
        refresh_token: str | None = None,
        **more: Any,
    ) -> AsyncSlackResponse:
        """Exchange a code; the secret goes in the form, since aiohttp's own way is deprecated."""
        form = {
            "client_id": client_id,
            "client_secret": client_secret,
            "code": code,
            "redirect_uri": redirect_uri,
            "grant_type": grant_type,
            "refresh_token": refresh_token,
        }
        given = {name: value for name, value in (form | more).items() if value is not None}
        return await self.api_call("oauth.v2.access", data=given)


def web_client(
    token: str, api_url: str | None, timeout_seconds: float, told: Told | None = None
) -> Client:
    """A client for that token; `api_url` redirects it to another base address.

    Its own handlers would post again after a broken connection, so there are none: an unclear
    outcome is looked up before anything is repeated.
    """
    base = f"{api_url.rstrip('/')}/" if api_url else STANDARD
    client = Client(
        token=token,
        base_url=base,
        timeout=timeout_seconds,  # type: ignore[arg-type] # aiohttp takes parts of a second
        retry_handlers=[],
        trust_env_in_session=api_url is None,
    )
    client.told = told
    return client


def authorize_url(api_url: str | None) -> str:
    """Where people allow the installation: beside the API, as Slack has it."""
    base = f"{api_url.rstrip('/')}/" if api_url else STANDARD
    return f"{base.removesuffix(API)}/oauth/v2/authorize"
