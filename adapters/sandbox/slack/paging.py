"""Lists in pages."""

from typing import TypeVar

from adapters.sandbox.slack.call import Call

Item = TypeVar("Item")


def paged(call: Call, items: list[Item]) -> tuple[list[Item], str]:
    """One page of a list and the cursor of the next, empty at the end."""
    start, size = call.number("cursor", 0), min(max(call.number("limit", 100), 1), 1000)
    more = start + size < len(items)
    return items[start : start + size], str(start + size) if more else ""
