"""What modals are made of. A field's block and its element have one name: the field's."""

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

from bot.blocks.elements import Block, plain_text

USER = re.compile(r"[UW][A-Z0-9]+")
View: TypeAlias = dict[str, Any]

MOST_TITLE, MOST_METADATA, MOST_HINT, MOST_PLACEHOLDER = 24, 3_000, 2_000, 150
MOST_OPTION, MOST_OPTIONS, LONGEST_INPUT = 75, 100, 3_000


def modal(
    callback_id: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str | None = None,
    close: str = "Cancel",
    metadata: str = "",
) -> View:
    """A modal; `metadata` comes back with what is submitted."""
    if len(metadata) > MOST_METADATA:
        raise ValueError("a modal cannot remember so much")
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "title": plain_text(title, MOST_TITLE),
        "close": plain_text(close, MOST_TITLE),
        **({"submit": plain_text(submit, MOST_TITLE)} if submit else {}),
        "blocks": list(blocks),
    }


def field(
    name: str,
    label: str,
    element: Block,
    *,
    optional: bool = False,
    hint: str | None = None,
    live: bool = False,
) -> Block:
    """A labelled field; `live`: each change is told as an action of that name."""
    return {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, MOST_HINT),
        "element": {**element, "action_id": name},
        "optional": optional,
        "dispatch_action": live,
        **({"hint": plain_text(hint, MOST_HINT)} if hint else {}),
    }


def line(initial: str = "", *, placeholder: str = "", most: int = LONGEST_INPUT) -> Block:
    """A field for one line."""
    return _typed(initial, placeholder, most, multiline=False)


def area(
    initial: str = "",
    *,
    placeholder: str = "",
    most: int = LONGEST_INPUT,
    focus: bool = False,
    on_typing: bool = False,
) -> Block:
    """A field for several lines; `on_typing`: with a live field, each character is told."""
    whole = _typed(initial, placeholder, most, multiline=True) | {"focus_on_load": focus}
    told = {"trigger_actions_on": ["on_character_entered"]}
    return whole | ({"dispatch_action_config": told} if on_typing else {})


def option(text: str, value: str, description: str = "") -> Block:
    """One choice of a menu or of boxes."""
    more = {"description": plain_text(description, MOST_OPTION)} if description else {}
    return {"text": plain_text(text, MOST_OPTION), "value": value, **more}


def menu(options: Sequence[Block], chosen: str | None = None, *, placeholder: str = "") -> Block:
    """A menu of at most a hundred choices; `chosen` is a value among them."""
    shown = list(options[:MOST_OPTIONS])
    first = next((one for one in shown if one["value"] == chosen), None)
    return {
        "type": "static_select",
        "options": shown,
        **({"initial_option": first} if first else {}),
        **_hinted(placeholder),
    }


def search(placeholder: str = "", chosen: Block | None = None, *, least: int = 0) -> Block:
    """A menu whose choices we give while somebody types, from `least` characters on."""
    return {
        "type": "external_select",
        "min_query_length": least,
        **({"initial_option": chosen} if chosen else {}),
        **_hinted(placeholder),
    }


def person(chosen: str | None = None, *, placeholder: str = "") -> Block:
    """A menu of the workspace's people; a `chosen` who has no id of the chat's is left out."""
    first = {"initial_user": chosen} if chosen and USER.fullmatch(chosen) else {}
    return {"type": "users_select", **first, **_hinted(placeholder)}


def people(chosen: Sequence[str] = (), *, placeholder: str = "") -> Block:
    """A menu of the workspace's people, several of them; `chosen` are user ids."""
    first = {"initial_users": list(chosen)} if chosen else {}
    return {"type": "multi_users_select", **first, **_hinted(placeholder)}


def conversation(chosen: str | None = None, *, placeholder: str = "") -> Block:
    """A menu of the channels that whoever looks at it is in; `chosen` is a channel id."""
    own = {"include": ["public", "private"], "exclude_external_shared_channels": True}
    first = {"initial_conversation": chosen} if chosen else {}
    return {"type": "conversations_select", "filter": own, **first, **_hinted(placeholder)}


def menus(options: Sequence[Block], chosen: Sequence[str] = ()) -> Block:
    """A menu of at most a hundred choices, several of which may be made."""
    shown = list(options[:MOST_OPTIONS])
    first = [one for one in shown if one["value"] in chosen]
    more = {"initial_options": first} if first else {}
    return {"type": "multi_static_select", "options": shown, **more}


def boxes(options: Sequence[Block], ticked: Sequence[str] = ()) -> Block:
    """Boxes to tick; `ticked` are values among them."""
    first = [one for one in options if one["value"] in ticked]
    return {
        "type": "checkboxes",
        "options": list(options),
        **({"initial_options": first} if first else {}),
    }


def radios(options: Sequence[Block], chosen: str) -> Block:
    """Choices of which one is made from the beginning."""
    first = next(one for one in options if one["value"] == chosen)
    return {"type": "radio_buttons", "options": list(options), "initial_option": first}


def date(initial: str | None = None) -> Block:
    """A day, as YYYY-MM-DD."""
    return {"type": "datepicker", **({"initial_date": initial} if initial else {})}


def time(initial: str | None = None) -> Block:
    """A time of day, as HH:MM."""
    return {"type": "timepicker", **({"initial_time": initial} if initial else {})}


def _typed(initial: str, placeholder: str, most: int, *, multiline: bool) -> Block:
    return {
        "type": "plain_text_input",
        "multiline": multiline,
        "max_length": most,
        **({"initial_value": initial[:most]} if initial else {}),
        **_hinted(placeholder),
    }


def _hinted(placeholder: str) -> Block:
    return {"placeholder": plain_text(placeholder, MOST_PLACEHOLDER)} if placeholder else {}
