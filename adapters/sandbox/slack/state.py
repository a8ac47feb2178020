"""What a person puts into the elements of a view, in Slack's words."""

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
    return {"type": kind, "value": None if value is None else str(value)}


def initial(element: Json) -> Any:
    """What an element holds before anybody touches it."""
    for name, value in element.items():
        if name.startswith("initial_"):
            return value
    return None


def filled(blocks: list[Json], given: Mapping[str, Any]) -> Json:
    """The `values` of a submission, from `{block_id or action_id: value}` or Slack's own form."""
    values: Json = {}
    for block, element in elements(blocks):
        if element["type"] == "button":
            continue
        name, action = block["block_id"], element["action_id"]
        present = given.get(name, given.get(action, initial(element)))
        inner = present.get(action) if isinstance(present, dict) else None
        state = inner if isinstance(inner, dict) else answered(element, present)
        values.setdefault(name, {})[action] = state
    return values


def missing(blocks: list[Json], values: Json) -> dict[str, str]:
    """The required inputs left empty, with what Slack's own client says about them."""
    wrong = {}
    for block, element in elements(blocks):
        if block["type"] != "input" or block.get("optional"):
            continue
        state = values[block["block_id"]][element["action_id"]]
        if not any(value for name, value in state.items() if name != "type"):
            wrong[block["block_id"]] = "Please complete this required field."
    return wrong


def _option(element: Json, value: Any) -> Json | None:
    if value is None or isinstance(value, dict):
        return value
    groups = element.get("option_groups") or [element]
    options = [option for group in groups for option in group.get("options", [])]
    for option in options:
        if value in (option["value"], option["text"]["text"]):
            return dict(option)
    return {"text": {"type": "plain_text", "text": str(value)}, "value": str(value)}
