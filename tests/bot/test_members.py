"""Who may press, type and send, as the stand-in Slack changes it under our feet."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.worker.dispatching import Dispatcher
from bot.chats import OneWorkspace
from bot.desk import Desk
from bot.members import ADMINS_ONLY, UNREACHED, acting, administering
from domain.errors import Refused
from domain.model import Agent, Message
from domain.rules.roles import BARS
from domain.services import agents
from domain.services.agents import FRESH, GRACE
from tests.adapters.worker.fakes import FakeSms
from tests.adapters.worker.hands import work
from tests.anytime import POLICY
from tests.bot.events import TEAM
from tests.bot.office import Office, answers, conversation, until, workspace
from tests.bot.rig import Rig
from tests.clock import FakeClock
from tests.domain.build import TIMING

GROUP, SAM, DANA, GUEST = "S0AGENTS", "U0SAM", "U0DANA", "U0GUEST"


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose agents are a user group."""
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        yield built


def desk(rig: Rig) -> Desk:
    return Desk(rig.clock, POLICY, TIMING, chats=OneWorkspace(rig.chat))


def pressing(user: str) -> dict[str, Any]:
    return {"user": {"id": user}, "team": {"id": TEAM}}


async def away(rig: Rig, times: int = 9) -> None:
    """Slack answers nothing about people."""
    body = {"ok": False, "error": "internal_error"}
    await rig.fault("users.info", "answer", status=500, body=body, times=times)


async def group(rig: Rig, *users: str) -> None:
    """Somebody changes the agents' group, and Slack tells of it."""
    await rig.town.put(f"/slack/groups/{GROUP}", {"users": list(users)})


async def tell(rig: Rig, *events: dict[str, Any]) -> None:
    """Slack tells of something, and is answered."""
    office = Office(rig.town.config.product_url, rig.clock)
    for event in events:
        assert (await asyncio.to_thread(office.event, event)).status_code == 200


async def test_an_agent_may_and_is_remembered_for_a_day(rig: Rig) -> None:
    assert (await acting(desk(rig), pressing(SAM))).name == "Sam"
    await acting(desk(rig), pressing(SAM))
    rig.clock.advance(FRESH.total_seconds())
    await acting(desk(rig), pressing(SAM))
    assert len(await rig.calls("users.info")) == 2


async def test_others_are_told_why_not(rig: Rig) -> None:
    for user, kind in ((GUEST, "guest"), ("U0STRANGER", "foreign"), ("U0STANDUP", "bot")):
        with pytest.raises(Refused) as told:
            await acting(desk(rig), pressing(user))
        assert (told.value.code, told.value.message) == ("FORBIDDEN", BARS[kind].message)


async def test_whoever_is_in_no_group_is_told_whom_to_ask(rig: Rig) -> None:
    await group(rig, DANA)
    with pytest.raises(Refused) as told:
        await acting(desk(rig), pressing(SAM))
    assert told.value.help == "Ask an admin to add you to the agents."


async def test_only_admins_set_things_up(rig: Rig) -> None:
    assert (await administering(desk(rig), pressing(DANA))).is_admin
    with pytest.raises(Refused, match=ADMINS_ONLY):
        await administering(desk(rig), pressing(SAM))


async def test_a_stranger_gets_nowhere_while_slack_is_away(rig: Rig) -> None:
    await away(rig)
    with pytest.raises(Refused, match=UNREACHED):
        await acting(desk(rig), pressing(SAM))
    assert Agent.objects.count() == 0


async def test_a_known_agent_goes_on_for_a_day_while_slack_is_away(rig: Rig) -> None:
    await acting(desk(rig), pressing(SAM))
    await away(rig)
    rig.clock.advance((FRESH + GRACE / 2).total_seconds())
    assert (await acting(desk(rig), pressing(SAM))).user_id == SAM
    asked = len(await rig.calls("users.info"))
    await acting(desk(rig), pressing(SAM))
    assert len(await rig.calls("users.info")) == asked
    rig.clock.advance(GRACE.total_seconds())
    with pytest.raises(Refused, match=UNREACHED):
        await acting(desk(rig), pressing(SAM))


async def test_a_body_without_anybody_is_refused(rig: Rig) -> None:
    with pytest.raises(Refused, match=UNREACHED):
        await acting(desk(rig), {})


async def doubted(user: str) -> None:
    """Wait until the event about them has come."""
    await until(lambda: Agent.objects(user_id=user, doubted_at__ne=None).first())


async def test_who_leaves_the_group_loses_the_right_at_once(rig: Rig) -> None:
    await acting(desk(rig), pressing(SAM))
    await acting(desk(rig), pressing(DANA))
    await group(rig, DANA)
    await doubted(SAM)
    with pytest.raises(Refused):
        await acting(desk(rig), pressing(SAM))
    assert agents.trusted(DANA, rig.clock.now())


async def test_who_joins_the_group_has_it_at_once(rig: Rig) -> None:
    await group(rig, DANA)
    with pytest.raises(Refused):
        await acting(desk(rig), pressing(SAM))
    rig.clock.advance(1)
    await group(rig, DANA, SAM)
    await doubted(SAM)
    assert (await acting(desk(rig), pressing(SAM))).may_send


async def test_a_member_who_becomes_a_guest_loses_the_right(rig: Rig) -> None:
    await acting(desk(rig), pressing(SAM))
    rig.clock.advance(1)
    await rig.town.http.patch(f"/slack/users/{SAM}", json={"guest": True})
    await doubted(SAM)
    with pytest.raises(Refused, match="Guests"):
        await acting(desk(rig), pressing(SAM))


async def test_changes_of_other_groups_concern_nobody(rig: Rig) -> None:
    await acting(desk(rig), pressing(SAM))
    told: list[dict[str, Any]] = [
        {"type": "subteam_members_changed", "subteam_id": "S0OTHERS", "removed_users": [SAM]},
        {"type": "subteam_updated", "subteam": {"id": "S0OTHERS", "users": []}},
        {"type": "subteam_updated", "subteam": "?"},
        {"type": "team_join", "user": {}},
    ]
    await tell(rig, *told)
    assert agents.trusted(SAM, rig.clock.now())


async def test_every_change_that_may_concern_somebody_is_asked_about(rig: Rig) -> None:
    events: list[dict[str, Any]] = [
        {"type": "user_change", "user": {"id": SAM}},
        {"type": "team_join", "user": {"id": SAM}},
        {"type": "subteam_members_changed", "subteam_id": GROUP, "removed_users": [SAM, 1]},
        {"type": "subteam_members_changed", "subteam_id": GROUP, "added_users": [SAM]},
        {"type": "subteam_updated", "subteam": {"id": GROUP, "users": [DANA]}},
        {"type": "subteam_updated", "subteam": {"id": GROUP}},
    ]
    for event in events:
        await acting(desk(rig), pressing(SAM))
        assert agents.trusted(SAM, rig.clock.now())
        rig.clock.advance(1)
        await tell(rig, event)
        assert agents.trusted(SAM, rig.clock.now()) is None, event


async def test_a_group_that_still_has_somebody_does_not_concern_them(rig: Rig) -> None:
    await acting(desk(rig), pressing(SAM))
    await tell(rig, {"type": "subteam_updated", "subteam": {"id": GROUP, "users": [SAM]}})
    assert agents.trusted(SAM, rig.clock.now())


async def answered(rig: Rig) -> Message:
    """Dana answers in the customer's channel; the hold is over."""
    place = await rig.opened()
    conversation(rig.clock, place.channel_id)
    await acting(desk(rig), pressing(DANA))
    for user in (DANA, SAM):
        await rig.town.post("/slack/members", channel=place.channel_id, user=user)
    await rig.write(place.channel_id, "On my way")
    await until(answers)
    rig.clock.advance(10)
    return answers()[0]


def dispatcher(rig: Rig, sms: FakeSms) -> Dispatcher:
    return Dispatcher(sms, OneWorkspace(rig.chat), rig.clock, POLICY, TIMING)


async def test_an_answer_of_somebody_who_left_the_group_meanwhile_stays_here(rig: Rig) -> None:
    sms, message = FakeSms(), await answered(rig)
    await group(rig, SAM)
    plain = {"admin": False, "owner": False}
    await rig.town.http.patch(f"/slack/users/{DANA}", json=plain)
    await doubted(DANA)
    await work(dispatcher(rig, sms))
    refused = Message.objects.get(id=message.id)
    assert (sms.sent, refused.status) == ([], "refused")
    assert BARS["none"].message in refused.notices[-1].text


async def test_an_old_acquaintance_may_answer_while_slack_is_away(rig: Rig) -> None:
    sms, _ = FakeSms(), await answered(rig)
    agent = agents.known(DANA)
    assert agent
    agent.update(set__fetched_at=rig.clock.now() - FRESH - timedelta(hours=1))
    await away(rig)
    await work(dispatcher(rig, sms))
    assert [one.body for one in sms.sent] == ["On my way"]


async def test_after_two_days_an_answer_waits_for_slack(rig: Rig) -> None:
    sms, message = FakeSms(), await answered(rig)
    agent = agents.known(DANA)
    assert agent
    agent.update(set__fetched_at=rig.clock.now() - FRESH - GRACE)
    await away(rig, times=2)
    await work(dispatcher(rig, sms))
    assert (sms.sent, Message.objects.get(id=message.id).status) == ([], "held")
    rig.clock.advance(60)
    await work(dispatcher(rig, sms))
    assert len(sms.sent) == 1
