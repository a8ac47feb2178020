"""Whether the state of every number is what its ledger comes to; where not, it is made so.

Safe while everything runs: what looks wrong is looked at again within a transaction, which is
also the one that mends it. May be ended at any time and run again.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from domain.model import Contact, Number, NumberKey
from domain.services.ledger import mirrors, orphans, states

__all__ = ["check", "rebuild", "size"]

Seen = Callable[[int], None]


def size() -> int:
    """How many documents a run will look at."""
    nouns = (NumberKey, Number, Contact)
    return sum(int(noun._get_collection().estimated_document_count()) for noun in nouns)


def check(now: datetime, seen: Seen = lambda _: None) -> Iterator[str]:
    """A line for each difference, by the ledger's id of the number: never the number itself."""
    return _found(now, seen, mend=False)


def rebuild(now: datetime, seen: Seen = lambda _: None) -> Iterator[str]:
    """The same differences, each of them mended where the ledger is whole."""
    return _found(now, seen, mend=True)


def _found(now: datetime, seen: Seen, *, mend: bool) -> Iterator[str]:
    yield from states.found(seen, mend=mend)
    yield from orphans.found(now, seen, mend=mend)
    yield from mirrors.found(seen, mend=mend)
