"""What the app asks Slack for, read from the manifest that ships with it."""

import re
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("manifest.yaml")


def text() -> str:
    """The manifest as it is pasted into Slack, its address still to be filled in."""
    return FILE.read_text(encoding="utf-8")


def listed(name: str) -> tuple[str, ...]:
    """The scalars of the list of that name; empty when there is none."""
    found = re.search(rf"^( *){name}:\n((?:\1  - .+\n)+)", text(), re.MULTILINE)
    lines = found[2].splitlines() if found else []
    return tuple(line.strip().removeprefix("- ").strip('"') for line in lines)


@cache
def scopes() -> tuple[str, ...]:
    """What the bot's token must be allowed to do."""
    return listed("bot")
