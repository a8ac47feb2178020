"""Setting a workspace up: who may, what is asked, and what is said about what cannot be."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.database import Database

from bot import members
from bot.listeners import setup
from bot.views import health
from bot.views import setup as form
from domain.services import workspaces
from domain.services.workspaces import Choices
from domain.values import Point, Workspace
from tests.bot.estate import ALPHA, POLICY, THEIRS, Estate, estate
from tests.clock import FakeClock
from tests.domain.build import OURS

DANA, SAM = "U0DANA", "U0SAM"


@pytest.fixture
async def here(db: Database[dict[str, Any]], clock: FakeClock) -> AsyncIterator[Estate]:
    async with estate(clock, ALPHA) as built:
        await built.install(ALPHA)
        yield built


async def press(here: Estate, user: str = DANA) -> Any:
    """Press Set up in the home; the modal that opens, None when none does."""
    await here.alpha.post("/slack/home", user=user)
    await here.alpha.until("/slack", lambda told: user in told["homes"])
    told = {"user": user, "home": True, "action_id": form.SET_UP}
    await here.alpha.post("/slack/actions", **told)
    views = (await here.alpha.get("/slack"))["views"]
    return next((one for one in views if one["for"] == user), None)


async def save(here: Estate, view: Any, **filled: Any) -> Any:
    """Fill the modal in; what is said about it."""
    given = {form.INBOX: "C0INBOX", form.SENDERS: [OURS], **filled}
    told = await here.alpha.post(f"/slack/views/{view['id']}", user=view["for"], state=given)
    return told["answer"]


def wrong(answer: Any) -> dict[str, str]:
    assert answer["response_action"] == "errors"
    return dict(answer["errors"])


async def test_the_installer_sets_it_up(here: Estate) -> None:
    view = await press(here)
    assert not await save(here, view, agents=[SAM], mode=form.ALL_IN_INBOX, archive=[])
    assert workspaces.serving(ALPHA, None) == Workspace(
        inbox="C0INBOX",
        team_id=ALPHA,
        agents=(SAM,),
        senders=(OURS,),
        own_channels=False,
        archive_closed=False,
    )


async def test_the_form_offers_what_is_there(here: Estate) -> None:
    view = await press(here)
    fields = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert list(fields) == ["inbox", "senders", "agents", "group", "mode", "archive"]
    assert [one["value"] for one in fields["senders"]["options"]] == [OURS, THEIRS]
    assert [one["value"] for one in fields["group"]["options"]] == ["S0AGENTS"]
    assert fields["mode"]["initial_option"]["value"] == form.OWN_CHANNELS


async def test_it_shows_what_was_chosen_before(here: Estate) -> None:
    chosen = Choices("C0INBOX", (THEIRS,), group="S0AGENTS", own_channels=False)
    present = workspaces.set_up(ALPHA, chosen, POLICY.senders)
    fields = {
        one["block_id"]: one["element"]
        for one in form.setup(present, POLICY.senders, [("S0AGENTS", "Agents")])["blocks"]
    }
    assert fields["inbox"]["initial_conversation"] == "C0INBOX"
    assert [one["value"] for one in fields["senders"]["initial_options"]] == [THEIRS]
    assert fields["group"]["initial_option"]["value"] == "S0AGENTS"
    assert fields["mode"]["initial_option"]["value"] == form.ALL_IN_INBOX
    assert fields["archive"]["initial_options"]


async def test_a_group_may_stand_for_its_people(here: Estate) -> None:
    await save(here, await press(here), group="S0AGENTS")
    found = workspaces.serving(ALPHA, None)
    assert found is not None
    assert found.agents == ("S0AGENTS",)


async def test_people_and_a_group_at_once_are_told_at_the_field(here: Estate) -> None:
    answer = await save(here, await press(here), group="S0AGENTS", agents=[SAM])
    assert wrong(answer) == {"group": workspaces.TWO_WAYS}
    assert workspaces.serving(ALPHA, None) is None


async def test_an_admin_of_the_workspace_may_set_it_up(here: Estate) -> None:
    workspaces.installed(ALPHA, "Alpha", "U0PRIYA", here.clock.now())
    assert await press(here, DANA)


async def test_others_may_not(here: Estate) -> None:
    for nobody in (SAM, "U0GUEST"):
        view = await press(here, nobody)
        assert view["callback_id"] != form.FORM
        assert members.ADMINS_ONLY in str(view)


async def test_a_number_that_another_workspace_has_is_not_offered(here: Estate) -> None:
    workspaces.installed("T0OTHER", "Other", "U1", here.clock.now())
    workspaces.set_up("T0OTHER", Choices("C1", (OURS,)), POLICY.senders)
    view = await press(here)
    fields = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert [one["value"] for one in fields["senders"]["options"]] == [THEIRS]


async def test_a_number_that_was_taken_meanwhile_is_told_at_the_field(here: Estate) -> None:
    view = await press(here)
    workspaces.installed("T0OTHER", "Other", "U1", here.clock.now())
    workspaces.set_up("T0OTHER", Choices("C1", (OURS,)), POLICY.senders)
    assert "Another workspace has" in wrong(await save(here, view))["senders"]


async def test_when_all_numbers_are_taken_the_form_says_so(here: Estate) -> None:
    workspaces.installed("T0OTHER", "Other", "U1", here.clock.now())
    workspaces.set_up("T0OTHER", Choices("C1", POLICY.senders), POLICY.senders)
    view = await press(here)
    assert not view["submit"]
    assert "belong to other workspaces" in str(view["blocks"])


async def test_a_public_channel_is_joined(here: Estate) -> None:
    assert not await save(here, await press(here), inbox="C0GENERAL")
    assert "U0THREADLINE" in (await here.alpha.channel("C0GENERAL"))["members"]


async def test_a_private_channel_must_invite_it_first(here: Estate) -> None:
    body = {"ok": False, "error": "channel_not_found"}
    view = await press(here)
    await here.fault(ALPHA, "conversations.info", action="answer", status=200, body=body)
    assert wrong(await save(here, view)) == {"inbox": setup.INVITE}
    assert workspaces.serving(ALPHA, None) is None


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"ok": True, "channel": {"is_archived": True, "is_member": False}}, setup.ARCHIVED),
        ({"ok": False, "error": "restricted_action"}, "(restricted_action)"),
        ({"ok": False, "error": "missing_scope"}, setup.INVITE),
        ({"ok": False, "error": "method_not_supported_for_channel_type"}, setup.INVITE),
    ],
)
async def test_a_channel_that_cannot_be_used_is_told_at_the_field(
    here: Estate, body: dict[str, Any], sentence: str
) -> None:
    view = await press(here)
    await here.fault(ALPHA, "conversations.info", action="answer", status=200, body=body)
    assert sentence in wrong(await save(here, view))["inbox"]


async def test_while_slack_is_away_nothing_is_kept(here: Estate) -> None:
    view = await press(here)
    await here.fault(ALPHA, "conversations.info", action="drop_request", times=3)
    assert setup.AWAY in str(wrong(await save(here, view)))
    assert workspaces.serving(ALPHA, None) is None


async def test_groups_that_cannot_be_listed_are_not_asked_for(here: Estate) -> None:
    body = {"ok": False, "error": "missing_scope"}
    await here.fault(ALPHA, "usergroups.list", action="answer", status=200, body=body)
    view = await press(here)
    assert "group" not in [block["block_id"] for block in view["blocks"]]


async def test_pressing_save_twice_is_saving_once(here: Estate) -> None:
    view = await press(here)
    body = {"user": DANA, "state": {form.INBOX: "C0INBOX", form.SENDERS: [OURS]}}
    await here.alpha.post(f"/slack/views/{view['id']}", **body)
    first = workspaces.serving(ALPHA, None)
    workspaces.set_up(ALPHA, Choices("C0INBOX", (OURS,)), POLICY.senders)
    assert workspaces.serving(ALPHA, None) == first


def test_admins_find_it_beside_the_health_where_several_workspaces_are_served() -> None:
    several, one = [Point("workspaces", "ok", "Fine.", "")], [Point("slack", "ok", "Fine.", "")]
    assert form.button() in health.blocks(several, admin=True)
    assert form.button() not in health.blocks(several, admin=False)
    assert form.button() not in health.blocks(one, admin=True)
