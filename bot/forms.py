"""Clicks, shortcuts and filled-in forms as data. Pure."""

import html
import re
from dataclasses import replace
from datetime import datetime

from bot.reading import Json, answer, by_person, part, team_of, word
from domain.rules.words.mrkdwn import plain
from domain.services.outbound import Answer
from domain.values import Place

SEND = "send"
BLOCK, TEMPLATE = "text", "template"
NIGHT, ANYWAY, OPENING = "night", "anyway", "opening"
KINDS = ("date", "time", "user", "channel", "conversation")


def submitted(body: Json, place: Place, now: datetime, *, previewed: bool = True) -> Answer:
    """What was written in the modal, for the conversation that lives in that place.

    `previewed`: the modal showed how long the text is and what it costs.
    """
    view = part(body, "view")
    team_id = team_of(body)
    return Answer(
        origin=f"slack:{team_id}/view/{word(view, 'id')}",
        channel_id=place.channel_id,
        thread_ts=place.thread_ts,
        ts=None,
        user_id=word(part(body, "user"), "id"),
        team_id=_user_team(body),
        foreign=_user_team(body) != team_id,
        text=typed(body, BLOCK),
        said_at=now,
        clicked=True,
        previewed=previewed,
        template_id=written(body, TEMPLATE) or None,
        confirmed=written(body, NIGHT) == ANYWAY,
        patient=written(body, NIGHT) == OPENING,
    )


def chosen(
    body: Json, names: dict[str, str], now: datetime, home: str | None = None
) -> Answer | None:
    """The typed message on which `Send` was chosen, said now by who chose; None: not typed.

    `home`: the workspace whose installation made the channel.
    """
    message = part(body, "message")
    if not by_person(message):
        return None
    said = answer(body, word(part(body, "channel"), "id"), message, names, home)
    return said and replace(
        said,
        user_id=word(part(body, "user"), "id"),
        team_id=_user_team(body),
        foreign=_user_team(body) != (home or team_of(body)),
        said_at=now,
        clicked=True,
    )


def pressed(body: Json) -> str:
    """The value of the button that was pressed."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else {}
    return word(first, "value") if isinstance(first, dict) else ""


def used(body: Json) -> str:
    """The name of what was pressed, chosen or typed into."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else {}
    return word(first, "action_id") if isinstance(first, dict) else ""


def typed(body: Json, name: str) -> str:
    """The words in the field of that name, as a phone shows them."""
    return plain(html.escape(written(body, name), quote=False), {})


def written(body: Json, name: str) -> str:
    """What is in the field of that name, be it typed or chosen; empty when there is nothing."""
    field = _field(body, name)
    chosen = (word(field, f"selected_{kind}") for kind in KINDS)
    given = (word(field, "value"), word(part(field, "selected_option"), "value"), *chosen)
    return next(filter(None, given), "")


def ticked(body: Json, name: str) -> tuple[str, ...]:
    """The values of the boxes that are ticked in the field of that name."""
    options = _field(body, name).get("selected_options")
    found = options if isinstance(options, list) else []
    return tuple(word(one, "value") for one in found if isinstance(one, dict))


def attached(body: Json, name: str) -> str:
    """The id of the file in the field of that name; empty when there is none."""
    files = _field(body, name).get("files")
    first = files[0] if isinstance(files, list) and files else {}
    return word(first, "id") if isinstance(first, dict) else ""


def remembered(body: Json) -> str:
    """What the form was given to remember."""
    return word(part(body, "view"), "private_metadata")


def block_of(body: Json, name: str) -> str:
    """What the field is called now: one that we filled in anew is `name:1`, `name:2`, …"""
    values = part(part(part(body, "view"), "state"), "values")
    anew = re.compile(rf"{re.escape(name)}:([0-9]{{1,6}})", re.ASCII)
    found = [match for key in values if (match := anew.fullmatch(key))]
    return max(found, key=lambda one: int(one[1]))[0] if found else name


def option_of(body: Json, name: str) -> tuple[str, str]:
    """The words and the value of what is chosen in the menu of that name; empty without."""
    chosen = part(_field(body, name), "selected_option")
    return word(part(chosen, "text"), "text"), word(chosen, "value")


def _field(body: Json, name: str) -> Json:
    """A field's block and its element have one name."""
    values = part(part(part(body, "view"), "state"), "values")
    block = block_of(body, name)
    return part(part(values, block), block)


def _user_team(body: Json) -> str:
    return word(part(body, "user"), "team_id") or team_of(body)
