"""Installations: saved with the workspace, found by team, forgotten, and never in plain sight."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import WriteError
from slack_sdk.oauth.installation_store import Installation

from adapters.slack.installations import COLLECTION, DatabaseInstallations
from adapters.slack.sealing import Seal
from domain.rules.keyring import Secret
from domain.services import workspaces
from domain.services.workspaces import Choices
from tests.clock import FakeClock

KEY = "k" * 32
ONE = "+17605550100"
HOUR = timedelta(hours=1)


@pytest.fixture
def store(db: Database[dict[str, Any]], clock: FakeClock) -> DatabaseInstallations:
    return DatabaseInstallations(db, Seal(KEY), clock)


def made(team_id: str | None = "T1", token: str = "xoxb-one", **more: Any) -> Installation:
    told: dict[str, Any] = {
        "app_id": "A1",
        "team_id": team_id,
        "team_name": "Acme",
        "bot_token": token,
        "bot_id": "B1",
        "bot_user_id": "U0BOT",
        "bot_scopes": "chat:write,commands",
        "user_id": "U0DANA",
    }
    return Installation(**(told | more))


async def test_what_is_saved_is_found(store: DatabaseInstallations) -> None:
    await store.async_save(made(bot_refresh_token="xoxe-1", bot_token_expires_in=43_200))
    bot = await store.async_find_bot(enterprise_id=None, team_id="T1")
    assert bot is not None
    assert (bot.bot_token, bot.bot_user_id, bot.bot_scopes) == (
        "xoxb-one",
        "U0BOT",
        ["chat:write", "commands"],
    )
    assert bot.bot_refresh_token == "xoxe-1"
    assert bot.bot_token_expires_at
    assert store.token("T1") == "xoxb-one"
    assert store.teams() == ["T1"]


async def test_the_workspace_is_there_from_then_on(store: DatabaseInstallations) -> None:
    await store.async_save(made())
    found = workspaces.find("T1")
    assert found is not None
    assert (found.name, found.installed_by, found.active) == ("Acme", "U0DANA", True)


async def test_no_token_is_in_plain_sight(
    store: DatabaseInstallations, db: Database[dict[str, Any]]
) -> None:
    await store.async_save(made(bot_refresh_token="xoxe-secret"))
    everything = str(list(db[COLLECTION].find()))
    assert "T1" in everything
    assert "xoxb-one" not in everything
    assert "xoxe-secret" not in everything


async def test_null_is_stored_nowhere(
    store: DatabaseInstallations, db: Database[dict[str, Any]]
) -> None:
    await store.async_save(made())
    (stored,) = db[COLLECTION].find()
    assert None not in stored.values()


async def test_installing_again_brings_the_new_token_and_scopes(
    store: DatabaseInstallations,
) -> None:
    await store.async_save(made(bot_refresh_token="xoxe-old"))
    await store.async_save(made(token="xoxb-two", bot_scopes="chat:write", user_id="U0SAM"))
    bot = await store.async_find_bot(enterprise_id=None, team_id="T1")
    assert bot is not None
    assert (bot.bot_token, bot.bot_scopes, bot.bot_refresh_token) == (
        "xoxb-two",
        ["chat:write"],
        None,
    )


async def test_a_rotated_token_replaces_the_one_before(store: DatabaseInstallations) -> None:
    await store.async_save(made())
    await store.async_save_bot(made(token="xoxb-next").to_bot())
    assert store.token("T1") == "xoxb-next"
    found = await store.async_find_installation(enterprise_id=None, team_id="T1")
    assert found is not None
    assert found.user_id == "U0DANA"


async def test_an_installation_is_its_installers(store: DatabaseInstallations) -> None:
    await store.async_save(made())
    asked: dict[str, Any] = {"enterprise_id": None, "team_id": "T1"}
    assert await store.async_find_installation(**asked, user_id="U0DANA")
    assert await store.async_find_installation(**asked, user_id="U0SAM") is None
    await store.async_delete_installation(**asked, user_id="U0SAM")
    assert store.token("T1")
    await store.async_delete_installation(**asked, user_id="U0DANA")
    assert store.token("T1") is None


async def test_workspaces_of_an_enterprise_are_told_apart(store: DatabaseInstallations) -> None:
    await store.async_save(made("T1", enterprise_id="E1"))
    await store.async_save(made("T2", "xoxb-two", enterprise_id="E1"))
    assert (store.token("T1", "E1"), store.token("T2", "E1")) == ("xoxb-one", "xoxb-two")
    assert store.token("T1") == "xoxb-one"
    assert store.token("T3", "E1") is None
    assert await store.async_find_bot(enterprise_id="E2", team_id="T1") is None


async def test_an_installation_of_the_whole_enterprise_opens_all_of_it(
    store: DatabaseInstallations,
) -> None:
    whole = made(None, enterprise_id="E1", enterprise_name="Big", is_enterprise_install=True)
    await store.async_save(whole)
    asked: dict[str, Any] = {"enterprise_id": "E1", "team_id": "T9"}
    assert await store.async_find_bot(**asked, is_enterprise_install=True)
    assert await store.async_find_bot(**asked) is None
    assert store.token("T9", "E1") == "xoxb-one"
    assert store.token("T9", "E2") is None


async def test_a_workspace_may_come_to_its_enterprise_later(store: DatabaseInstallations) -> None:
    await store.async_save(made())
    assert store.token("T1", "E1") == "xoxb-one"


@pytest.mark.parametrize("team_id", [None, "", "T0ELSEWHERE"])
async def test_who_did_not_install_has_no_token(
    store: DatabaseInstallations, team_id: str | None
) -> None:
    await store.async_save(made())
    assert store.token(team_id) is None


async def test_removing_takes_the_token_and_leaves_the_choices(
    store: DatabaseInstallations, clock: FakeClock
) -> None:
    await store.async_save(made())
    workspaces.set_up("T1", Choices("C0I", (ONE,)), [ONE])
    assert store.remove("T1", clock.now() + HOUR)
    assert store.token("T1") is None
    left = workspaces.find("T1")
    assert left is not None
    assert (left.active, left.inbox) == (False, "C0I")
    assert not store.remove("T1", clock.now() + HOUR)


async def test_a_late_word_of_removal_does_not_touch_a_new_installation(
    store: DatabaseInstallations, clock: FakeClock
) -> None:
    await store.async_save(made())
    clock.advance(hours=1)
    await store.async_save(made(token="xoxb-two"))
    assert not store.remove("T1", clock.now() - timedelta(minutes=5))
    assert store.token("T1") == "xoxb-two"


async def test_a_workspace_that_leaves_leaves_alone(
    store: DatabaseInstallations, clock: FakeClock
) -> None:
    await store.async_save(made())
    await store.async_save(made("T2", "xoxb-two"))
    await store.async_delete_all(enterprise_id=None, team_id="T1")
    assert (store.token("T1"), store.token("T2")) == (None, "xoxb-two")


async def test_another_key_opens_nothing_and_says_whose(
    store: DatabaseInstallations, db: Database[dict[str, Any]], clock: FakeClock
) -> None:
    await store.async_save(made())
    other = DatabaseInstallations(db, Seal("o" * 32), clock)
    assert other.token("T1") is None
    assert await other.async_find_bot(enterprise_id=None, team_id="T1") is None
    assert (other.unreadable(), store.unreadable()) == (["Acme"], [])


async def test_what_fails_halfway_leaves_neither_half(
    store: DatabaseInstallations, db: Database[dict[str, Any]]
) -> None:
    db.command("collMod", "workspaces", validator={"name": {"$ne": "Acme"}})
    try:
        with pytest.raises(WriteError):
            await store.async_save(made())
    finally:
        db.command("collMod", "workspaces", validator={})
    assert workspaces.find("T1") is None
    assert store.teams() == []


async def test_after_a_new_key_the_former_one_still_opens_until_all_is_closed_anew(
    store: DatabaseInstallations, db: Database[dict[str, Any]], clock: FakeClock
) -> None:
    await store.async_save(made(bot_refresh_token="xoxe-1"))
    await store.async_save(made("T2", "xoxb-two"))
    turned = DatabaseInstallations(db, Seal(Secret("n" * 32, (KEY,))), clock)
    assert (turned.token("T1"), turned.token("T2")) == ("xoxb-one", "xoxb-two")
    assert (turned.reseal(), turned.reseal()) == (3, 0)
    alone = DatabaseInstallations(db, Seal("n" * 32), clock)
    assert (alone.token("T1"), alone.unreadable()) == ("xoxb-one", [])
    assert store.token("T1") is None


async def test_closing_anew_goes_on_where_it_was_cut_short(
    store: DatabaseInstallations, db: Database[dict[str, Any]], clock: FakeClock
) -> None:
    await store.async_save(made())
    turned = DatabaseInstallations(db, Seal(Secret("n" * 32, (KEY,))), clock)
    turned.reseal()
    await store.async_save(made("T2", "xoxb-two"))
    assert turned.reseal() == 1
    assert turned.token("T2") == "xoxb-two"


async def test_what_no_key_opens_is_left_as_it_is(
    store: DatabaseInstallations, db: Database[dict[str, Any]], clock: FakeClock
) -> None:
    await store.async_save(made())
    stranger = DatabaseInstallations(db, Seal("n" * 32), clock)
    assert stranger.reseal() == 0
    assert store.token("T1") == "xoxb-one"
