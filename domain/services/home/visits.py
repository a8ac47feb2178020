"""Pages that were opened lately are shown anew when something changed, but not at every change.

Whoever shows a page holds its lease; what changes meanwhile asks for one more time. The longer ago
somebody looked, the more rarely their page is renewed, and after an hour only when they come back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from pymongo import ReturnDocument

from domain.model import Home
from domain.values import Failed, HomePage, Postponed, Published, Spot, Unclear

LEASE = timedelta(seconds=30)
SOON = 2.0
OVERTAKEN = "hash_conflict"
"""The chat's word for: somebody else has shown another page meanwhile."""
REMEMBERED, FORGOTTEN = timedelta(hours=1), timedelta(days=1)
SHORTEST = timedelta(seconds=5)
SLOWER = 20
"""A page opened so many seconds ago is renewed each second of them divided by this."""


@dataclass(frozen=True)
class Visit:
    """The right to show one page; `hash` and `digest` are those of what is shown now."""

    user_id: str
    team_id: str
    spot: Spot
    lease_id: str
    hash: str | None = None
    digest: str | None = None


def begin(user_id: str, team_id: str, spot: Spot | None, now: datetime) -> Visit:
    """They look at it, or go elsewhere on it (None: where they were); their wish comes first."""
    lease_id = uuid4().hex
    fields: dict[str, Any] = {"teamId": team_id, "openedAt": now, "again": False}
    fields |= {"leaseId": lease_id, "dueAt": now + LEASE}
    fields |= {"spot": spot.text} if spot else {}
    found = Home._get_collection().find_one_and_update(
        {"userId": user_id},
        {"$set": fields, "$inc": {"rev": 1}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    return _visit(found)


def claim(now: datetime) -> Visit | None:
    """The page that is due first; None when none is."""
    lease = {"leaseId": uuid4().hex, "dueAt": now + LEASE, "again": False}
    found = Home._get_collection().find_one_and_update(
        {"dueAt": {"$lte": now}},
        {"$set": lease},
        sort=[("dueAt", 1)],
        return_document=ReturnDocument.AFTER,
    )
    return _visit(found) if found else None


def shown(visit: Visit, digest: str, view_hash: str | None, now: datetime) -> None:
    """It shows that now; once more, later, when something changed meanwhile."""
    fields: dict[str, Any] = {"shownAt": now, "digest": digest, "again": False}
    fields |= {"hash": view_hash} if view_hash else {}
    stored = {name: {"$literal": value} for name, value in fields.items()}
    next_time = {"$cond": ["$again", _next(now, shown_at=now), "$$REMOVE"]}
    _end(visit, [{"$set": stored | {"dueAt": next_time}}])


def record(
    visit: Visit, page: HomePage, outcome: Published | Failed | Postponed | Unclear, now: datetime
) -> None:
    """What came of showing that page."""
    match outcome:
        case Published():
            shown(visit, digest(page), outcome.hash, now)
        case Postponed():
            put_off(visit, now + timedelta(seconds=max(outcome.seconds or 0, SOON)))
        case Failed() if outcome.code != OVERTAKEN:
            give_up(visit)
        case _:
            put_off(visit, now + timedelta(seconds=SOON))


def put_off(visit: Visit, until: datetime) -> None:
    """It could not be shown: then again, whatever was shown before."""
    _end(visit, [{"$set": {"dueAt": until}}, {"$unset": ["digest", "hash"]}])


def give_up(visit: Visit) -> None:
    """It cannot be shown: not before they come back."""
    Home._get_collection().delete_one({"userId": visit.user_id, "leaseId": visit.lease_id})


def stir(now: datetime) -> None:
    """Something changed that pages may show; those of yesterday are forgotten."""
    Home._get_collection().delete_many({"openedAt": {"$lt": now - FORGOTTEN}})
    waiting = {"dueAt": {"$exists": True}, "leaseId": {"$exists": False}}
    opened = {"openedAt": {"$gt": now - REMEMBERED}}
    leased = {"$gt": [{"$ifNull": ["$leaseId", ""]}, ""]}
    setting = {
        "again": leased,
        "dueAt": {"$cond": [leased, "$dueAt", _next(now, shown_at="$shownAt")]},
    }
    Home._get_collection().update_many(opened | {"$nor": [waiting]}, [{"$set": setting}])


def earliest() -> datetime | None:
    """When the next page is due."""
    found = Home._get_collection().find_one(
        {"dueAt": {"$exists": True}}, {"dueAt": 1}, sort=[("dueAt", 1)]
    )
    return found["dueAt"] if found else None


def digest(page: HomePage) -> str:
    """Stands for all that a page says."""
    return sha256(repr(page).encode()).hexdigest()


def _next(now: datetime, shown_at: Any) -> Any:
    """When a page may be shown again, as an expression; never before `now`."""
    age = {"$divide": [{"$subtract": [now, "$openedAt"]}, SLOWER]}
    pause = {"$max": [SHORTEST // timedelta(milliseconds=1), age]}
    since = {"$ifNull": [shown_at, now - REMEMBERED]}
    return {"$max": [now, {"$add": [since, pause]}]}


def _end(visit: Visit, update: list[dict[str, Any]]) -> None:
    """The lease is given back, unless somebody else has it by now."""
    Home._get_collection().update_one(
        {"userId": visit.user_id, "leaseId": visit.lease_id}, [*update, {"$unset": "leaseId"}]
    )


def _visit(found: dict[str, Any]) -> Visit:
    return Visit(
        found["userId"],
        found.get("teamId") or "",
        Spot.read(found.get("spot") or ""),
        found["leaseId"],
        found.get("hash"),
        found.get("digest"),
    )
