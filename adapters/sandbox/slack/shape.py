"""What a view may be: its titles, its lengths, its blocks."""

from typing import Any

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.blocks import check_blocks
from adapters.sandbox.slack.error import SlackError

LARGEST = 250_000


def checked(view: Any, kind: str) -> Json:
    """The view with all fields that Slack fills in; SlackError when it breaks a limit."""
    if not isinstance(view, dict) or view.get("type") != kind:
        raise SlackError("invalid_arguments", response_metadata={"messages": [f"need a {kind}"]})
    if len(str(view)) > LARGEST:
        raise SlackError("view_too_large")
    complaints = [*_titles(view, kind), *_lengths(view)]
    if complaints:
        raise SlackError("invalid_arguments", response_metadata={"messages": complaints})
    check_blocks(view.get("blocks", []), 100, error="invalid_arguments")
    blanks = {"callback_id": "", "private_metadata": "", "external_id": "", "title": None}
    return {**blanks, "submit": None, "close": None, "state": {"values": {}}, **view}


def _titles(view: Json, kind: str) -> list[str]:
    wrong = []
    for name in ("title", "submit", "close"):
        part = view.get(name)
        words = part.get("text", "") if isinstance(part, dict) else ""
        if len(words) > 24:
            wrong.append(
                f"[ERROR] must be less than 25 characters [json-pointer:/view/{name}/text]"
            )
    if kind == "modal" and not view.get("title"):
        wrong.append("[ERROR] missing required field: title [json-pointer:/view]")
    blocks = view.get("blocks")
    has_input = isinstance(blocks, list) and any(
        isinstance(block, dict) and block.get("type") == "input" for block in blocks
    )
    if kind == "modal" and has_input and not view.get("submit"):
        wrong.append("[ERROR] submit is required with input blocks [json-pointer:/view]")
    return wrong


def _lengths(view: Json) -> list[str]:
    limits = {"private_metadata": 3000, "callback_id": 255, "external_id": 255}
    return [
        f"[ERROR] must be less than {most + 1} characters [json-pointer:/view/{name}]"
        for name, most in limits.items()
        if len(str(view.get(name) or "")) > most
    ]
