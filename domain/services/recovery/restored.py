"""After a backup was restored: what may have happened since it was taken is not done once more.

A text that was still to leave may have left by now, was edited or called back, so none leaves by
itself: each is looked up in the carrier's records, adopted if it is there, and asked of a person
otherwise. What would make texts anew is told in `doubts`. Campaigns wait for somebody to resume
them, and then each of their texts is looked up first (`since` is when the backup was taken). Before
anything leaves at all, the carrier's records since then are read, so that a STOP that came
meanwhile is in force.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from domain import outbox
from domain.errors import InvalidInput
from domain.model import Campaign, Chore, Message, Restoration, Thread
from domain.model.campaign import CANCELED, DONE, PAUSED, RUNNING, SCHEDULED
from domain.model.restoration import DONE as READ
from domain.model.restoration import LOADING, READING
from domain.rules.recovery import Cadence
from domain.rules.status import OPEN, MessageStatus
from domain.services import channels, messages
from domain.services.campaigns.showing.stirring import stirred
from domain.services.recovery import doubts
from domain.services.recovery.lost import present
from domain.services.registry import chores

Raw = dict[str, Any]
GONE = ("ready_at", "lease_id", "lease_until", "yields", "line", "turn_at")
AHEAD = timedelta(minutes=5)
AGAIN = timedelta(seconds=15)
EVERY = 2.0  # seconds
UNFINISHED = (
    "A backup is being restored into this database, or was until somebody interrupted it: "
    "run `threadline restore` with the same file again."
)
NOT_YET = "A backup cannot have been taken in the future."


@dataclass
class Barrier:
    """Whether texts must wait until what happened since the backup is known.

    A backup may be put back under a process that runs: so it is asked again and again, but, as
    long as it lets pass, the database only every `EVERY` seconds of that `steady` clock.
    """

    steady: Callable[[], float] = monotonic
    _state: str = field(default=LOADING, init=False)
    _until: float = field(default=0.0, init=False)

    def holds(self) -> bool:
        """Whether nothing may leave."""
        return self._read() in (LOADING, READING)

    def shuts(self) -> bool:
        """Whether nothing may be done at all: the documents are not all there."""
        return self._read() == LOADING

    def knows(self) -> bool:
        """Whether it answers now without a question to the database."""
        return self._state == READ and self.steady() < self._until

    def _read(self) -> str:
        if not self.knows():
            until, found = self.steady() + EVERY, present()
            self._state, self._until = found.state if found else READ, until
        return self._state


def is_cut_short() -> bool:
    """Whether the documents are not all there."""
    found = present()
    return found is not None and found.state == LOADING


def begin(backup: str, taken_at: datetime) -> None:
    """From here on nothing serves from this database until `end`."""
    fields = {"state": LOADING, "backup": backup, "takenAt": taken_at, "rev": 1}
    Restoration._get_collection().replace_one({"place": "only"}, {"place": "only"} | fields, True)


def is_of(backup: str) -> bool:
    """Whether that same backup was being restored here when somebody was interrupted."""
    found = present()
    return found is not None and found.state == LOADING and found.backup == backup


def end(taken_at: datetime, now: datetime) -> Restoration:
    """The documents are there: hold back what may have happened since. Safe to repeat."""
    if taken_at > now + AHEAD:
        raise InvalidInput(NOT_YET)
    _look_before_posting(taken_at)
    _look_anew(now)
    doubts.lapse()
    texts, campaigns = _doubt_texts(now), _halt_campaigns(taken_at)
    fields = {"state": READING, "takenAt": taken_at, "restoredAt": now}
    counts = {"texts": texts, "campaigns": campaigns}
    Restoration._get_collection().update_one(
        {"place": "only"}, {"$set": fields | counts, "$setOnInsert": {"rev": 1}}, upsert=True
    )
    found = present()
    assert found
    return found


def is_reading() -> bool:
    """Whether the carrier's records are still to be read, whatever else the settings say."""
    found = present()
    return found is not None and found.state == READING


def reach(now: datetime) -> timedelta | None:
    """How far back they are to be read; None when they have been."""
    found = present()
    return now - found.taken_at if found and found.state == READING else None


def widened(cadence: Cadence, now: datetime) -> Cadence:
    """How they are to be read: as far back as the backup, and at once, until that is done."""
    far = reach(now)
    if far is None:
        return cadence
    return replace(cadence, reach=max(cadence.reach, far + cadence.overlap), every=AGAIN)


def read(looked_to: datetime | None) -> bool:
    """They were read up to that moment; whether that is far enough for texts to leave again."""
    match = {"place": "only", "state": READING, "restoredAt": {"$lte": looked_to}}
    if looked_to is None:
        return False
    update = {"$set": {"state": READ}, "$inc": {"rev": 1}}
    return bool(Restoration._get_collection().update_one(match, update).matched_count)


def _doubt_texts(now: datetime) -> int:
    """Whatever was to leave may have left: looked up, and never sent by itself (`resends`)."""
    texts = Message._get_collection()
    waiting: Raw = {"status": {"$in": sorted(map(str, OPEN))}, "direction": "outbound"}
    waiting |= {"twilioMessageSid": {"$exists": False}}  # it has left; only its status is old
    first = {"attemptedAt": {"$ifNull": ["$attemptedAt", "$createdAt"]}}
    texts.update_many(waiting, [{"$set": first}])
    unknown = MessageStatus.UNKNOWN
    fields = {"status": str(unknown), "looks": 0, "resends": 1}
    fields |= {f"{messages.DISPATCH}.{name}": value for name, value in outbox.due(now).items()}
    gone = ("question", "recall", *(f"{messages.DISPATCH}.{name}" for name in GONE))
    update = messages.shown(now, fields, gone, messages.entry(unknown, now))
    return int(texts.update_many(waiting, update).modified_count)


def _halt_campaigns(taken_at: datetime) -> int:
    """None goes on by itself; whom it reached since is looked up when somebody resumes it."""
    campaigns = Campaign._get_collection()
    unfinished = {"status": {"$nin": [CANCELED, DONE]}}
    campaigns.update_many(unfinished, {"$set": {"unsureSince": taken_at}})
    halt = outbox.closed("run")
    halt["$set"] |= {"status": PAUSED} | stirred()
    running = {"status": {"$in": [SCHEDULED, RUNNING]}}
    return int(campaigns.update_many(running, halt | {"$inc": {"rev": 1}}).modified_count)


def _look_anew(now: datetime) -> None:
    """A look into the records that was open then is not gone on with."""
    fresh = {"$set": {"work.due_at": now}, "$unset": {"look.since": "", "work.lease_id": ""}}
    Chore._get_collection().update_one({"name": chores.RECORDS}, fresh)


def _look_before_posting(taken_at: datetime) -> None:
    """What was not shown yet may be by now: it is looked for in its place before it is posted."""
    texts = Message._get_collection()
    unshown = {"relay.due_at": {"$exists": True}, "shadow.ts": {"$exists": False}}
    untried = unshown | {"shadow.triedAt": {"$exists": False}, "threadId": {"$exists": True}}
    for raw in texts.find(untried, {"threadId": 1}):
        thread = Thread.objects(id=raw["threadId"]).first()
        if thread and (place := channels.place_of(thread)):
            tried = {"shadow.triedAt": taken_at, "shadow.channelId": place.channel_id}
            tried |= {"shadow.threadTs": place.thread_ts} if place.thread_ts else {}
            texts.update_one({"_id": raw["_id"]}, {"$set": tried})
