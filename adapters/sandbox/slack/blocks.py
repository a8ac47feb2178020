"""The limits of Block Kit; what breaks one is refused as Slack refuses it."""

from collections.abc import Callable, Container
from typing import Any

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.elements import BESIDE, IN_FIELD, IN_ROW, element
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.pieces import (
    MESSAGE,
    VIEW,
    Findings,
    Surface,
    choices,
    count,
    flag,
    length,
    only,
    picture,
    words,
    wrong,
)

ALL_TEXT = 13_200
RICH = frozenset(f"rich_text_{kind}" for kind in ("section", "list", "preformatted", "quote"))
MESSAGES_ONLY = frozenset({"markdown", "table", "context_actions"})


def check_blocks(
    blocks: Any,
    most: int,
    *,
    error: str = "invalid_blocks",
    files: Container[str] | None = None,
) -> None:
    """Raise SlackError when a list of blocks breaks a limit; `files` are the ids that exist."""
    surface = Surface(MESSAGE if error == "invalid_blocks" else VIEW, files)
    _raise(error, lambda: list(_list(blocks, most, surface)), "/blocks")
    if error == "invalid_blocks" and _all_text(blocks) > ALL_TEXT:
        raise SlackError("msg_blocks_too_long")


def check_options(answer: Any) -> None:
    """Raise SlackError when an answer is not what an external select can show."""
    given = answer if isinstance(answer, dict) else {}
    _raise("invalid_options", lambda: list(choices(given, "", least=0)), "/options")


def _raise(error: str, find: Callable[[], list[str]], where: str) -> None:
    try:
        findings = find()
    except (AttributeError, KeyError, TypeError):
        findings = [wrong("must be an object", where)]
    if findings:
        raise SlackError(error, response_metadata={"messages": findings})


def _list(blocks: Any, most: int, surface: Surface) -> Findings:
    yield from count(blocks, 0, most, "/blocks")
    if not isinstance(blocks, list):
        return
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        where = f"/blocks/{index}"
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in KINDS or (kind in MESSAGES_ONLY and surface.kind == VIEW):
            yield wrong("unsupported type", f"{where}/type")
            continue
        name = str(block.get("block_id") or index)
        if name in seen:
            yield wrong(f"block_id {name} already exists", f"{where}/block_id")
        seen.add(name)
        yield from length(name, 255, f"{where}/block_id")
        names, check = KINDS[kind]
        if names:
            yield from only(block, ("block_id", *names), where)
        yield from check(block, where, surface)
    if sum(_focused(block) for block in blocks) > 1:
        yield wrong("only one element may have focus_on_load", "/blocks")


def _focused(block: Any) -> int:
    if not isinstance(block, dict):
        return 0
    inside = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
    return sum(isinstance(item, dict) and item.get("focus_on_load") is True for item in inside)


def _section(block: Json, where: str, surface: Surface) -> Findings:
    if "text" not in block and not block.get("fields"):
        yield wrong("missing required field: text", where)
    if "text" in block:
        yield from words(block["text"], 3000, f"{where}/text")
    if "fields" in block:
        yield from count(block["fields"], 1, 10, f"{where}/fields")
    for index, field in enumerate(block.get("fields", [])):
        yield from words(field, 2000, f"{where}/fields/{index}")
    if "accessory" in block:
        yield from element(block["accessory"], f"{where}/accessory", surface, BESIDE)


def _header(block: Json, where: str, _surface: Surface) -> Findings:
    yield from words(block.get("text"), 150, f"{where}/text", plain=True)


def _context(block: Json, where: str, surface: Surface) -> Findings:
    yield from count(block.get("elements"), 1, 10, f"{where}/elements")
    for index, item in enumerate(block.get("elements") or []):
        if item.get("type") == "image":
            yield from element(item, f"{where}/elements/{index}", surface, frozenset({"image"}))
        else:
            yield from words(item, 3000, f"{where}/elements/{index}")


def _actions(block: Json, where: str, surface: Surface) -> Findings:
    elements = block.get("elements")
    yield from count(elements, 1, 25, f"{where}/elements")
    items = elements if isinstance(elements, list) else []
    names = [item["action_id"] for item in items if isinstance(item, dict) and "action_id" in item]
    if len(names) != len(set(names)):
        yield wrong("action_id must be unique in a block", f"{where}/elements")
    for index, item in enumerate(items):
        yield from element(item, f"{where}/elements/{index}", surface, IN_ROW)


def _input(block: Json, where: str, surface: Surface) -> Findings:
    yield from words(block.get("label"), 2000, f"{where}/label", plain=True)
    if block.get("hint"):
        yield from words(block["hint"], 2000, f"{where}/hint", plain=True)
    for name in ("optional", "dispatch_action"):
        yield from flag(block, name, where)
    yield from element(block.get("element"), f"{where}/element", surface, IN_FIELD)


def _image(block: Json, where: str, surface: Surface) -> Findings:
    yield from picture(block, where, surface)
    if "title" in block:
        yield from words(block["title"], 2000, f"{where}/title", plain=True)


def _markdown(block: Json, where: str, _surface: Surface) -> Findings:
    yield from length(block.get("text"), 12_000, f"{where}/text")


def _rich(block: Json, where: str, _surface: Surface) -> Findings:
    for index, item in enumerate(block["elements"]):
        place = f"{where}/elements/{index}"
        if item.get("type") not in RICH:
            yield wrong("unsupported type", f"{place}/type")
        elif not isinstance(item.get("elements"), list):
            yield wrong("missing required field: elements", place)


def _free(_block: Json, _where: str, _surface: Surface) -> Findings:
    yield from ()


def _all_text(blocks: Any) -> int:
    if isinstance(blocks, dict):
        return sum(_all_text(value) for name, value in blocks.items() if name in CARRIERS)
    if isinstance(blocks, list):
        return sum(_all_text(item) for item in blocks)
    return len(blocks) if isinstance(blocks, str) else 0


CARRIERS = frozenset({"text", "fields", "elements", "label", "title", "accessory"})
KINDS: dict[str, tuple[tuple[str, ...], Callable[[Json, str, Surface], Findings]]] = {
    "section": (("text", "fields", "accessory", "expand"), _section),
    "header": (("text",), _header),
    "context": (("elements",), _context),
    "actions": (("elements",), _actions),
    "input": (("label", "element", "hint", "optional", "dispatch_action"), _input),
    "image": (("image_url", "slack_file", "alt_text", "title"), _image),
    "markdown": (("text",), _markdown),
    "divider": ((), _free),
    "rich_text": (("elements",), _rich),
    "file": ((), _free),
    "video": ((), _free),
    "table": ((), _free),
}
