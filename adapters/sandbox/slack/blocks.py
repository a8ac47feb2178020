"""The limits of Block Kit; what breaks one is refused as Slack refuses it."""

from collections.abc import Callable
from typing import Any

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.elements import Complaints, element, image, length, words
from adapters.sandbox.slack.error import SlackError

ALL_TEXT = 13_200


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
        yield from length(name, 255, f"{where}/block_id")
        yield from KINDS[block["type"]](block, where)


def _section(block: Json, where: str) -> Complaints:
    if "text" not in block and not block.get("fields"):
        yield f"[ERROR] missing required field: text [json-pointer:{where}]"
    if "text" in block:
        yield from words(block["text"], 3000, f"{where}/text")
    fields = block.get("fields", [])
    if len(fields) > 10:
        yield f"[ERROR] no more than 10 items allowed [json-pointer:{where}/fields]"
    for index, field in enumerate(fields):
        yield from words(field, 2000, f"{where}/fields/{index}")
    if "accessory" in block:
        yield from element(block["accessory"], f"{where}/accessory")


def _header(block: Json, where: str) -> Complaints:
    yield from words(block.get("text"), 150, f"{where}/text", plain=True)


def _context(block: Json, where: str) -> Complaints:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        yield f"[ERROR] 1 to 10 items allowed [json-pointer:{where}/elements]"
    for index, item in enumerate(elements):
        if item.get("type") == "image":
            yield from image(item, f"{where}/elements/{index}")
        else:
            yield from words(item, 3000, f"{where}/elements/{index}")


def _actions(block: Json, where: str) -> Complaints:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        yield f"[ERROR] 1 to 25 items allowed [json-pointer:{where}/elements]"
    names = [item.get("action_id") for item in elements if isinstance(item, dict)]
    if len(names) != len(set(names)):
        yield f"[ERROR] action_id must be unique in a block [json-pointer:{where}/elements]"
    for index, item in enumerate(elements):
        yield from element(item, f"{where}/elements/{index}")


def _input(block: Json, where: str) -> Complaints:
    yield from words(block.get("label"), 2000, f"{where}/label", plain=True)
    if block.get("hint"):
        yield from words(block["hint"], 2000, f"{where}/hint", plain=True)
    yield from element(block.get("element"), f"{where}/element")


def _markdown(block: Json, where: str) -> Complaints:
    yield from length(block.get("text"), 12_000, f"{where}/text")


def _free(_block: Json, _where: str) -> Complaints:
    yield from ()


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
    "image": image,
    "markdown": _markdown,
    "divider": _free,
    "rich_text": _free,
    "file": _free,
    "video": _free,
    "table": _free,
}
