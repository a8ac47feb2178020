"""What an agent's own page shows: where they are on it, and the rows that are there."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.values.campaigns import Progress
from domain.values.chat import Place
from domain.values.figures import Sums
from domain.values.replies import Responder, Week

TABS = (
    *("mine", "unassigned", "failed", "scheduled"),
    *("search", "templates", "campaigns", "replies", "figures", "health"),
)
LONGEST_SPOT, LONGEST_QUERY = 1_900, 100
EVERYBODYS = "all"
"""As what is looked for among scheduled texts: not only one's own."""


@dataclass(frozen=True)
class Spot:
    """A tab, the cursors that led to the present page of it, and what is looked for."""

    tab: str = TABS[0]
    trail: tuple[str, ...] = ()
    query: str = ""

    @classmethod
    def read(cls, text: str) -> "Spot":
        """The spot that a button or a document holds; the first tab for what is none."""
        tab, _, rest = text.partition(":")
        trail, _, query = rest.partition(":")
        cursors = tuple(one for one in trail.split(",") if one)
        return cls(tab, cursors, query[:LONGEST_QUERY]) if tab in TABS else cls()

    @property
    def text(self) -> str:
        """As it is written into a button: a cursor has neither commas nor colons."""
        return f"{self.tab}:{','.join(self.trail)}:{self.query}"

    @property
    def after(self) -> str | None:
        """The cursor of the present page; None on the first."""
        return self.trail[-1] if self.trail else None

    def older(self, cursor: str) -> "Spot":
        """The next page; of a long way only its end is remembered."""
        trail = (*self.trail, cursor)
        while len(trail) > 1 and len(",".join(trail)) > LONGEST_SPOT - LONGEST_QUERY:
            trail = trail[1:]
        return replace(self, trail=trail)

    @property
    def newer(self) -> "Spot | None":
        """The page before; None on the first."""
        return replace(self, trail=self.trail[:-1]) if self.trail else None


@dataclass(frozen=True)
class Talk:
    """A conversation; `waiting` says how long the customer has waited, None once answered."""

    thread_id: str
    name: str
    words: str
    unread: int = 0
    waiting: str | None = None
    place: Place | None = None


@dataclass(frozen=True)
class Failure:
    """A text of ours that did not arrive, and why; `by` sent it."""

    message_id: str
    name: str
    words: str
    at: datetime
    by: str
    reason: str
    help: str
    may_retry: bool
    place: Place | None = None


@dataclass(frozen=True)
class Planned:
    """A text that waits for its time; `when` says it for both clocks, `by` who wrote it."""

    message_id: str
    name: str
    words: str
    when: str
    by: str = ""


@dataclass(frozen=True)
class Match:
    """A contact that was looked for."""

    contact_id: str
    name: str
    phone: str
    email: str | None = None


@dataclass(frozen=True)
class Sample:
    """A template; `editable` by whoever looks."""

    template_id: str
    name: str
    words: str
    shared: bool
    editable: bool


@dataclass(frozen=True)
class Point:
    """What one part of the installation says of itself: `ok`, `warning` or `failed`.

    `at`: when it was looked at, where that was not just now.
    """

    name: str
    status: str
    message: str
    fix: str | None = None
    at: datetime | None = None


Row = Responder | Week | Talk | Failure | Planned | Match | Sample | Progress | Sums | Point


@dataclass(frozen=True)
class HomePage:
    """One page of somebody's own; `refusal` (a sentence, what to do) when it is not for them.

    `fresh`: there is nothing at all yet. `counts` by tab, at most `MOST_COUNTED`. `held`:
    conversations whose words may mean stop, which come before the rows.
    """

    spot: Spot
    rows: tuple[Row, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    older: Spot | None = None
    newer: Spot | None = None
    admin: bool = False
    fresh: bool = False
    refusal: tuple[str, str] | None = None
    held: tuple[Row, ...] = ()


MOST_COUNTED = 100


@dataclass(frozen=True)
class Published:
    """The chat shows the page, under `hash`."""

    hash: str
