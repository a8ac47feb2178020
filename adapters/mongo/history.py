"""The newest changes in memory, so that many who resume at once need one stream, not one each."""

from collections import deque
from collections.abc import Sequence

from domain.ports import Change


class History:
    """Every change after the cursor `since`, as far as there is room; None: nothing is known yet.

    Only cursors that were seen here are believed: any other one is for the database to judge.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._changes: deque[Change] = deque()
        self._known: set[str] = set()
        self.since: str | None = None

    def begin(self, since: str | None) -> None:
        """Forget everything; what is added from now on was committed after that cursor."""
        self._changes.clear()
        self._known = {since} if since else set()
        self.since = since

    def add(self, change: Change) -> None:
        """The newest change; the oldest makes room for it."""
        self._changes.append(change)
        self._known.add(change.cursor)
        if len(self._changes) > self._room:
            self._known.discard(self.since or "")
            self.since = self._changes.popleft().cursor

    def reach(self, after: str, changes: Sequence[Change]) -> None:
        """Older changes: all after that cursor, up to `since` at least; unless they are many."""
        since = self.since or ""
        older = [change for change in changes if change.cursor <= since]
        if after < since and len(older) + len(self._changes) <= self._room:
            self._changes.extendleft(reversed(older))
            self._known |= {after, *(change.cursor for change in older)}
            self.since = after

    def after(self, cursor: str) -> list[Change] | None:
        """What came after that cursor; None when it is not known here."""
        if cursor not in self._known:
            return None
        return [change for change in self._changes if change.cursor > cursor]
