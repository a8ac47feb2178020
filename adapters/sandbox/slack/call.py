"""One Web API call: its arguments, read leniently as Slack reads them, and who makes it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.channel import Channel
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.people import BOT_USER
from adapters.sandbox.slack.workspace import Workspace

NESTED = ("blocks", "attachments", "metadata", "view", "files", "unfurls", "users_list")
USER_ID = re.compile(r"[UW][A-Z0-9]+")


@dataclass(frozen=True)
class Call:
    """The arguments of a call by the bot, and the workspace it is made in."""

    workspace: Workspace
    args: Mapping[str, Any]

    def text(self, name: str, default: str | None = None) -> str:
        """A string argument; SlackError when it is needed and absent."""
        value = self.args.get(name)
        if value is None or value == "":
            if default is None:
                raise SlackError("invalid_arguments", needed=name)
            return default
        return value if isinstance(value, str) else str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean argument, also when written as a string."""
        value = self.args.get(name)
        if value is None:
            return default
        return value is True or str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """A whole number, also when written as a string."""
        value = str(self.args.get(name) or "")
        return int(value) if value.isdecimal() else default

    def names(self, name: str) -> list[str]:
        """A list of ids, given as a list or with commas between."""
        value = self.args.get(name) or []
        items = value if isinstance(value, list) else str(value).split(",")
        parts = [str(item) for item in items]
        return [part.strip() for part in parts if part.strip()]

    def channel(self, name: str = "channel") -> Channel:
        """The conversation meant, if the bot may know of it."""
        found = self.workspace.channel(self.text(name, "?"))
        if found is None or (found.private and BOT_USER not in found.members):
            raise SlackError("channel_not_found")
        return found

    def joined(self, name: str = "channel") -> Channel:
        """The conversation meant, if the bot is in it."""
        found = self.channel(name)
        if BOT_USER not in found.members:
            raise SlackError("is_archived" if found.archived else "not_in_channel")
        return found

    def open_channel(self, name: str = "channel") -> Channel:
        """The conversation meant, if the bot is in it and it is not archived."""
        found = self.channel(name)
        if found.archived:
            raise SlackError("is_archived")
        return self.joined(name)


Method: TypeAlias = Callable[[Call], Json]


def decoded(args: Mapping[str, Any]) -> Json:
    """Arguments with the nested ones parsed, when they came as strings in a form."""
    return {
        name: _parsed(name, value) if name in NESTED and isinstance(value, str) else value
        for name, value in args.items()
        if name != "token"
    }


def _parsed(name: str, value: str) -> Any:
    if not value:
        return None
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as wrong:
        code = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}
        raise SlackError(code.get(name, "invalid_arguments")) from wrong
