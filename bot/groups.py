"""Who is meant by a list of user ids or a user group, and what somebody is by such lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.calls import Caller, Reply
from domain.rules import roles
from domain.values import Failed, Postponed, Unclear, Workspace

GROUP, NO_GROUP = "S", "no_such_subteam"
POWERS = ("is_admin", "is_owner", "is_primary_owner")

Refusal = Failed | Postponed | Unclear

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Groups:
    """Asks the workspace for a group's members each time: nothing is remembered here."""

    caller: Caller

    async def people(self, listed: Sequence[str]) -> list[str] | Refusal:
        """The users that are meant, each once, in their order."""
        users: list[str] = []
        for one in listed:
            found = await self._members(one) if one.startswith(GROUP) else [one]
            if not isinstance(found, list):
                return found
            users.extend(found)
        return list(dict.fromkeys(users))

    async def has(self, listed: Sequence[str], user_id: str) -> bool | Refusal:
        """Whether that user is meant; who is listed by name needs no asking.

        Nobody is in a group that is no more; that it is configured is for the log.
        """
        if user_id in listed:
            return True
        found = await self.people([one for one in listed if one.startswith(GROUP)])
        if isinstance(found, Failed) and found.code == NO_GROUP:
            log.warning("slack.group_missing", listed=",".join(listed))
            return False
        return user_id in found if isinstance(found, list) else found

    async def role(self, workspace: Workspace, user: Mapping[str, Any]) -> str | Refusal:
        """What a full member of the workspace is by its owner's lists, else by its own rules."""
        user_id = str(user.get("id") or "")
        powerful = any(user.get(power) for power in POWERS)
        admin = await self.has(workspace.admins, user_id) if workspace.admins else powerful
        if not isinstance(admin, bool):
            return admin
        agent = admin or not workspace.agents or await self.has(answering(workspace), user_id)
        if not isinstance(agent, bool):
            return agent
        return roles.role(barred=False, admin=admin, agent=agent)

    async def _members(self, group: str) -> list[str] | Refusal:
        told = await self.caller.insist("usergroups.users.list", usergroup=group)
        if not isinstance(told, Reply):
            return told
        return [str(user) for user in told.items("users")]


def answering(workspace: Workspace) -> tuple[str, ...]:
    """All who are listed as answering: for every conversation, or for those of a route."""
    routed = (agent for route in workspace.routes for agent in route.agents)
    return tuple(dict.fromkeys((*workspace.agents, *routed)))
