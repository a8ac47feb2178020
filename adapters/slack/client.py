"""The Web API client: Slack's own SDK, which repeats nothing by itself."""

from slack_sdk.web.async_client import AsyncWebClient

STANDARD = "https://slack.com/api/"


def web_client(token: str, api_url: str | None, timeout_seconds: float) -> AsyncWebClient:
    """A client for that token; `api_url` redirects it to another base address.

    Its own handlers would post again after a broken connection, so there are none: an unclear
    outcome is looked up before anything is repeated.
    """
    base = f"{api_url.rstrip('/')}/" if api_url else STANDARD
    return AsyncWebClient(
        token=token,
        base_url=base,
        timeout=timeout_seconds,  # type: ignore[arg-type] # aiohttp takes parts of a second
        retry_handlers=[],
        trust_env_in_session=api_url is None,
    )
