"""What the chat's own records say of a place: who typed what, as it stands there now."""

from dataclasses import dataclass
from datetime import datetime

from domain.values.files import FileRef


@dataclass(frozen=True)
class Span:
    """Between two timestamps of the chat's, neither of them included."""

    after: str
    before: str

    def holds(self, ts: str) -> bool:
        """Whether that timestamp is inside; all of them have as many digits."""
        return self.after < ts < self.before


@dataclass(frozen=True)
class Typed:
    """A message that a person typed; below another one it has a `thread_ts`.

    `text` is as the customer would read it, `edited_ts` when it was last edited.
    """

    origin: str
    ts: str
    thread_ts: str | None
    user_id: str
    team_id: str
    foreign: bool
    text: str
    said_at: datetime
    edited_ts: str | None = None
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True)
class History:
    """One page of the records, oldest first. `left` is the part of the span still to be read.

    `there` are the timestamps of all that stands there, whoever wrote it.
    """

    typed: tuple[Typed, ...]
    there: frozenset[str]
    left: Span | None = None
