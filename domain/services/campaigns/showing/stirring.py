"""What people wait to see of a campaign is looked at at once; see `boards`."""

from datetime import UTC, datetime
from typing import Any

SLOT = "show"
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


def stirred() -> dict[str, Any]:
    """What is set when a campaign changes: its message in the chat is due, whatever the time."""
    return {f"{SLOT}.due_at": AT_ONCE}
