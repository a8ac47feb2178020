"""The week's figures in the chat: one post a week and workspace, whatever crashes.

The picture is uploaded unseen and remembered; a try to post is written down before it is made, and
while it is unclear what became of it, the post is looked for, never repeated blindly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bson import ObjectId

from domain import outbox
from domain.leased import SLOT, Leased
from domain.model import Digest
from domain.outbox import Claim
from domain.policy import Policy
from domain.services.channels import waiting
from domain.services.figures import weeks
from domain.services.figures.weeks import Week
from domain.values import Failed, Place, Postponed, Shown, Unclear, Uploaded

Raw = dict[str, Any]
NOTHING = "-"
PLAIN_AFTER = 2
"""After so many noes it is posted without its picture."""
LATEST = timedelta(days=3)
RARELY = timedelta(minutes=10)

_work = Leased(Digest)
claim, renew, earliest = _work.claim, _work.renew, _work.earliest


@dataclass(frozen=True)
class Step:
    """Post that week there; `since`: an earlier try may have posted it. `file_id`: its picture."""

    digest_id: ObjectId
    place: Place
    key: str
    week: Week
    file_id: str | None = None
    since: datetime | None = None
    plain: bool = False


def begin(teams: Sequence[str], now: datetime, policy: Policy) -> None:
    """From Monday at nine on each workspace is to be told; what is older never is.

    Nobody begins with it days later, as when they have just installed us.
    """
    zone = ZoneInfo(policy.consent.zone)
    day = weeks.monday(now, zone)
    monday = str(day)
    own = Digest._get_collection()
    old = {"work.due_at": {"$exists": True}, "monday": {"$lt": monday}}
    own.update_many(old, outbox.closed(SLOT))
    if now - weeks.told_at(day, zone) > LATEST:
        return
    for team in teams:
        fresh = {"work": outbox.due(now), "refused": 0, "rev": 1}
        own.update_one({"monday": monday, "teamId": team}, {"$setOnInsert": fresh}, upsert=True)


def team(held: Claim) -> str | None:
    """The workspace that is told; None for the only one."""
    return _work.own(held).team_id or None


def next_step(
    held: Claim, inbox: Place, senders: Sequence[str], now: datetime, policy: Policy
) -> Step | None:
    """What is to be posted; None where there is nothing to tell."""
    found = _work.own(held)
    week = weeks.told(date.fromisoformat(found.monday), senders, now, policy)
    if week is None:
        return None
    tried = found.channel_id if found.tried_at else None
    place = replace(inbox, channel_id=tried) if tried else inbox
    key = f"digest:{found.monday}"
    plain = found.refused >= PLAIN_AFTER
    return Step(found.id, place, key, week, found.file_id, found.tried_at, plain)


def uploaded(held: Claim, file: Uploaded) -> bool:
    """The chat has the picture; whether it is still ours to go on."""
    return _work.write(held, {"fileId": file.id})


def trying(held: Claim, step: Step, now: datetime) -> bool:
    """From here on it may be there; whether it is still ours to post it."""
    return _work.write(held, {"triedAt": step.since or now, "channelId": step.place.channel_id})


def rest(
    held: Claim,
    outcome: Shown | Failed | Postponed | Unclear | None,
    now: datetime,
    lease: timedelta,
) -> None:
    """It is there, or there is nothing to tell (None); else it is tried again later.

    A clear no undoes the try.
    """
    if outcome is None or isinstance(outcome, Shown):
        _work.close(held, ts=outcome.ts if outcome else NOTHING)
        return
    attempts = _work.own(held).refused if isinstance(outcome, Failed) else 0
    pause = RARELY if isinstance(outcome, Failed) and attempts >= PLAIN_AFTER else None
    later = now + (pause or waiting.pause(outcome, attempts, lease))
    gone = () if isinstance(outcome, Unclear) else ("triedAt", "channelId")
    no = int(isinstance(outcome, Failed))
    _work.write(held, {"work.due_at": later}, *gone, "work.lease_id", refused=no)
