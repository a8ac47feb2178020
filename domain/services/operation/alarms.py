"""The posts by which a workspace hears what turned: each once, whatever crashes.

A try is written down before it is made; while it is unclear what became of it, the post is looked
for, never repeated blindly.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.leased import Leased
from domain.model import Alarm
from domain.outbox import Claim
from domain.services.channels import waiting
from domain.values import Failed, Place, Postponed, Shown, Unclear

Raw = dict[str, Any]
RARELY = timedelta(minutes=10)
PATIENT = 5
"""After so many noes it is tried rarely."""
TURNED = {
    "failed": ":red_circle: Something is wrong with the installation ({name}): {message}",
    "fine": ":large_green_circle: This works again ({name}): {message}",
}
DO = "\nDo this: {fix}"
SINCE = "\nSince {since:%Y-%m-%d %H:%M} UTC."

_work = Leased(Alarm)
claim, renew, earliest = _work.claim, _work.renew, _work.earliest


@dataclass(frozen=True)
class Step:
    """Post these words there; `since`: an earlier try may have posted them."""

    place: Place
    key: str
    words: str
    since: datetime | None = None


def team(held: Claim) -> str | None:
    """The workspace that is told; None for the only one."""
    return _work.own(held).team_id or None


def next_step(held: Claim, inbox: Place) -> Step:
    """What is to be posted where."""
    found = _work.own(held)
    tried = found.channel_id if found.tried_at else None
    place = replace(inbox, channel_id=tried) if tried else inbox
    return Step(place, f"alarm:{found.id}", _words(found), found.tried_at)


def trying(held: Claim, step: Step, now: datetime) -> bool:
    """From here on it may be there; whether it is still ours to post it."""
    return _work.write(held, {"triedAt": step.since or now, "channelId": step.place.channel_id})


def rest(
    held: Claim,
    outcome: Shown | Failed | Postponed | Unclear,
    now: datetime,
    lease: timedelta,
) -> None:
    """It is there; else it is tried again later. A clear no undoes the try."""
    if isinstance(outcome, Shown):
        _work.close(held, ts=outcome.ts)
        return
    refused = _work.own(held).refused if isinstance(outcome, Failed) else 0
    rarely = isinstance(outcome, Failed) and refused >= PATIENT
    later = now + (RARELY if rarely else waiting.pause(outcome, refused, lease))
    gone = () if isinstance(outcome, Unclear) else ("triedAt", "channelId")
    no = int(isinstance(outcome, Failed))
    _work.write(held, {"work.due_at": later}, *gone, "work.lease_id", refused=no)


def _words(found: Alarm) -> str:
    told = TURNED[found.state].format(name=found.name, message=found.message)
    if found.state == "failed":
        told += DO.format(fix=found.fix) if found.fix else ""
        told += SINCE.format(since=found.since) if found.since else ""
    return told
