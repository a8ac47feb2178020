"""What a refused Web API call said."""

from collections.abc import Awaitable
from typing import Any

from slack_sdk.errors import SlackApiError


async def error_of(call: Awaitable[Any]) -> str:
    """The error code of a call that Slack refuses."""
    return str((await refused(call))["error"])


async def refused(call: Awaitable[Any]) -> Any:
    """The whole answer to a call that Slack refuses."""
    try:
        answer = await call
    except SlackApiError as error:
        return error.response.data
    raise AssertionError(f"the call was done: {answer.data}")
