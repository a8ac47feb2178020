"""Agents: members of the chat workspace, as it last described them.

What is known of somebody is fresh for a day, or until the chat tells of a change. Then they are
looked up again before they send anything. While the chat is away, agents whom we know go on for
another day at most; strangers wait.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.model import Agent
from domain.rules.roles import NONE
from domain.values import Person

MOST = 1_000
FRESH = timedelta(hours=24)
GRACE = timedelta(hours=24)
PATIENCE = timedelta(minutes=1)
"""So long a change that we were told of is asked about before anybody goes on without."""
ASK_AGAIN = timedelta(minutes=5)


def known(user_id: str) -> Agent | None:
    """The agent as stored, or None when nobody has looked them up yet."""
    found: Agent | None = Agent.objects(user_id=user_id).first()
    return found


def trusted(user_id: str, now: datetime) -> Agent | None:
    """The agent, if what we know of them still counts; None: look them up first."""
    agent = known(user_id)
    if agent is None:
        return None
    excused = agent.excused_until is not None and now < agent.excused_until
    return agent if excused or _stale_since(agent) > now else None


def excuse(user_id: str, now: datetime) -> Agent | None:
    """The chat could not say who that is: the agent as known, if that must do for now."""
    agent = known(user_id)
    if agent is None:
        return None
    stale = _stale_since(agent)
    recently = agent.doubted_at is not None and now - agent.doubted_at < PATIENCE
    if recently or now >= stale + GRACE:
        return None
    until = min(now + ASK_AGAIN, stale + GRACE)
    Agent._get_collection().update_one({"userId": user_id}, {"$set": {"excusedUntil": until}})
    return agent


def listed() -> list[dict[str, Any]]:
    """All agents as stored, by name, whatever has become of them; a thousand at most."""
    found = Agent._get_collection().find().sort([("name", 1), ("_id", 1)]).limit(MOST)
    return sorted(found, key=lambda one: (one.get("name") or one["userId"]).casefold())


def learn(person: Person, now: datetime) -> Agent:
    """Store what the workspace says of somebody, over what it said before.

    `now` is when it was asked: a change that was told of later keeps its doubt, and an answer
    that was asked for later is not overwritten.
    """
    fields = {
        "teamId": person.team_id,
        "name": person.name,
        "email": person.email,
        "timezone": person.timezone,
        "role": person.role,
        "guest": person.guest,
        "bot": person.bot,
        "foreign": person.foreign,
        "deleted": person.deleted,
        "fetchedAt": now,
    }
    newer = {"$lte": [{"$ifNull": ["$fetchedAt", now]}, now]}
    setting: dict[str, Any] = {
        name: {"$cond": [newer, {"$literal": value}, f"${name}"]}
        for name, value in fields.items()
        if value not in (None, "")
    }
    doubted = {"$gt": [{"$ifNull": ["$doubtedAt", now]}, now]}
    setting["doubtedAt"] = {"$cond": [doubted, "$doubtedAt", "$$REMOVE"]}
    setting["rev"] = {"$add": [{"$ifNull": ["$rev", 0]}, 1]}
    Agent._get_collection().update_one(
        {"userId": person.user_id}, [{"$set": setting}, {"$unset": "excusedUntil"}], upsert=True
    )
    found: Agent = Agent.objects(user_id=person.user_id).get()
    return found


def doubt(user_ids: Sequence[str], now: datetime) -> None:
    """They changed: they are looked up again before they send anything."""
    _doubt({"userId": {"$in": list(user_ids)}}, now)


def doubt_all(now: datetime) -> None:
    """Something changed that may concern everybody."""
    _doubt({}, now)


def doubt_unlike(members: Sequence[str], now: datetime) -> None:
    """A group has these members now: those are in doubt whose role does not fit that."""
    inside = {"userId": {"$in": list(members)}, "role": NONE}
    outside = {"userId": {"$nin": list(members)}, "role": {"$ne": NONE}}
    _doubt({"$or": [inside, outside]}, now)


def _doubt(match: dict[str, Any], now: datetime) -> None:
    Agent._get_collection().update_many(
        match, {"$set": {"doubtedAt": now}, "$unset": {"excusedUntil": ""}}
    )


def _stale_since(agent: Agent) -> datetime:
    """From when on what we know of them counts no more."""
    ages = agent.fetched_at + FRESH
    return min(ages, agent.doubted_at) if agent.doubted_at else ages
