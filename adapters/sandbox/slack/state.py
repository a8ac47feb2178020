"""What a person puts into the elements of a view, in Slack's words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.sandbox.ledger import Json

SINGLE = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
EMAIL, NUMBER = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), re.compile(r"-?\d+(\.\d+)?")
ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
MANY_OPTIONS = frozenset({"checkboxes", "multi_static_select", "multi_external_select"})


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with its block."""
    for index, block in enumerate(blocks):
        named = {**block, "block_id": block.get("block_id") or f"block-{index}"}
        found = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
        for element in found:
            if isinstance(element, dict) and "action_id" in element:
                yield named, element


def answered(element: Json, value: Any) -> Json:
    """The state of an element after `value` was put in; options may be named by their value."""
    kind = element["type"]
    if kind in SINGLE:
        return {"type": kind, SINGLE[kind]: value}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": _option(element, value)}
    if kind in MANY_OPTIONS:
        chosen = value if isinstance(value, list) else [] if value is None else [value]
        return {"type": kind, "selected_options": [_option(element, item) for item in chosen]}
    if kind == "file_input":
        return {"type": kind, "files": value or []}
    return {"type": kind, "value": None if value is None else str(value)}


def initial(element: Json) -> Any:
    """What an element holds before anybody touches it."""
    for name, value in element.items():
        if name.startswith("initial_"):
            return value
    return None


def remaining(blocks: list[Json], known: Mapping[str, Any]) -> Json:
    """Of the `values` known, those of fields that are still there under the same two names."""
    values: Json = {}
    for block, element in elements(blocks):
        state = known.get(block["block_id"], {}).get(element["action_id"])
        if state is not None and state["type"] == element["type"] and _possible(element, state):
            values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def _possible(element: Json, state: Json) -> bool:
    chosen = [state.get("selected_option"), *(state.get("selected_options") or [])]
    if "options" not in element and "option_groups" not in element:
        return True
    groups = element.get("option_groups") or [element]
    offered = [option for group in groups for option in group["options"]]
    return all(option in offered for option in chosen if option)


def filled(
    blocks: list[Json], given: Mapping[str, Any], known: Mapping[str, Any] | None = None
) -> Json:
    """The `values` of a submission, from `{block_id or action_id: value}` or Slack's own form.

    What is not given is as it was `known`, else as the form proposes it.
    """
    values: Json = {}
    left = remaining(blocks, known or {})
    for block, element in elements(blocks):
        if element["type"] == "button":
            continue
        name, action = block["block_id"], element["action_id"]
        before = left.get(name, {}).get(action) or answered(element, initial(element))
        put = _put(element, name, given)
        state = before if put is None else put
        values.setdefault(name, {})[action] = state
    return values


def unknown(blocks: list[Json], given: Mapping[str, Any]) -> list[str]:
    """The names in it that are of no field there."""
    inside: dict[str, set[str]] = {}
    for block, element in elements(blocks):
        inside.setdefault(block["block_id"], set()).add(element["action_id"])
    known = set(inside).union(*inside.values())
    wrong = [name for name in given if name not in known]
    for name, actions in inside.items():
        own = _own_form(given.get(name))
        wrong += [f"{name}/{action}" for action in own if action not in actions]
    return wrong


def offered(element: Json) -> list[str]:
    """The values and the labels of its options; none where they are asked for or there are none."""
    groups = element.get("option_groups") or [element]
    options = [option for group in groups for option in group.get("options", [])]
    return [name for one in options for name in (one["value"], one["text"]["text"])]


def missing(blocks: list[Json], values: Json) -> dict[str, str]:
    """The inputs left empty or filled wrongly, with what Slack's own client says about them."""
    wrong = {}
    for block, element in elements(blocks):
        if block["type"] != "input":
            continue
        state = values[block["block_id"]][element["action_id"]]
        empty = not any(value for name, value in state.items() if name != "type")
        if empty and not block.get("optional"):
            wrong[block["block_id"]] = "Please complete this required field."
        elif not empty and (complaint := _unfit(element, str(state.get("value") or ""))):
            wrong[block["block_id"]] = complaint
    return wrong


def _put(element: Json, block: str, given: Mapping[str, Any]) -> Json | None:
    """The state that was given for an element of that block; None if none was."""
    action, own = element["action_id"], _own_form(given.get(block))
    if action in own:
        value = own[action]
        said = isinstance(value, dict) and not {"text", "value"} <= set(value)
        return value if said else answered(element, value)
    for name in (action,) if own else (block, action):
        if name in given:
            return answered(element, given[name])
    return None


def _own_form(value: Any) -> Json:
    """What Slack has of a block, its elements by their names; nothing of a value or an option."""
    plain = not isinstance(value, dict) or isinstance(value.get("value"), str)
    return {} if plain else value


def _unfit(element: Json, typed: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    match element["type"]:
        case "plain_text_input" if len(typed) < least:
            return f"Please use at least {least} characters."
        case "plain_text_input" if len(typed) > most:
            return f"Please use at most {most} characters."
        case "email_text_input" if not EMAIL.fullmatch(typed):
            return "Please enter a valid email address."
        case "number_input" if not NUMBER.fullmatch(typed):
            return "Please enter a valid number."
    return None


def _option(element: Json, value: Any) -> Json | None:
    if value is None or isinstance(value, dict):
        return value
    groups = element.get("option_groups") or [element]
    options = [option for group in groups for option in group.get("options", [])]
    for option in options:
        if value in (option["value"], option["text"]["text"]):
            return dict(option)
    return {"text": {"type": "plain_text", "text": str(value)}, "value": str(value)}
