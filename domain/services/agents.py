"""Agents: members of the chat workspace, as it last described them."""

from datetime import datetime
from typing import Any

from domain.model import Agent
from domain.values import Person

MOST = 1_000


def known(user_id: str) -> Agent | None:
    """The agent as stored, or None when nobody has looked them up yet."""
    found: Agent | None = Agent.objects(user_id=user_id).first()
    return found


def listed() -> list[dict[str, Any]]:
    """All agents as stored, by name, whatever has become of them; a thousand at most."""
    found = Agent._get_collection().find().sort([("name", 1), ("_id", 1)]).limit(MOST)
    return sorted(found, key=lambda one: (one.get("name") or one["userId"]).casefold())


def learn(person: Person, now: datetime) -> Agent:
    """Store what the workspace says of somebody, over what it said before."""
    fields = {
        "teamId": person.team_id,
        "name": person.name,
        "email": person.email,
        "guest": person.guest,
        "bot": person.bot,
        "foreign": person.foreign,
        "deleted": person.deleted,
        "fetchedAt": now,
    }
    present = {key: value for key, value in fields.items() if value is not None}
    Agent._get_collection().update_one(
        {"userId": person.user_id},
        {"$set": present, "$inc": {"rev": 1}, "$setOnInsert": {"role": "agent"}},
        upsert=True,
    )
    found: Agent = Agent.objects(user_id=person.user_id).get()
    return found


def forget(user_id: str) -> None:
    """They changed: look them up again before they send anything."""
    Agent.objects(user_id=user_id).delete()
