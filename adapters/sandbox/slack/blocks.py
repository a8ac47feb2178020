"""The limits of Block Kit; what breaks one is refused as Slack refuses it."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.error import SlackError

Complaints: TypeAlias = Iterator[str]
ALL_TEXT = 13_200
SELECTS = frozenset(
    f"{many}{source}_select"
    for many in ("", "multi_")
    for source in ("static", "external", "users", "conversations", "channels")
)
INPUTS = frozenset({"plain_text_input", "datepicker", "timepicker", "datetimepicker"}) | frozenset(
    {"email_text_input", "number_input", "url_text_input", "rich_text_input", "file_input"}
)
CHOICES = frozenset({"checkboxes", "radio_buttons", "overflow"})


def check_blocks(blocks: Any, most: int, *, error: str = "invalid_blocks") -> None:
    """Raise SlackError when a list of blocks breaks a limit."""
    try:
        complaints = list(_list(blocks, most))
    except (AttributeError, KeyError, TypeError) as wrong:
        told = {"messages": ["[ERROR] must be an object [json-pointer:/blocks]"]}
        raise SlackError(error, response_metadata=told) from wrong
    if complaints:
        raise SlackError(error, response_metadata={"messages": complaints})
    if error == "invalid_blocks" and _all_text(blocks) > ALL_TEXT:
        raise SlackError("msg_blocks_too_long")


def _list(blocks: Any, most: int) -> Complaints:
    if not isinstance(blocks, list):
        yield "[ERROR] blocks must be a list [json-pointer:/blocks]"
        return
    if len(blocks) > most:
        yield f"[ERROR] no more than {most} items allowed [json-pointer:/blocks]"
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        where = f"/blocks/{index}"
        if not isinstance(block, dict) or block.get("type") not in KINDS:
            yield f"[ERROR] unsupported type [json-pointer:{where}/type]"
            continue
        name = str(block.get("block_id") or index)
        if name in seen:
            yield f"[ERROR] block_id {name} already exists [json-pointer:{where}/block_id]"
        seen.add(name)
        yield from _long(name, 255, f"{where}/block_id")
        yield from KINDS[block["type"]](block, where)


def _long(value: Any, most: int, where: str) -> Complaints:
    if not isinstance(value, str):
        yield f"[ERROR] must be a string [json-pointer:{where}]"
    elif len(value) > most:
        yield f"[ERROR] must be less than {most + 1} characters [json-pointer:{where}]"


def _text(item: Any, most: int, where: str, *, plain: bool = False) -> Complaints:
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if not isinstance(item, dict) or item.get("type") not in kinds:
        yield f"[ERROR] must be a {' or '.join(kinds)} object [json-pointer:{where}]"
    elif not item.get("text"):
        yield f"[ERROR] must be more than 0 characters [json-pointer:{where}/text]"
    else:
        yield from _long(item["text"], most, f"{where}/text")


def _section(block: Json, where: str) -> Complaints:
    if "text" not in block and not block.get("fields"):
        yield f"[ERROR] missing required field: text [json-pointer:{where}]"
    if "text" in block:
        yield from _text(block["text"], 3000, f"{where}/text")
    fields = block.get("fields", [])
    if len(fields) > 10:
        yield f"[ERROR] no more than 10 items allowed [json-pointer:{where}/fields]"
    for index, field in enumerate(fields):
        yield from _text(field, 2000, f"{where}/fields/{index}")
    if "accessory" in block:
        yield from _element(block["accessory"], f"{where}/accessory")


def _header(block: Json, where: str) -> Complaints:
    yield from _text(block.get("text"), 150, f"{where}/text", plain=True)


def _context(block: Json, where: str) -> Complaints:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        yield f"[ERROR] 1 to 10 items allowed [json-pointer:{where}/elements]"
    for index, element in enumerate(elements):
        if element.get("type") == "image":
            yield from _image(element, f"{where}/elements/{index}")
        else:
            yield from _text(element, 3000, f"{where}/elements/{index}")


def _actions(block: Json, where: str) -> Complaints:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        yield f"[ERROR] 1 to 25 items allowed [json-pointer:{where}/elements]"
    names = [element.get("action_id") for element in elements if isinstance(element, dict)]
    if len(names) != len(set(names)):
        yield f"[ERROR] action_id must be unique in a block [json-pointer:{where}/elements]"
    for index, element in enumerate(elements):
        yield from _element(element, f"{where}/elements/{index}")


def _input(block: Json, where: str) -> Complaints:
    yield from _text(block.get("label"), 2000, f"{where}/label", plain=True)
    if block.get("hint"):
        yield from _text(block["hint"], 2000, f"{where}/hint", plain=True)
    yield from _element(block.get("element"), f"{where}/element")


def _image(block: Json, where: str) -> Complaints:
    if not (block.get("image_url") or block.get("slack_file")):
        yield f"[ERROR] missing required field: image_url [json-pointer:{where}]"
    yield from _long(block.get("image_url") or "", 3000, f"{where}/image_url")
    yield from _long(block.get("alt_text"), 2000, f"{where}/alt_text")


def _markdown(block: Json, where: str) -> Complaints:
    yield from _long(block.get("text"), 12_000, f"{where}/text")


def _free(_block: Json, _where: str) -> Complaints:
    yield from ()


def _element(element: Any, where: str) -> Complaints:
    if not isinstance(element, dict):
        yield f"[ERROR] missing element [json-pointer:{where}]"
        return
    kind = element.get("type")
    yield from _long(element.get("action_id", ""), 255, f"{where}/action_id")
    if "placeholder" in element:
        yield from _text(element["placeholder"], 150, f"{where}/placeholder", plain=True)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{where}/confirm")
    if kind == "button":
        yield from _button(element, where)
    elif kind == "image":
        yield from _image(element, where)
    elif kind in CHOICES or kind in ("static_select", "multi_static_select"):
        yield from _options(element, where)
    elif kind not in SELECTS and kind not in INPUTS:
        yield f"[ERROR] unsupported type: {kind} [json-pointer:{where}/type]"


def _button(element: Json, where: str) -> Complaints:
    yield from _text(element.get("text"), 75, f"{where}/text", plain=True)
    yield from _long(element.get("value", ""), 2000, f"{where}/value")
    yield from _long(element.get("url", ""), 3000, f"{where}/url")
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"[ERROR] must be primary or danger [json-pointer:{where}/style]"


def _confirm(dialog: Json, where: str) -> Complaints:
    yield from _text(dialog.get("title"), 100, f"{where}/title", plain=True)
    yield from _text(dialog.get("text"), 300, f"{where}/text")
    for name in ("confirm", "deny"):
        yield from _text(dialog.get(name), 30, f"{where}/{name}", plain=True)


def _options(element: Json, where: str) -> Complaints:
    groups = element.get("option_groups")
    most = {"checkboxes": 10, "radio_buttons": 10, "overflow": 5}.get(str(element["type"]), 100)
    if groups is not None and not 1 <= len(groups) <= 100:
        yield f"[ERROR] 1 to 100 groups allowed [json-pointer:{where}/option_groups]"
    for options in [group.get("options") for group in groups or [element]]:
        if not isinstance(options, list) or not 1 <= len(options) <= most:
            yield f"[ERROR] 1 to {most} options allowed [json-pointer:{where}/options]"
            continue
        for index, option in enumerate(options):
            yield from _text(option.get("text"), 75, f"{where}/options/{index}/text")
            yield from _long(option.get("value"), 150, f"{where}/options/{index}/value")


def _all_text(blocks: Any) -> int:
    if isinstance(blocks, dict):
        return sum(_all_text(value) for name, value in blocks.items() if name in CARRIERS)
    if isinstance(blocks, list):
        return sum(_all_text(item) for item in blocks)
    return len(blocks) if isinstance(blocks, str) else 0


CARRIERS = frozenset({"text", "fields", "elements", "label", "title", "accessory"})
KINDS: dict[str, Callable[[Json, str], Complaints]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "divider": _free,
    "rich_text": _free,
    "file": _free,
    "video": _free,
    "table": _free,
}
