"""Adding the app to a workspace in a browser, and all the ways in which that does not work out."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from pymongo.database import Database

from bot import install, manifest
from domain.services import workspaces
from tests.bot.estate import ALPHA, CLIENT, Estate, estate, query
from tests.clock import FakeClock


@pytest.fixture
async def here(db: Database[dict[str, Any]], clock: FakeClock) -> AsyncIterator[Estate]:
    async with estate(clock, ALPHA) as built:
        yield built


def nothing_is_stored(db: Database[dict[str, Any]]) -> bool:
    return not db.slackinstallations.count_documents({}) and not db.workspaces.count_documents({})


async def test_the_page_leads_to_slack_with_what_the_manifest_asks_for(here: Estate) -> None:
    link, state = await here.begin()
    asked = query(link)
    assert urlsplit(link).netloc == "slack.example"
    assert (asked["client_id"], asked["state"]) == (CLIENT, state)
    assert asked["scope"].split(",") == list(manifest.scopes())
    assert asked["redirect_uri"] == f"{here.url}{install.REDIRECT}"
    assert len(state) > 40


async def test_every_visitor_gets_a_state_of_their_own(here: Estate) -> None:
    assert (await here.begin())[1] != (await here.begin())[1]


async def test_pages_are_kept_by_nobody_and_tell_nobody(here: Estate) -> None:
    page = await here.browser.get(install.INSTALL)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert all(word in page.headers["set-cookie"] for word in ("Secure", "HttpOnly"))


async def test_who_allows_it_has_it_installed(here: Estate) -> None:
    page = await here.install(ALPHA)
    assert page.status_code == 200
    assert "Threadline is in Alpha." in page.text
    assert here.installations.token(ALPHA) == "xoxb-alpha"
    found = workspaces.find(ALPHA)
    assert found is not None
    assert (found.name, found.installed_by, found.is_set_up) == ("Alpha", "U0DANA", False)


async def test_the_installer_is_told_what_comes_next(here: Estate) -> None:
    await here.install(ALPHA)
    (sent,) = await here.alpha.calls("slack.chat.postMessage")
    assert sent["args"]["channel"] == "U0DANA"
    assert "set_up" in str(sent["args"]["blocks"])


async def test_a_welcome_that_cannot_be_sent_undoes_nothing(here: Estate) -> None:
    body = {"ok": False, "error": "messages_tab_disabled"}
    await here.fault(ALPHA, "chat.postMessage", action="answer", status=200, body=body)
    assert (await here.install(ALPHA)).status_code == 200
    assert here.installations.token(ALPHA) == "xoxb-alpha"


async def test_who_does_not_allow_it_is_told_that_nothing_happened(
    here: Estate, db: Database[dict[str, Any]]
) -> None:
    link, state = await here.begin()
    page = await here.come_back(await here.consent(ALPHA, link, "cancel"), state)
    assert page.status_code == 200
    assert install.FAILURES["access_denied"] in page.text
    assert f'href="{install.INSTALL}"' in page.text
    assert nothing_is_stored(db)


async def test_a_state_is_good_once(here: Estate, db: Database[dict[str, Any]]) -> None:
    link, state = await here.begin()
    first = await here.consent(ALPHA, link)
    assert (await here.come_back(first, state)).status_code == 200
    again = await here.come_back(await here.consent(ALPHA, link), state)
    assert again.status_code == 400
    assert install.FAILURES["invalid_state"].split(",")[0] in again.text
    assert here.installations.teams() == [ALPHA]


async def test_a_state_is_good_for_ten_minutes(
    here: Estate, db: Database[dict[str, Any]], clock: FakeClock
) -> None:
    link, state = await here.begin()
    clock.advance(minutes=10)
    page = await here.come_back(await here.consent(ALPHA, link), state)
    assert page.status_code == 400
    assert nothing_is_stored(db)


async def test_another_browsers_state_is_not_believed(
    here: Estate, db: Database[dict[str, Any]]
) -> None:
    link, _ = await here.begin()
    path = await here.consent(ALPHA, link)
    for cookie in (None, "forged", (await here.begin())[1]):
        page = await here.come_back(path, cookie)
        assert (page.status_code, "another browser" in page.text) == (400, True)
    assert nothing_is_stored(db)


async def test_a_forged_state_is_not_believed_with_its_own_cookie_either(
    here: Estate, db: Database[dict[str, Any]]
) -> None:
    link, state = await here.begin()
    path = (await here.consent(ALPHA, link)).replace(state, "forged")
    assert (await here.come_back(path, "forged")).status_code == 400
    assert nothing_is_stored(db)


async def test_without_a_code_of_slacks_nothing_is_installed(
    here: Estate, db: Database[dict[str, Any]]
) -> None:
    for code in ("", "&code=", "&code=T0SANDBOX.guessed", "&code=%00%ff"):
        _, state = await here.begin()
        page = await here.come_back(f"{install.REDIRECT}?state={state}{code}", state)
        assert (page.status_code, "Start again" in page.text) == (400, True), code
        assert nothing_is_stored(db)


AWAY: list[dict[str, Any]] = [
    {"method": "oauth.v2.access", "action": "drop_request"},
    {"method": "oauth.v2.access", "action": "answer", "status": 502, "body": "<html>proxy</html>"},
    {"method": "oauth.v2.access", "action": "answer", "status": 200, "body": "[]"},
    {"method": "oauth.v2.access", "action": "answer", "status": 200, "body": {"ok": True}},
    {"method": "auth.test", "action": "refuse"},
]


async def test_while_slack_cannot_be_asked_nothing_is_installed(
    here: Estate, db: Database[dict[str, Any]]
) -> None:
    for fault in AWAY:
        await here.fault(ALPHA, **fault)
        page = await here.install(ALPHA)
        assert (page.status_code, "Slack did not answer" in page.text) == (503, True), fault
        assert nothing_is_stored(db)


async def test_what_slack_refuses_is_not_installed(
    here: Estate, db: Database[dict[str, Any]]
) -> None:
    body = {"ok": False, "error": "bad_client_secret"}
    await here.fault(ALPHA, "oauth.v2.access", action="answer", status=200, body=body)
    page = await here.install(ALPHA)
    assert (page.status_code, "did not accept" in page.text) == (400, True)
    assert nothing_is_stored(db)


async def test_whatever_is_asked_is_answered_by_a_page(here: Estate) -> None:
    for asked in ("", "?error=unheard_of", "?error=%3Cscript%3E", "?state=%ff&code=x", "?state=1"):
        page = await here.come_back(f"{install.REDIRECT}{asked}", "1")
        assert (page.status_code, "Start again" in page.text) == (400, True), asked
        assert "<script>" not in page.text


async def test_installing_again_brings_the_new_scopes_and_keeps_the_choices(here: Estate) -> None:
    kept = await here.set_up(ALPHA, "+17605550100")
    await here.uninstall(ALPHA)
    await here.install(ALPHA)
    assert workspaces.serving(ALPHA, None) == kept
    bot = await here.installations.async_find_bot(enterprise_id=None, team_id=ALPHA)
    assert bot is not None
    assert list(bot.bot_scopes) == list(manifest.scopes())
