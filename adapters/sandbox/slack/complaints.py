"""What the product sent that Slack would not take: nothing a user can cause, so each is a bug."""

import time
from collections.abc import Mapping
from typing import Any

from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.slack.error import SlackError

MALFORMED = frozenset(
    {
        "invalid_arguments",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_options",
        "duplicate_external_id",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "push_limit_reached",
        "too_long",
        "unknown_method",
        "view_too_large",
    }
)
GONE = "invalid slack file"  # no bug: somebody may delete a file at any time


class Complaints:
    """Kept in the ledger; a test asks at its end that there are none."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def note(self, where: str, error: SlackError, args: Mapping[str, Any]) -> None:
        """Write an error down if it says that something was malformed."""
        messages = _messages(error)
        if error.code not in MALFORMED or (messages and all(GONE in one for one in messages)):
            return
        known = self._ledger.all("complaint")
        about = {"method": where, "error": error.code, "messages": messages}
        plain = {name: value for name, value in args.items() if name != "token"}
        value = {**about, "at": time.time(), "args": plain}
        self._ledger.put("complaint", str(len(known) + 1), value)

    def all(self) -> list[Json]:
        """All of them, oldest first."""
        return list(self._ledger.all("complaint").values())


def _messages(error: SlackError) -> list[Any]:
    told = error.more.get("response_metadata")
    found = told.get("messages") if isinstance(told, dict) else None
    return list(found) if isinstance(found, list) else []
