"""Who is meant by lists and user groups, and which role that gives them."""

from typing import Any

import pytest

from bot.chat import SlackChat
from bot.groups import Groups, answering
from domain.values import Failed, Person, Postponed, Route, Unclear, Workspace
from tests.bot.rig import INBOX, Rig

GROUP = "S0AGENTS"


def chat(rig: Rig, **owner: Any) -> SlackChat:
    """A chat of a workspace whose owner has listed these."""
    return rig.chat.__class__(
        rig.chat._caller.client, rig.pace, rig.clock, Workspace(INBOX, **owner)
    )


async def role(rig: Rig, user_id: str, **owner: Any) -> str:
    found = await chat(rig, **owner).person(user_id)
    assert isinstance(found, Person), found
    return found.role


async def user(rig: Rig, **fields: Any) -> None:
    """What Slack will say of the next user who is asked for."""
    body = {"ok": True, "user": {"id": "U7", "team_id": "T0SANDBOX", "name": "x", **fields}}
    await rig.fault("users.info", "answer", status=200, body=body)


async def test_without_lists_members_answer_and_the_workspaces_admins_are_ours(rig: Rig) -> None:
    found = [await role(rig, user_id) for user_id in ("U0DANA", "U0SAM", "U0PRIYA")]
    assert found == ["admin", "agent", "agent"]


async def test_lists_help_nobody_from_outside(rig: Rig) -> None:
    for user_id in ("U0GUEST", "U0STRANGER", "U0STANDUP"):
        assert await role(rig, user_id, agents=(user_id,), admins=(user_id,)) == "none"


async def test_owners_are_admins_too(rig: Rig) -> None:
    for power in ("is_admin", "is_owner", "is_primary_owner"):
        await user(rig, **{power: True})
        assert await role(rig, "U7") == "admin"


async def test_somebody_deactivated_has_no_role(rig: Rig) -> None:
    await user(rig, deleted=True, is_admin=True)
    assert await role(rig, "U7", agents=("U7",)) == "none"


async def test_with_a_list_only_those_on_it_answer(rig: Rig) -> None:
    assert await role(rig, "U0SAM", agents=("U0SAM", "U0PRIYA")) == "agent"
    await user(rig)
    assert await role(rig, "U7", agents=("U0SAM", "U0PRIYA")) == "none"


async def test_with_a_group_only_its_members_answer(rig: Rig) -> None:
    assert await role(rig, "U0SAM", agents=(GROUP,)) == "agent"
    await user(rig)
    assert await role(rig, "U7", agents=(GROUP,)) == "none"


async def test_listed_admins_take_the_place_of_the_workspaces_own(rig: Rig) -> None:
    assert await role(rig, "U0SAM", admins=("U0SAM",)) == "admin"
    assert await role(rig, "U0DANA", admins=("U0SAM",)) == "agent"
    assert await role(rig, "U0DANA", admins=("U0SAM",), agents=("U0PRIYA",)) == "none"


async def test_admins_answer_though_no_list_of_agents_has_them(rig: Rig) -> None:
    assert await role(rig, "U0DANA", agents=("U0SAM",)) == "admin"
    assert await role(rig, "U0PRIYA", agents=("U0SAM",), admins=(GROUP,)) == "admin"


async def test_agents_of_one_route_are_agents(rig: Rig) -> None:
    routes = (Route("tag:vip", INBOX, ("U0PRIYA",)),)
    assert answering(Workspace(INBOX, agents=("U0SAM",), routes=routes)) == ("U0SAM", "U0PRIYA")
    assert await role(rig, "U0PRIYA", agents=("U0SAM",), routes=routes) == "agent"


async def test_who_is_listed_by_name_is_not_asked_about(rig: Rig) -> None:
    await role(rig, "U0SAM", agents=("U0SAM",))
    await role(rig, "U0SAM")
    assert await rig.calls("usergroups.users.list") == []


async def test_nobody_is_in_a_group_that_is_no_more(rig: Rig) -> None:
    assert await role(rig, "U0SAM", agents=("S0GONE",)) == "none"


@pytest.mark.parametrize(
    ("action", "more", "expected"),
    [
        ("answer", {"status": 200, "body": {"ok": False, "error": "missing_scope"}}, Failed),
        ("answer", {"status": 429, "headers": {"retry-after": "3"}}, Postponed),
        ("drop_reply", {"times": 2}, Unclear),
    ],
)
async def test_a_group_that_cannot_be_read_decides_nothing(
    rig: Rig, action: str, more: dict[str, Any], expected: type
) -> None:
    await rig.fault("usergroups.users.list", action, **more)
    assert isinstance(await chat(rig, agents=(GROUP,)).person("U0SAM"), expected)


async def test_people_are_meant_once_in_their_order(rig: Rig) -> None:
    groups = Groups(rig.chat._caller)
    assert await groups.people(["U0PRIYA", GROUP, "U9"]) == ["U0PRIYA", "U0DANA", "U0SAM", "U9"]
    assert await groups.people([GROUP, "S0GONE"]) == Failed("no_such_subteam")
