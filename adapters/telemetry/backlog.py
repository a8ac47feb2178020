"""What waits, and what did not work, as the database has it: cheap questions, asked now and then.

Each is served by an index and bounded, and what was found is good for a while, so that no number
of scrapers can hurt. All processes of an installation tell the same.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pymongo
import structlog
from pymongo.errors import PyMongoError

from domain import outbox
from domain.model import Message
from domain.rules.status import MessageStatus
from domain.services.operation import processes
from domain.services.registry import chores

Match = dict[str, Any]
Earliest = Callable[[], datetime | None]

MOST = 10_000
"""So many are counted at most; more shows as this."""
GOOD_FOR = 10.0
PATIENCE_SECONDS = 3.0
LATELY = timedelta(hours=1)
OPEN = (
    MessageStatus.HELD,
    MessageStatus.SCHEDULED,
    MessageStatus.QUEUED,
    MessageStatus.SENDING,
    MessageStatus.UNKNOWN,
)
CONVERSATION: Match = {"yields": None, "line": None}
ANY: Match = {}
SLOTS: dict[str, tuple[str, Match]] = {
    "dispatch": ("dispatch", CONVERSATION),
    "relay": ("relay", {"yields": None}),
    "relay_yielding": ("relay", {"yields": True}),
    "effects": ("effects", ANY),
    "fetch": ("fetch", ANY),
}
"""By the name in the figures: the field of a text, and which of them."""
LEASED = ("effects", "fetch")
CHORES = (
    chores.CONSENTS,
    chores.LOOKUP,
    chores.DEACTIVATIONS,
    chores.FIGURES,
    chores.RECORDS,
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Gauge:
    """One figure of the moment: its name without the prefix, its one label, and by label."""

    name: str
    help: str
    label: str
    values: Mapping[str, float]


class Backlog:
    """Asked by scrapes, which may come at the same time and from many places."""

    def __init__(
        self,
        now: Callable[[], datetime],
        senders: Sequence[str] = (),
        lanes: Callable[[], Mapping[str, Earliest]] = dict,
        good_for: float = GOOD_FOR,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now, self._senders, self._lanes = now, tuple(senders), lanes
        self._good_for, self._tick = good_for, tick
        self._lock = threading.Lock()
        self._found: list[Gauge] = []
        self._until = 0.0

    def gauges(self) -> list[Gauge]:
        """All of them; without the database only that it is away. Blocks: call it in a thread."""
        with self._lock:
            if self._tick() >= self._until:
                self._found = self._asked()
                self._until = self._tick() + self._good_for
            return self._found

    def _asked(self) -> list[Gauge]:
        found: list[Gauge] = []
        try:
            with pymongo.timeout(PATIENCE_SECONDS):
                found = [*self._figures(self._now())]
        except PyMongoError as error:
            log.warning("backlog.unknown", reason=type(error).__name__)
        up = {"": float(bool(found))}
        return [Gauge("database_up", "1 while the database answers.", "", up), *found]

    def _figures(self, now: datetime) -> Iterator[Gauge]:
        due = {name: _count(_due(*which, now)) for name, which in SLOTS.items()}
        oldest = {
            name: _age(outbox.earliest(slot, (kind,)), now) for name, (slot, kind) in SLOTS.items()
        }
        lines = [_in_line(sender) for sender in self._senders]
        due["dispatch_line"] = min(sum(_count(_due(*one, now)) for one in lines), MOST)
        firsts = [at for slot, kind in lines if (at := outbox.earliest(slot, (kind,)))]
        oldest["dispatch_line"] = _age(min(firsts, default=None), now)
        yield Gauge("slot_due", "Open work of a slot that is due by now.", "slot", due)
        told = "How long the work that is due first has been due."
        yield Gauge("slot_oldest_due_seconds", told, "slot", oldest)
        yield Gauge("slot_leased", "Work that a worker has in hand.", "slot", _leased(now))
        dead = {"dispatch": _count(_failed(now) | {"dispatch.state": "dead"})}
        yield Gauge("slot_dead", "Work of the last hour that was given up.", "slot", dead)
        yield Gauge("open_texts", "Texts that have not left.", "status", _open())
        kinds = Counter(one.kind for one in processes.alive(now))
        yield Gauge("processes", "Processes that are alive.", "kind", dict(kinds))
        ages = {name: _age(earliest(), now) for name, earliest in self._lanes().items()}
        told = "How long a lane's next work has been due; of a worker's own lanes."
        yield Gauge("lane_oldest_due_seconds", told, "lane", ages)
        late = {"": _count({"recoveredAt": {"$gt": now - LATELY}})}
        yield Gauge("recovered_texts", "Texts of the last hour that no webhook told.", "", late)
        known = chores.found(CHORES)
        troubled = {name: float(bool(one.trouble)) for name, one in known.items()}
        yield Gauge("chore_trouble", "1 while that chore does not work.", "chore", troubled)
        refused = _refused(now)
        yield Gauge("refused_texts", "Texts that the gate refused in an hour.", "code", refused)


def _in_line(sender: str) -> tuple[str, Match]:
    return "dispatch", {"yields": True, "line": sender}


def _due(slot: str, kind: Match, now: datetime) -> Match:
    return {f"{slot}.{name}": value for name, value in kind.items()} | {
        f"{slot}.due_at": {"$lte": now}
    }


def _outbound(status: MessageStatus) -> Match:
    return {"status": str(status), "direction": "outbound"}


def _failed(now: datetime) -> Match:
    return _outbound(MessageStatus.FAILED) | {"createdAt": {"$gt": now - LATELY}}


def _leased(now: datetime) -> dict[str, float]:
    """A text that is being handed over is `sending`; other slots say so themselves."""
    leased = {
        slot: _count({f"{slot}.state": "leased", f"{slot}.due_at": {"$gt": now}}) for slot in LEASED
    }
    return leased | {"dispatch": _count(_outbound(MessageStatus.SENDING))}


def _open() -> dict[str, float]:
    return {str(status): _count(_outbound(status)) for status in OPEN}


def _refused(now: datetime) -> dict[str, float]:
    lately = {"createdAt": {"$gt": now - LATELY}}
    rows = Message._get_collection().aggregate(
        [
            {"$match": _outbound(MessageStatus.REFUSED) | lately},
            {"$limit": MOST},
            {"$group": {"_id": "$decision.code", "count": {"$sum": 1}}},
        ]
    )
    return {str(row["_id"] or "UNKNOWN").lower(): float(row["count"]) for row in rows}


def _count(match: Match) -> float:
    return float(Message._get_collection().count_documents(match, limit=MOST))


def _age(due_at: datetime | None, now: datetime) -> float:
    return max((now - due_at).total_seconds(), 0.0) if due_at else 0.0
