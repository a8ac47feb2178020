"""Numbers that their owners gave up: what they agreed to ends, once for each number and day.

Day after day, in order; what was missed while nobody worked is caught up, as far back as the
carrier keeps its lists. One document remembers how far we are, and who is at it.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from pymongo.client_session import ClientSession

from domain import outbox
from domain.errors import Conflict
from domain.model import Chore, Number
from domain.services import consent
from domain.services.consent import Statement
from domain.services.registry import chores
from domain.services.registry.chores import DEACTIVATIONS
from domain.values import Declined

MOST_DAYS = 30
READY = timedelta(hours=6)
"""So long after a day's end (UTC) its list is asked for."""
HOPELESS = timedelta(days=3)
AGAIN = timedelta(hours=1)
NOTE = "The carrier's list of {day} says that the number was given up."
RENEWED = "They agreed anew since."


def claim(now: datetime, lease: timedelta) -> Chore | None:
    """The chore, ours alone until its lease ends; None when it is not due."""
    return chores.claim(DEACTIVATIONS, now, lease)


def earliest() -> datetime | None:
    """When there is a list to be read."""
    return chores.earliest(DEACTIVATIONS)


def wanted(chore: Chore, now: datetime) -> date | None:
    """The day whose list is next; None when all that there are have been read."""
    last = (now - READY).astimezone(UTC).date() - timedelta(days=1)
    first = last - timedelta(days=MOST_DAYS - 1)
    after = date.fromisoformat(chore.done) + timedelta(days=1) if chore.done else first
    return day if (day := max(after, first)) <= last else None


def end(phones: Sequence[str], day: date, now: datetime) -> int:
    """End what was agreed to with these numbers before that day; of how many there was anything."""
    morning = datetime(day.year, day.month, day.day, tzinfo=UTC)
    older = {"phone": {"$in": list(phones)}, "level": {"$exists": True, "$ne": "none"}}
    found = [
        Number._from_son(raw)
        for raw in Number._get_collection().find(older | {"consentAt": {"$lt": morning}})
    ]
    return sum(_ended(number, day, morning, now) for number in found)


def _ended(number: Number, day: date, morning: datetime, now: datetime) -> bool:
    def still(session: ClientSession) -> None:
        newer = {"_id": number.id, "consentAt": {"$gte": morning}}
        if Number._get_collection().find_one(newer, {"_id": 1}, session=session):
            raise Conflict(RENEWED)

    said = Statement("voided", "twilio", morning, level="none", note=NOTE.format(day=day))
    origin = f"deactivated:{day}/{number.id}"
    try:
        consent.record(origin, number.phone, said, now, within=still)
    except Conflict:
        return False
    return True


def renew(chore: Chore, now: datetime, lease: timedelta) -> bool:
    """Whether it is still ours, and then for longer."""
    return chores.write(chore, {"work.due_at": now + lease})


def done(chore: Chore, day: date, now: datetime) -> None:
    """That day's list was read; the next one is due at once, or when there will be one."""
    chore.done = day.isoformat()
    chores.write(chore, {"done": chore.done, "work.due_at": _next(chore, now), "work.attempts": 0})
    chores.works(DEACTIVATIONS)


def rest(chore: Chore, now: datetime) -> None:
    """Nothing is to be read before the next day's list."""
    chores.write(chore, {"work.due_at": _next(chore, now), "work.attempts": 0})


def put_off(chore: Chore, now: datetime, reason: str, seconds: float | None = None) -> None:
    """The carrier could not be asked, or its list broke off: the same day again later."""
    pause = outbox.backoff(chore.work.attempts if chore.work else 1, seconds)
    chores.write(chore, {"work.due_at": now + pause, "work.last_error": reason})


def declined(chore: Chore, day: date, now: datetime, why: Declined) -> None:
    """It is seen until it works; a list that never comes keeps no later one waiting."""
    chores.troubled(DEACTIVATIONS, f"{day}: {why.reason}", now)
    if why.missing and now.date() - day > HOPELESS:
        chore.done = day.isoformat()
        chores.write(chore, {"done": chore.done, "work.due_at": now})
    else:
        chores.write(chore, {"work.due_at": now + AGAIN, "work.last_error": why.reason})


def _next(chore: Chore, now: datetime) -> datetime:
    if wanted(chore, now):
        return now
    morning = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    ready = morning + READY
    return ready if ready > now else ready + timedelta(days=1)
