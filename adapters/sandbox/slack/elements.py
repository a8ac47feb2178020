"""The limits of the elements in blocks: texts, pictures, buttons, menus and inputs."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from adapters.sandbox.ledger import Json

Complaints: TypeAlias = Iterator[str]
SELECTS = frozenset(
    f"{many}{source}_select"
    for many in ("", "multi_")
    for source in ("static", "external", "users", "conversations", "channels")
)
INPUTS = frozenset({"plain_text_input", "datepicker", "timepicker", "datetimepicker"}) | frozenset(
    {"email_text_input", "number_input", "url_text_input", "rich_text_input", "file_input"}
)
CHOICES = frozenset({"checkboxes", "radio_buttons", "overflow"})


def length(value: Any, most: int, where: str) -> Complaints:
    """A string of at most so many characters."""
    if not isinstance(value, str):
        yield f"[ERROR] must be a string [json-pointer:{where}]"
    elif len(value) > most:
        yield f"[ERROR] must be less than {most + 1} characters [json-pointer:{where}]"


def words(item: Any, most: int, where: str, *, plain: bool = False) -> Complaints:
    """A text object, not empty."""
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if not isinstance(item, dict) or item.get("type") not in kinds:
        yield f"[ERROR] must be a {' or '.join(kinds)} object [json-pointer:{where}]"
    elif not item.get("text"):
        yield f"[ERROR] must be more than 0 characters [json-pointer:{where}/text]"
    else:
        yield from length(item["text"], most, f"{where}/text")


def image(block: Json, where: str) -> Complaints:
    """A picture, which must be described."""
    if not (block.get("image_url") or block.get("slack_file")):
        yield f"[ERROR] missing required field: image_url [json-pointer:{where}]"
    yield from length(block.get("image_url") or "", 3000, f"{where}/image_url")
    yield from length(block.get("alt_text"), 2000, f"{where}/alt_text")


def element(item: Any, where: str) -> Complaints:
    """A button, menu or input."""
    if not isinstance(item, dict):
        yield f"[ERROR] missing element [json-pointer:{where}]"
        return
    kind = item.get("type")
    yield from length(item.get("action_id", ""), 255, f"{where}/action_id")
    if "placeholder" in item:
        yield from words(item["placeholder"], 150, f"{where}/placeholder", plain=True)
    if "confirm" in item:
        yield from _confirm(item["confirm"], f"{where}/confirm")
    if kind == "button":
        yield from _button(item, where)
    elif kind == "image":
        yield from image(item, where)
    elif kind in CHOICES or kind in ("static_select", "multi_static_select"):
        yield from _options(item, where)
    elif kind not in SELECTS and kind not in INPUTS:
        yield f"[ERROR] unsupported type: {kind} [json-pointer:{where}/type]"


def _button(element: Json, where: str) -> Complaints:
    yield from words(element.get("text"), 75, f"{where}/text", plain=True)
    yield from length(element.get("value", ""), 2000, f"{where}/value")
    yield from length(element.get("url", ""), 3000, f"{where}/url")
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"[ERROR] must be primary or danger [json-pointer:{where}/style]"


def _confirm(dialog: Json, where: str) -> Complaints:
    yield from words(dialog.get("title"), 100, f"{where}/title", plain=True)
    yield from words(dialog.get("text"), 300, f"{where}/text")
    for name in ("confirm", "deny"):
        yield from words(dialog.get(name), 30, f"{where}/{name}", plain=True)


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
            yield from words(option.get("text"), 75, f"{where}/options/{index}/text")
            yield from length(option.get("value"), 150, f"{where}/options/{index}/value")
