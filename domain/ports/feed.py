"""What was committed, in order, as it happens."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Change:
    """One committed change that a person could see, in commit order.

    `cursor` is the change stream's own token; `document` is the raw document as it is now
    (None once deleted); `touched` are the fields that this very change set, by their paths.
    """

    cursor: str
    kind: str  # "insert" | "update" | "delete" | "checkpoint"
    collection: str
    id: Any
    document: dict[str, Any] | None
    touched: dict[str, Any]


class Feed(Protocol):
    """Committed changes as they happen, and from any cursor that the database still reaches."""

    async def cursor(self) -> str:
        """The present moment: everything committed before it is already readable."""

    def follow(self, after: str | None) -> AbstractAsyncContextManager[AsyncIterator[Change]]:
        """Changes after that cursor (None: from now), then live; CursorExpired when too old.

        A reader that falls behind is cut off by FellBehind.
        """
