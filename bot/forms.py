"""Clicks and forms as data: the `Reply` modal, the `Send` shortcut, the release of a hold. Pure."""

import html
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.reading import Json, answer, by_person, part, team_of, word
from domain.rules.mrkdwn import plain
from domain.rules.segments import MAX_BODY
from domain.services.outbound import Answer
from domain.values import Place

REPLY_FORM = "reply_form"
SEND = "send"
BLOCK, INPUT = "text", "text"
MOST_LABEL = 150


def reply_form(thread_id: str, person: str) -> dict[str, Any]:
    """The modal behind `Reply`; it remembers which conversation it is about."""
    label = f"Your text to {' '.join(person.split())}"
    field = {
        "type": "plain_text_input",
        "action_id": INPUT,
        "multiline": True,
        "max_length": MAX_BODY,
        "focus_on_load": True,
    }
    return {
        "type": "modal",
        "callback_id": REPLY_FORM,
        "private_metadata": thread_id,
        "title": _plain_text("Reply by text"),
        "submit": _plain_text("Send"),
        "close": _plain_text("Cancel"),
        "blocks": [
            {
                "type": "input",
                "block_id": BLOCK,
                "label": _plain_text(label[:MOST_LABEL]),
                "element": field,
            }
        ],
    }


def submitted(body: Json, place: Place, now: datetime) -> Answer:
    """What was written in the modal, for the conversation that lives in that place."""
    view = part(body, "view")
    field = part(part(part(part(view, "state"), "values"), BLOCK), INPUT)
    team_id = team_of(body)
    return Answer(
        origin=f"slack:{team_id}/view/{word(view, 'id')}",
        channel_id=place.channel_id,
        thread_ts=place.thread_ts,
        ts=None,
        user_id=word(part(body, "user"), "id"),
        team_id=_user_team(body),
        foreign=_user_team(body) != team_id,
        text=plain(html.escape(word(field, "value"), quote=False), {}),
        said_at=now,
    )


def chosen(body: Json, names: dict[str, str], now: datetime) -> Answer | None:
    """The typed message on which `Send` was chosen, said now by who chose; None: not typed."""
    message = part(body, "message")
    if not by_person(message):
        return None
    said = answer(body, word(part(body, "channel"), "id"), message, names)
    return said and replace(
        said,
        user_id=word(part(body, "user"), "id"),
        team_id=_user_team(body),
        foreign=_user_team(body) != team_of(body),
        said_at=now,
    )


def pressed(body: Json) -> str:
    """The value of the button that was pressed."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else {}
    return word(first, "value") if isinstance(first, dict) else ""


def _user_team(body: Json) -> str:
    return word(part(body, "user"), "team_id") or team_of(body)


def _plain_text(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
