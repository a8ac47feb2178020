"""How far a campaign is, as people are told of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

OVER = frozenset({"canceled", "done"})


@dataclass(frozen=True)
class Tally:
    """Everybody of the audience is excluded, queued, sent or failed."""

    audience: int = 0
    excluded: int = 0
    queued: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    replies: int = 0
    opt_outs: int = 0
    clicks: int = 0

    @property
    def done(self) -> float:
        """The share of the audience for whom all is settled, 0 to 1."""
        return (self.audience - self.queued) / self.audience if self.audience else 0.0


@dataclass(frozen=True)
class Outcome:
    """What came of it: why texts failed (a reason and how many, most first), and the money.

    `roi` is the gain as a share of the cost, None where there was none; `unit` is a currency.
    """

    failures: tuple[tuple[str, int], ...]
    cost: Decimal
    value: Decimal
    roi: float | None
    unit: str


@dataclass(frozen=True)
class Progress:
    """One campaign at one moment. `by` is who wrote it.

    `ends_at` is when the last text leaves if nothing comes between; `goes_on_at` when the next
    ones may leave, if that is not now; `reason` is why the breaker stopped it.
    """

    campaign_id: str
    name: str
    status: str
    per_minute: int
    tally: Tally
    by: str = ""
    start_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    ends_at: datetime | None = None
    goes_on_at: datetime | None = None
    reason: str = ""
    outcome: Outcome | None = None

    @property
    def over(self) -> bool:
        """Whether nothing of it leaves any more, for good."""
        return self.status in OVER
