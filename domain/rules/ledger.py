"""What a number's ledger says of one moment, also of one long past."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Said:
    """One event of the ledger: when it was said, and when we came to know."""

    action: str
    level: str
    at: datetime
    recorded_at: datetime

    @property
    def counts_from(self) -> datetime:
        """Since when it holds; clocks of forms may be a little ahead of ours."""
        return min(self.at, self.recorded_at)


@dataclass(frozen=True)
class Standing:
    """Where a number stands: whether it is blocked, and the strongest yes ever given."""

    blocked: bool = False
    level: str = "none"

    @property
    def opted_in(self) -> bool:
        """Not revoked and at least express consent."""
        return not self.blocked and self.level != "none"

    def after(self, event: Said) -> "Standing":
        """A no suspends; a new yes never lowers what was agreed to before."""
        if event.action == "opt_out":
            return Standing(True, self.level)
        return Standing(False, "written" if self.level == "written" else event.level)


def standing(events: Iterable[Said], moment: datetime) -> Standing:
    """The number's standing at that moment, from its events in the order of their recording.

    A statement holds from when it was said, even if we heard of it later. A no that was on
    record by then blocks in any case, whatever is said of earlier moments.
    """
    known = list(events)
    recorded = _sum(one for one in known if one.recorded_at <= moment)
    by_time = sorted(known, key=lambda one: one.counts_from)
    spoken = _sum(one for one in by_time if one.counts_from <= moment)
    return Standing(spoken.blocked or recorded.blocked, spoken.level)


def _sum(events: Iterable[Said]) -> Standing:
    total = Standing()
    for event in events:
        total = total.after(event)
    return total
