"""The one translator of failures for people in Slack: a modal's error or an ephemeral text."""

import uuid
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError

from bot.forms import BLOCK
from bot.reading import Json, part
from domain.errors import DomainError

STALE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "trigger_expired"})
TOO_SLOW = "Slack did not wait for the form. Press the button once more."
OURS = "Something went wrong on our side. Tell your operator this id: {error_id}."

log = structlog.get_logger(__name__)


async def tell(error: Exception, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
    """Say it to whoever acted. An event that failed unexpectedly is refused: Slack sends it again.

    Bolt calls this with what a listener raised, by these names.
    """
    expected = _sentence(error)
    sentence = expected or _logged(error)
    if body.get("type") == "view_submission":
        return _beside_field(sentence, body)
    if context.respond is not None and context.response_url:
        await context.respond(sentence, response_type="ephemeral", replace_original=False)
        return BoltResponse(status=200)
    return BoltResponse(status=200 if expected else 500)


def _sentence(error: Exception) -> str | None:
    """What a person may read of an expected failure; None when nobody expected it."""
    if isinstance(error, DomainError):
        return " ".join(filter(None, (error.message, error.help)))
    if isinstance(error, SlackApiError) and error.response.get("error") in STALE:
        return TOO_SLOW
    return None


def _logged(error: Exception) -> str:
    error_id = uuid.uuid4().hex[:12]
    log.error("slack.failed", error_id=error_id, exc_info=error)
    return OURS.format(error_id=error_id)


def _beside_field(sentence: str, body: Json) -> BoltResponse:
    """Slack shows a modal's error below one of its fields."""
    values = part(part(part(body, "view"), "state"), "values")
    field = next(iter(values), BLOCK)
    return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: sentence}})
