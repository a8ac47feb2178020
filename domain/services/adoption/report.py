"""What adopting a database did, or would do."""

from dataclasses import dataclass, field
from datetime import datetime

MOST_LINES = 1_000


@dataclass
class Report:
    """Counts, and one line for each thing that somebody should look at (the first thousand).

    `agreed`: when each number that opted in did so, for what is read later.
    """

    contacts: int = 0
    texts: int = 0
    threads: int = 0
    opt_ins: int = 0
    opt_outs: int = 0
    unsent: int = 0
    indexes: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    untold: int = 0
    agreed: dict[str, datetime] = field(default_factory=dict)

    def tell(self, what: str, own: object, problem: str) -> None:
        """One thing that needs a person's eye."""
        if len(self.lines) < MOST_LINES:
            self.lines.append(f"{what} {own}: {problem}")
        else:
            self.untold += 1
