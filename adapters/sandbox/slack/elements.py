"""The limits of what can be used in blocks: buttons, menus, boxes and fields."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.pieces import (
    VIEW,
    Findings,
    Surface,
    choices,
    confirm,
    count,
    flag,
    length,
    number,
    only,
    option,
    picture,
    style,
    words,
    wrong,
)

SOURCES = ("static", "external", "users", "conversations", "channels")
SELECTS = frozenset(f"{many}{source}_select" for many in ("", "multi_") for source in SOURCES)
MOMENTS = frozenset({"datepicker", "timepicker", "datetimepicker"})
BOXES = frozenset({"checkboxes", "radio_buttons"})
TYPED = frozenset({"plain_text_input", "email_text_input", "number_input", "url_text_input"})
TYPED |= {"rich_text_input", "file_input"}
EVERYWHERE = SELECTS | MOMENTS | BOXES
BESIDE = EVERYWHERE | {"button", "overflow", "image", "workflow_button"}
IN_ROW = EVERYWHERE | {"button", "overflow", "workflow_button"}
IN_FIELD = EVERYWHERE | TYPED

COMMON = ("action_id", "confirm", "focus_on_load", "placeholder")
OWN: dict[str, tuple[str, ...]] = {
    "button": ("action_id", "confirm", "text", "value", "url", "style", "accessibility_label"),
    "image": ("image_url", "slack_file", "alt_text"),
    "overflow": ("action_id", "confirm", "options"),
    "checkboxes": ("action_id", "confirm", "focus_on_load", "options", "initial_options"),
    "radio_buttons": ("action_id", "confirm", "focus_on_load", "options", "initial_option"),
    "datepicker": (*COMMON, "initial_date"),
    "timepicker": (*COMMON, "initial_time", "timezone"),
    "datetimepicker": ("action_id", "confirm", "focus_on_load", "initial_date_time"),
    "plain_text_input": (
        *("action_id", "focus_on_load", "placeholder", "dispatch_action_config", "initial_value"),
        *("multiline", "min_length", "max_length"),
    ),
    "static_select": (*COMMON, "options", "option_groups", "initial_option"),
    "number_input": (
        *("action_id", "focus_on_load", "placeholder", "dispatch_action_config", "initial_value"),
        *("is_decimal_allowed", "min_value", "max_value"),
    ),
    "file_input": ("action_id", "filetypes", "max_files"),
    "external_select": (*COMMON, "min_query_length", "initial_option"),
    "users_select": (*COMMON, "initial_user"),
}
PATTERNS = {
    "initial_date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "initial_time": re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
}
TRIGGERS = {"on_enter_pressed", "on_character_entered"}


def element(item: Any, where: str, surface: Surface, allowed: frozenset[str]) -> Findings:
    """A button, menu or field of one of the kinds that may stand there."""
    if not isinstance(item, dict):
        yield wrong("missing element", where)
        return
    kind = str(item.get("type"))
    if kind not in allowed or (kind == "file_input" and surface.kind != VIEW):
        yield wrong(f"unsupported type: {kind}", f"{where}/type")
        return
    if kind in OWN:
        yield from only(item, OWN[kind], where)
    yield from length(item.get("action_id", ""), 255, f"{where}/action_id")
    if "placeholder" in item:
        yield from words(item["placeholder"], 150, f"{where}/placeholder", plain=True)
    if "confirm" in item:
        yield from confirm(item["confirm"], f"{where}/confirm")
    yield from flag(item, "focus_on_load", where)
    if kind == "image":
        yield from picture(item, where, surface)
    elif kind in CHECKS:
        yield from CHECKS[kind](item, where)


def _button(item: Json, where: str) -> Findings:
    yield from words(item.get("text"), 75, f"{where}/text", plain=True)
    yield from length(item.get("value", ""), 2000, f"{where}/value")
    yield from length(item.get("url", ""), 3000, f"{where}/url")
    yield from length(item.get("accessibility_label", ""), 75, f"{where}/accessibility_label")
    yield from style(item, where)


def _overflow(item: Json, where: str) -> Findings:
    yield from choices(item, where, most=5)


def _boxes(item: Json, where: str) -> Findings:
    yield from choices(item, where, most=10)
    yield from _initial(item, where)


def _menu(item: Json, where: str) -> Findings:
    yield from choices(item, where)
    yield from _initial(item, where)
    yield from _most_chosen(item, where)


def _search(item: Json, where: str) -> Findings:
    if "min_query_length" in item:
        yield from number(item["min_query_length"], 0, 3000, f"{where}/min_query_length")
    for name, one in _initials(item):
        yield from option(one, f"{where}/{name}")
    yield from _most_chosen(item, where)


def _initial(item: Json, where: str) -> Findings:
    """What is chosen at first is one of the choices, to the letter."""
    offered = list(_offered(item))
    for name, one in _initials(item):
        if one not in offered:
            yield wrong("must be one of the provided options", f"{where}/{name}")
    if item.get("initial_options") == []:
        yield from count([], 1, 100, f"{where}/initial_options")


def _offered(item: Json) -> Iterator[Any]:
    for group in item.get("option_groups") or [item]:
        yield from group.get("options") or []


def _initials(item: Json) -> Iterator[tuple[str, Any]]:
    if "initial_option" in item:
        yield "initial_option", item["initial_option"]
    for index, one in enumerate(item.get("initial_options") or []):
        yield f"initial_options/{index}", one


def _most_chosen(item: Json, where: str) -> Findings:
    if "max_selected_items" in item:
        yield from number(item["max_selected_items"], 1, 100, f"{where}/max_selected_items")


def _moment(item: Json, where: str) -> Findings:
    for name, pattern in PATTERNS.items():
        if name in item and not pattern.fullmatch(str(item[name])):
            yield wrong("has a wrong format", f"{where}/{name}")
    if "initial_date_time" in item:
        yield from number(
            item["initial_date_time"], 10**9, 10**10 - 1, f"{where}/initial_date_time"
        )


def _line(item: Json, where: str) -> Findings:
    yield from flag(item, "multiline", where)
    least, most = item.get("min_length", 0), item.get("max_length", 3000)
    yield from number(least, 0, 3000, f"{where}/min_length")
    yield from number(most, 1, 3000, f"{where}/max_length")
    if isinstance(least, int) and isinstance(most, int):
        if least > most:
            yield wrong("must not be more than max_length", f"{where}/min_length")
        yield from length(item.get("initial_value", ""), min(most, 3000), f"{where}/initial_value")
    yield from _dispatch(item, where)


def _figure(item: Json, where: str) -> Findings:
    if not isinstance(item.get("is_decimal_allowed"), bool):
        yield wrong("missing required field: is_decimal_allowed", where)
    yield from _dispatch(item, where)


def _files(item: Json, where: str) -> Findings:
    kinds = item.get("filetypes", [])
    if not isinstance(kinds, list) or not all(isinstance(one, str) and one for one in kinds):
        yield wrong("must be a list of strings", f"{where}/filetypes")
    if "max_files" in item:
        yield from number(item["max_files"], 1, 10, f"{where}/max_files")


def _dispatch(item: Json, where: str) -> Findings:
    config = item.get("dispatch_action_config")
    if config is None:
        return
    told = config.get("trigger_actions_on") if isinstance(config, dict) else None
    if not isinstance(told, list) or not told or not set(told) <= TRIGGERS:
        place = f"{where}/dispatch_action_config"
        yield wrong(f"trigger_actions_on is a list of {', '.join(sorted(TRIGGERS))}", place)


CHECKS: dict[str, Callable[[Json, str], Findings]] = {
    "button": _button,
    "overflow": _overflow,
    **dict.fromkeys(BOXES, _boxes),
    **dict.fromkeys(("static_select", "multi_static_select"), _menu),
    **dict.fromkeys(SELECTS - {"static_select", "multi_static_select"}, _search),
    **dict.fromkeys(MOMENTS, _moment),
    "plain_text_input": _line,
    "number_input": _figure,
    "file_input": _files,
    **dict.fromkeys(("email_text_input", "url_text_input"), _dispatch),
}
