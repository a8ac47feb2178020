"""A customer's own word that is found long after they sent it takes the place it had in time.

The ledger is only added to, and its order is that of recording. So what is late is written down
as it was said, and where they have said otherwise since, that is written once more after it: all
in one transaction, so that nobody ever sees the number in between. When in doubt the no is in
force.
"""

from dataclasses import replace
from datetime import datetime

from pymongo.client_session import ClientSession

from domain.model import ConsentEvent, Number
from domain.rules import recovery
from domain.rules.consent.ledger import Standing
from domain.services.consent import reading, recording, standing
from domain.services.consent.reading import Entry
from domain.services.consent.recording import YES, Within
from domain.services.consent.statement import Statement

SINCE_YES = "Said after that STOP, which came late, so it is in force."
SINCE_NO = "Said after that yes, which came late, so it is in force."


def record(
    origin: str, phone: str, said: Statement, now: datetime, within: Within | None = None
) -> Entry:
    """The same as `consent.record` for what was said long before `now`, at `said.at`."""

    def together(session: ClientSession) -> Entry:
        if known := reading.known(origin, phone, session):
            return known
        stored = Number._get_collection().find_one({"phone": phone}, session=session)
        before = standing.read(stored)
        entry = recording.along(session, origin, phone, said, now, within)
        since = _since(entry, before, session)
        if since:
            recording.along(session, f"since:{origin}", phone, since, now)
        return entry

    return recording.once(origin, phone, together)


def _since(entry: Entry, before: Standing, session: ClientSession) -> Statement | None:
    """What they have said since that one, which is to stay in force; None: nothing else."""
    if entry.action == "opt_out" and not (before.blocked or before.held):
        yes = _latest([one for one in _earlier(entry, session) if one.message_sid], YES)
        if yes and not recovery.stays_out(entry.at, [yes.at]):
            return replace(_again(yes, SINCE_YES), action="opt_in")
    if entry.action == "opt_in" and before.blocked:
        no_at = before.blocked_at or entry.recorded_at
        if recovery.stays_out(no_at, [entry.at]):
            no = _latest(_earlier(entry, session), ("opt_out",))
            said = _again(no, SINCE_NO) if no else Statement("opt_out", "other", no_at)
            return replace(said, action="opt_out", level="none", scope="all", at=no_at)
    return None


def _earlier(entry: Entry, session: ClientSession) -> list[Entry]:
    """What was on record of that number, under the same key, before that event."""
    before = {"number": entry.number, "place": {"$lt": entry.place}}
    found = ConsentEvent._get_collection().find(before, session=session)
    return reading.opened(found.sort(reading.BY_PLACE).hint(reading.BY_PLACE))


def _latest(entries: list[Entry], actions: tuple[str, ...]) -> Entry | None:
    """The one that was said last."""
    fit = (one for one in entries if one.action in actions and one.scope == "all")
    return max(fit, key=lambda one: one.at, default=None)


def _again(entry: Entry, note: str) -> Statement:
    """The same once more."""
    return Statement(
        action=entry.action,
        method=entry.method,
        at=entry.at,
        level=entry.level,
        wording=entry.wording,
        wording_version=entry.wording_version,
        note=note,
        message_sid=entry.message_sid,
        disclosed=entry.disclosed,
    )
