"""What an app's Slack manifest offers to people: its commands, its shortcuts and its home."""

import re
from dataclasses import dataclass

from adapters.sandbox.config import Command, Shortcut

LINE = re.compile(r"( *)(- )?(\w+):(?: +(.*))?")


@dataclass(frozen=True)
class Features:
    """The part of a manifest that the page shows."""

    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    home: bool = False


def features(manifest: str) -> Features:
    """Read the YAML of a manifest as far as `features` needs: plain keys, lists of plain keys."""
    commands = _items(manifest, "slash_commands")
    shortcuts = _items(manifest, "shortcuts")
    return Features(
        tuple(
            Command(one["command"], one.get("description", ""), one.get("usage_hint", ""))
            for one in commands
        ),
        tuple(
            Shortcut(one["callback_id"], one["name"], one["type"], one.get("description", ""))
            for one in shortcuts
        ),
        re.search(r"^ +home_tab_enabled: true$", manifest, re.MULTILINE) is not None,
    )


def _items(manifest: str, name: str) -> list[dict[str, str]]:
    """The objects of the list under a key."""
    found: list[dict[str, str]] = []
    depth: int | None = None
    for line in manifest.splitlines():
        match = LINE.fullmatch(line.split(" #")[0].rstrip())
        if match is None:
            continue
        indent, dash, key, value = len(match[1]), match[2], match[3], match[4] or ""
        if depth is not None and indent <= depth and not dash:
            break
        if depth is not None:
            if dash:
                found.append({})
            found[-1][key] = value.strip("\"'")
        elif key == name and not value:
            depth = indent
    return found
