"""Who watches: a part that turned failed, or fine again, is told of once.

One look proves nothing: a state counts when two looks in a row agree. To look, to see the turn and
to owe its telling is one write; the alarms are made from it, again and again until they are there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument

from domain import outbox
from domain.model import Alarm, Checkup
from domain.ports import Finding

Raw = dict[str, Any]
STEADY = 2
FAILED, FINE = "failed", "fine"


def look(findings: Sequence[Finding], now: datetime) -> bool:
    """Count one look at these; whether some part is not steady yet, so that a look soon is good."""
    unsteady = [one.name for one in findings if _looked(one, now)]
    return bool(unsteady)


def owe(teams: Sequence[str], now: datetime) -> int:
    """Make the alarms of all that turned, one for each workspace; how many turns it was."""
    own = Checkup._get_collection()
    turned = [Checkup._from_son(raw) for raw in own.find({"untold": {"$exists": True}})]
    for one in turned:
        for team in teams:
            _owe(one, team, now)
        told = {"_id": one.id, "turnedAt": one.turned_at}  # it may have turned again since
        own.update_one(told, {"$unset": {"untold": ""}})
    return len(turned)


def _looked(finding: Finding, now: datetime) -> bool:
    want = FAILED if finding.status == FAILED else FINE
    said: Raw = {
        "status": finding.status,
        "message": {"$literal": finding.message},
        "fix": {"$literal": finding.fix} if finding.fix else "$$REMOVE",
        "seenAt": now,
        "state": {"$ifNull": ["$state", FINE]},
    }
    other: Raw = {"$ne": ["$state", want]}
    counted: Raw = {
        "looks": {"$cond": [other, {"$add": [{"$ifNull": ["$looks", 0]}, 1]}, 0]},
        "since": {
            "$switch": {
                "branches": [
                    {"case": {"$not": [other]}, "then": "$since"},
                    {"case": {"$gt": ["$looks", 0]}, "then": "$since"},
                ],
                "default": now,
            }
        },
    }
    turns: Raw = {"$gte": ["$looks", STEADY]}
    turned: Raw = {
        "state": {"$cond": [turns, want, "$state"]},
        "turnedAt": {"$cond": [turns, now, "$turnedAt"]},
        "untold": {"$cond": [turns, True, "$untold"]},
        "looks": {"$cond": [turns, 0, "$looks"]},
    }
    found = Checkup._get_collection().find_one_and_update(
        {"name": finding.name},
        [{"$set": said}, {"$set": counted}, {"$set": turned}],
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    return bool(found["looks"])


def _owe(one: Checkup, team: str, now: datetime) -> None:
    about: Raw = {"name": one.name, "turnedAt": one.turned_at, "teamId": team}
    told: Raw = {"state": one.state, "since": one.since, "message": one.message, "fix": one.fix}
    fresh = {name: value for name, value in told.items() if value is not None}
    made = {"$setOnInsert": fresh | {"work": outbox.due(now), "refused": 0, "rev": 1}}
    Alarm._get_collection().update_one(about, made, upsert=True)
