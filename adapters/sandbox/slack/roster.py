"""The people and user groups of the workspace as they are now; each change is told."""

import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.slack.people import GROUP, Team, User


@dataclass(frozen=True)
class Group:
    """A user group; a change makes a new value."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    updated: int = 1_700_000_000

    def as_resource(self, team: str, creator: str) -> Json:
        """As usergroups.list and the events show it."""
        return {
            "id": self.id,
            "team_id": team,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.name,
            "description": "",
            "handle": self.handle,
            "is_external": False,
            "date_create": 1_700_000_000,
            "date_update": self.updated,
            "date_delete": 0,
            "auto_type": None,
            "created_by": creator,
            "updated_by": creator,
            "deleted_by": None,
            "prefs": {"channels": [], "groups": []},
            "user_count": len(self.users),
        }


class Roster:
    """Users by id, bots and strangers too, and groups by id; kept in the ledger once changed."""

    def __init__(self, ledger: Ledger, team: Team) -> None:
        self._ledger = ledger
        self._team = team
        self.people: dict[str, User] = dict(team.people)
        self.people |= {key: User(**raw) for key, raw in ledger.all("user").items()}
        first = Group(GROUP, "agents", "Agents", team.agents)
        self._groups = {first.id: first}
        self._groups |= {key: Group(**raw) for key, raw in ledger.all("group").items()}

    def groups(self) -> list[Group]:
        """All user groups."""
        return list(self._groups.values())

    def group(self, name: str) -> Group | None:
        """A user group by its id or its handle."""
        return next((one for one in self.groups() if name in (one.id, one.handle)), None)

    def keep(self, user: User) -> list[Json]:
        """Make this value of a user the present one; the events that tell of it."""
        kind = "user_change" if user.id in self.people else "team_join"
        self.people[user.id] = user
        self._ledger.put("user", user.id, asdict(user))
        return [{"type": kind, "user": user.as_resource(), "cache_ts": int(time.time())}]

    def assemble(self, group: Group, users: list[str]) -> list[Json]:
        """Make these the members of a group, new or known; the events that tell of it."""
        before, now = self._groups.get(group.id), int(time.time())
        after = replace(group, users=users, updated=now)
        self._groups[group.id] = after
        self._ledger.put("group", group.id, asdict(after))
        creator = self._team.agents[0]
        shown = {**after.as_resource(self._team.id, creator), "users": users}
        told: Json = {"type": "subteam_updated" if before else "subteam_created", "subteam": shown}
        return [told, *self._moved(before, after)]

    def _moved(self, before: Group | None, after: Group) -> list[Json]:
        known = before.users if before else []
        added = [user for user in after.users if user not in known]
        removed = [user for user in known if user not in after.users]
        if before is None or not (added or removed):
            return []
        event: dict[str, Any] = {
            "type": "subteam_members_changed",
            "subteam_id": after.id,
            "team_id": self._team.id,
            "date_previous_update": before.updated,
            "date_update": after.updated,
            "added_users": added,
            "added_users_count": str(len(added)),
            "removed_users": removed,
            "removed_users_count": str(len(removed)),
        }
        return [event]
