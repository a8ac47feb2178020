"""The forms of Slack's requests, as far as Bolt relies on them without looking.

A signed request of another form comes from no Slack that we know; it is a bad request, not a
failure of ours.
"""

import json
from typing import Any
from urllib.parse import parse_qs

CLICKS, FORMS = frozenset({"block_actions"}), frozenset({"view_submission", "view_closed"})
OBJECTS = ("event", "view", "message", "container", "state")


class Misshapen(ValueError):
    """It cannot be read, or has another form than Slack's requests."""


def check(text: str, kind: str) -> None:
    """Raise Misshapen for what Bolt would stumble over."""
    payload = text
    try:
        if not kind.startswith("application/json") and not text.startswith("{"):
            payload = parse_qs(text, keep_blank_values=True).get("payload", ["{}"])[-1]
        read = json.loads(payload or "{}")
    except (ValueError, RecursionError) as error:
        raise Misshapen("This request cannot be read.") from error
    if not isinstance(read, dict) or not _fits(read):
        raise Misshapen("This request has an unknown form.")


def _fits(read: dict[str, Any]) -> bool:
    named = [read.get("type"), _part(read, "event").get("type")]
    if not all(isinstance(name, str | None) for name in named):
        return False
    if "event" in read and not isinstance(read["event"], dict):
        return False
    if not all(isinstance(read.get(name), dict | None) for name in OBJECTS):
        return False
    return (named[0] not in CLICKS or _is_click(read)) and (named[0] not in FORMS or _is_form(read))


def _is_click(read: dict[str, Any]) -> bool:
    """Somebody pressed something: the parts of it are objects, and there is one at least."""
    actions = read.get("actions")
    return (
        isinstance(read.get("user"), dict)
        and isinstance(actions, list)
        and bool(actions)
        and all(isinstance(one, dict) for one in actions)
    )


def _is_form(read: dict[str, Any]) -> bool:
    """Somebody filled a form in, or closed it."""
    view = _part(read, "view")
    return isinstance(read.get("user"), dict) and isinstance(view.get("state", {}), dict)


def _part(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}
