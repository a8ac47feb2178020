"""Failures in words: below the fields that are meant, over a form, in the channel."""

import json
from typing import Any

import pytest
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import problems
from domain.errors import Conflict, DomainError, FieldError, InvalidInput
from tests.bot.office import NOWHERE


def form(*names: str, blocks: bool = True) -> dict[str, Any]:
    """A submitted form with these fields."""
    shown = [{"type": "section"}, *({"type": "input", "block_id": name} for name in names)]
    view = {"type": "modal", "state": {"values": {name: {} for name in names}}}
    return {"type": "view_submission", "view": view | ({"blocks": shown} if blocks else {})}


async def answer(error: Exception, body: dict[str, Any]) -> dict[str, Any]:
    client = AsyncWebClient("xoxb-x", base_url=NOWHERE, retry_handlers=[])
    told = await problems.tell(error, body, AsyncBoltContext({}), client)
    found = json.loads(told.body)
    assert isinstance(found, dict)
    return found


def wrong(*fields: str, help: str | None = None) -> DomainError:
    errors = tuple(FieldError(name, f"{name} is wrong.") for name in fields)
    return InvalidInput("Look again.", fields=errors, help=help)


async def test_each_error_is_below_its_field() -> None:
    told = await answer(wrong("phone", "email"), form("name", "phone", "email"))
    assert told["errors"] == {"phone": "phone is wrong.", "email": "email is wrong."}


async def test_what_the_form_does_not_have_is_below_the_first() -> None:
    told = await answer(wrong("agentId", "email"), form("name", "email"))
    assert told["errors"] == {"name": "agentId is wrong.", "email": "email is wrong."}


async def test_two_errors_of_one_field_are_both_told_each_once() -> None:
    told = await answer(wrong("a", "b", "b"), form("name"))
    assert told["errors"] == {"name": "a is wrong. b is wrong."}


async def test_what_to_do_comes_with_the_first() -> None:
    told = await answer(wrong("phone", help="Use +1."), form("name", "phone"))
    assert told["errors"] == {"phone": "phone is wrong. Use +1."}


async def test_an_error_of_no_field_is_below_the_first() -> None:
    told = await answer(Conflict("Too late.", help="Start over."), form("name", "phone"))
    assert told["errors"] == {"name": "Too late. Start over."}


async def test_a_form_without_fields_gets_a_page_over_it() -> None:
    told = await answer(Conflict("Too <late>."), form())
    assert told["response_action"] == "push"
    assert told["view"]["blocks"][0]["text"]["text"] == "Too &lt;late&gt;."


async def test_a_form_whose_blocks_are_not_told_is_answered_all_the_same() -> None:
    told = await answer(Conflict("Too late."), form("name", blocks=False))
    assert told["errors"] == {"text": "Too late."}


@pytest.mark.parametrize("kind", ["modal", "home"])
async def test_a_button_in_a_view_that_slack_will_not_put_a_page_over_is_acknowledged(
    kind: str,
) -> None:
    body = {"type": "block_actions", "view": {"type": kind}, "trigger_id": "1.2.3"}
    client = AsyncWebClient("xoxb-x", base_url=NOWHERE, retry_handlers=[])
    told = await problems.tell(Conflict("No."), body, AsyncBoltContext({}), client)
    assert told.status == 200
