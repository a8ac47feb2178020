"""The one translator of failures for people in Slack: below a form's fields, or where they look."""

import uuid
from typing import Any

import aiohttp
import structlog
from slack_bolt import BoltResponse
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.elements import section
from bot.forms import BLOCK
from bot.reading import Json, part, word
from bot.views import parts
from domain import outages
from domain.errors import DomainError
from domain.rules.words.mrkdwn import escaped

STALE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "trigger_expired"})
TOO_SLOW = "Slack did not wait for the form. Press the button once more."
DATABASE = "The database cannot be reached. Try again shortly."
OURS = "Something went wrong on our side. Tell your operator this id: {error_id}."
AWAY = (aiohttp.ClientError, TimeoutError, OSError)
SORRY = "That did not work"
NOTICE = "notice"

log = structlog.get_logger(__name__)


async def tell(
    error: Exception, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
) -> BoltResponse:
    """Say it to whoever acted. An event that failed unexpectedly is refused: Slack sends it again.

    Bolt calls this with what a listener raised, by these names.
    """
    expected = _sentence(error)
    away = expected is None and outages.passes(error)
    sentence = expected or (_away(error) if away else _logged(error))
    if body.get("type") == "view_submission":
        return _in_form(error, sentence, body)
    if context.respond is not None and context.response_url:
        await context.respond(sentence, response_type="ephemeral", replace_original=False)
        return BoltResponse(status=200)
    if part(body, "view") and body.get("trigger_id"):
        await _over_view(sentence, body, client)
        return BoltResponse(status=200)
    return BoltResponse(status=200 if expected else 503 if away else 500)


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


def _away(error: Exception) -> str:
    log.warning("database.away", path="slack", kind=type(error).__name__)
    return DATABASE


def _in_form(error: Exception, sentence: str, body: Json) -> BoltResponse:
    """Below the fields that are meant; over a form without fields, as a page of its own."""
    view = part(body, "view")
    blocks = view.get("blocks") or ()
    names = [word(one, "block_id") for one in blocks if _is_field(one)]
    if blocks and not names:
        return _answer({"response_action": "push", "view": _notice(sentence)})
    told = _placed(error, sentence, names or [BLOCK])
    return _answer({"response_action": "errors", "errors": told})


def _placed(error: Exception, sentence: str, names: list[str]) -> dict[str, str]:
    """Each field's error below it; what is about no field of the form, below the first."""
    told: dict[str, list[str]] = {}
    for one in error.fields if isinstance(error, DomainError) else ():
        told.setdefault(one.field if one.field in names else names[0], []).append(one.message)
    if not told:
        return {names[0]: sentence}
    if isinstance(error, DomainError) and error.help:
        next(iter(told.values())).append(error.help)
    return {name: " ".join(dict.fromkeys(said)) for name, said in told.items()}


def _is_field(block: object) -> bool:
    return isinstance(block, dict) and block.get("type") == "input"


async def _over_view(sentence: str, body: Json, client: AsyncWebClient) -> None:
    """A button inside a form or the App Home has no channel to answer in."""
    over = client.views_push if part(body, "view").get("type") == "modal" else client.views_open
    try:
        await over(trigger_id=word(body, "trigger_id"), view=_notice(sentence))
    except SlackApiError as error:
        log.warning("slack.untold", reason=error.response.get("error"))
    except AWAY as error:
        log.warning("slack.untold", reason=type(error).__name__)


def _notice(sentence: str) -> parts.View:
    return parts.modal(NOTICE, SORRY, [section(escaped(sentence))], close="OK")


def _answer(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=body)
