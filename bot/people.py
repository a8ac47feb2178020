"""What a person wrote into a contact's form, as a profile. Pure.

Of a contact that exists only that is said what differs from what the form showed when it was
opened: what somebody else has changed since stays as they left it.
"""

import html
from collections.abc import Callable
from typing import Any

from bot import forms
from bot.reading import Json, part, word
from domain.rules.words.mrkdwn import plain
from domain.services.people.fields import KEEP, Keep
from domain.services.people.pieces import Lines
from domain.services.people.profiles import Profile

LINES = ("street", "city", "state", "zip", "timeframe", "priceMin", "priceMax")
LISTS = ("propertyTypes", "locations")
TICKS, INTENTS = "wants", ("buying", "selling")
DO_NOT_CALL = "doNotCall"
INITIAL = ("initial_value", "initial_user")


def described(body: Json) -> Profile:
    """Everything in the form of a new contact."""
    return _profile(body, lambda name: forms.typed(body, name) != "")


def changed(body: Json) -> Profile:
    """What differs from what was shown."""
    return _profile(body, lambda name: differs(body, name))


def differs(body: Json, name: str) -> bool:
    """Whether somebody changed the field of that name; one that was not shown nobody did."""
    return name in _fields(body) and _shown(body, name) != _told(body, name)


def _profile(body: Json, said: Callable[[str], bool]) -> Profile:
    def text(name: str) -> str | Keep | None:
        return (_told(body, name) or None) if said(name) else KEEP

    return Profile(
        first_name=text("firstName"),
        last_name=text("lastName"),
        phone=text("phone"),
        email=text("email"),
        status=text("status"),
        preferred=text("preferred"),
        notes=text("notes"),
        assigned_agent=text("assignedAgent"),
        timezone=text("timezone"),
        do_not_call=_flag(body, DO_NOT_CALL),
        pieces=_pieces(body, said),
        **_lists(body, "addPhones", "phones"),
        **_lists(body, "addTags", "tags"),
    )


def _flag(body: Json, name: str) -> bool | Keep:
    """Whether the one box of that field was ticked, or its tick taken away."""
    now, before = bool(forms.ticked(body, name)), bool(_ticked_before(body, name))
    return KEEP if now == before or name not in _fields(body) else now


def _lists(body: Json, name: str, word_for: str) -> dict[str, Any]:
    change = _change(body, name)
    return {f"add_{word_for}": change.add, f"remove_{word_for}": change.remove}


def _pieces(body: Json, said: Callable[[str], bool]) -> dict[str, Any]:
    found: dict[str, Any] = {name: forms.typed(body, name) or None for name in LINES if said(name)}
    changes = {name: _change(body, name) for name in LISTS}
    found |= {name: change for name, change in changes.items() if change != Lines()}
    now, before = set(forms.ticked(body, TICKS)), _ticked_before(body, TICKS)
    return found | {one: one in now for one in INTENTS if (one in now) != (one in before)}


def _change(body: Json, name: str) -> Lines:
    """What was added to a list and taken off, by its lines; new ones may be parted by commas."""
    if name not in _fields(body):
        return Lines()
    before, now = _lines(_shown(body, name)), _lines(_told(body, name))
    fresh = [one for line in now if line not in before for one in _parted(name, line)]
    return Lines(tuple(fresh), tuple(line for line in before if line not in now))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _parted(name: str, line: str) -> list[str]:
    """Places have commas of their own."""
    if name == "locations":
        return [line]
    return [one.strip() for one in line.split(",") if one.strip()]


def _fields(body: Json) -> Json:
    return part(part(part(body, "view"), "state"), "values")


def _told(body: Json, name: str) -> str:
    return _flat(forms.typed(body, name))


def _shown(body: Json, name: str) -> str:
    """What the field held when the form was opened, read the same way as what it holds now."""
    element = _element(body, name)
    chosen = word(part(element, "initial_option"), "value")
    value = next(filter(None, (chosen, *(word(element, one) for one in INITIAL))), "")
    return _flat(plain(html.escape(html.unescape(value), quote=False), {}))


def _flat(text: str) -> str:
    """Slack ends lines in one way only."""
    return text.replace("\r\n", "\n")


def _ticked_before(body: Json, name: str) -> set[str]:
    options = _element(body, name).get("initial_options")
    found = options if isinstance(options, list) else []
    return {word(one, "value") for one in found if isinstance(one, dict)}


def _element(body: Json, name: str) -> Json:
    blocks = part(body, "view").get("blocks")
    found = blocks if isinstance(blocks, list) else []
    named = (one for one in found if isinstance(one, dict) and one.get("block_id") == name)
    return part(next(named, {}), "element")
