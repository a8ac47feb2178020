"""What a view may be: its titles, its lengths, its blocks."""

from collections.abc import Container
from typing import Any

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.blocks import check_blocks
from adapters.sandbox.slack.error import SlackError

LARGEST = 250_000
FILLED = frozenset(
    {"id", "team_id", "app_id", "app_installed_team_id", "bot_id", "hash", "state", "for", "open"}
    | {"root_view_id", "previous_view_id", "errors"}
)


KNOWN = frozenset(
    {"type", "title", "blocks", "close", "submit", "private_metadata", "callback_id"}
    | {"clear_on_close", "notify_on_close", "external_id", "submit_disabled"}
)


def checked(view: Any, kind: str, files: Container[str] | None = None) -> Json:
    """The view with all fields that Slack fills in; SlackError when it breaks a limit."""
    if not isinstance(view, dict) or view.get("type") != kind:
        raise SlackError("invalid_arguments", response_metadata={"messages": [f"need a {kind}"]})
    if len(str(view)) > LARGEST:
        raise SlackError("view_too_large")
    complaints = [*_unknown(view), *_titles(view, kind), *_lengths(view)]
    if complaints:
        raise SlackError("invalid_arguments", response_metadata={"messages": complaints})
    check_blocks(view.get("blocks"), 100, error="invalid_arguments", files=files)
    blanks = {"callback_id": "", "private_metadata": "", "external_id": "", "title": None}
    return {**blanks, "submit": None, "close": None, "state": {"values": {}}, **view}


def _unknown(view: Json) -> list[str]:
    """Fields that Slack itself fills in are taken back without a word."""
    return [
        f"[ERROR] invalid additional property: {name} [json-pointer:/view]"
        for name in sorted(set(view) - KNOWN - FILLED)
    ]


def _titles(view: Json, kind: str) -> list[str]:
    wrong = []
    for name in ("title", "submit", "close"):
        part = view.get(name)
        words = part.get("text", "") if isinstance(part, dict) else ""
        if part and (not words or part.get("type") != "plain_text"):
            wrong.append(f"[ERROR] must be a plain_text object [json-pointer:/view/{name}]")
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
