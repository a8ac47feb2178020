"""Two workspaces, one installation: each has its own, and neither reaches into the other."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from adapters.worker.relaying import Relayer
from bot import borders, memory
from bot.asgi import PATH
from bot.desk import Desk
from bot.forms import SEND
from bot.members import thread_for
from domain import values
from domain.errors import InvalidInput, NotFound
from domain.model import Message, Thread
from domain.services import threads, workspaces
from domain.services.campaigns.planning import drafting
from tests.bot.estate import ALPHA, BETA, FORM, POLICY, THEIRS, Estate, estate
from tests.bot.office import answers, until
from tests.clock import FakeClock
from tests.domain.audience import plan
from tests.domain.build import OURS, TIMING, TOKEN, furnished, received

DANA, SAM = "U0DANA", "U0SAMSECOND"


@pytest.fixture
async def here(db: Database[dict[str, Any]], clock: FakeClock) -> AsyncIterator[Estate]:
    async with estate(clock) as built:
        await built.set_up(ALPHA, OURS)
        await built.set_up(BETA, THEIRS)
        yield built


def conversation(here: Estate, team_id: str, sender: str, channel_id: str) -> Thread:
    """A customer wrote to that sender, and it is shown in that workspace."""
    said = received(now=here.clock.now(), recipient=sender, policy=POLICY)
    furnished(said.thread_id, channel_id)
    change = {"$set": {"channel.teamId": team_id}}
    Thread._get_collection().update_one({"_id": said.thread_id}, change)
    return threads.get(said.thread_id)


def pressed(action: str, value: str, team_id: str, user_id: str) -> dict[str, Any]:
    """A click on a button, as Slack tells it."""
    return {
        "type": "block_actions",
        "team": {"id": team_id, "domain": "x"},
        "user": {"id": user_id, "team_id": team_id},
        "api_app_id": "A0THREADLINE",
        "trigger_id": "1.2.3",
        "channel": {"id": "C0INBOX"},
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }


async def test_each_sender_is_shown_in_its_own_workspace(here: Estate) -> None:
    for sender, team_id, token in ((OURS, ALPHA, "xoxb-alpha"), (THEIRS, BETA, "xoxb-beta")):
        chat = here.chats.of(None, sender)
        assert chat
        assert chat.workspace.team_id == team_id
        assert here.installations.token(team_id) == token
        shown = await chat.post(chat.inbox, values.Post("k", f"For {sender}"))
        assert isinstance(shown, values.Shown)
    alpha, beta = await here.alpha.messages("C0INBOX"), await here.beta.messages("C0INBOXSECOND")
    assert (OURS in str(alpha), THEIRS in str(alpha)) == (True, False)
    assert (OURS in str(beta), THEIRS in str(beta)) == (False, True)


async def test_agents_answer_in_their_own_workspace(here: Estate) -> None:
    conversation(here, BETA, THEIRS, "C0INBOXSECOND")
    await here.beta.say("See you at 5", user=SAM, channel="C0INBOXSECOND")
    (answer,) = await until(answers)
    assert answer.origin.startswith(f"slack:{BETA}/C0INBOXSECOND/")
    assert answer.from_ == THEIRS


@pytest.mark.parametrize("action", ["reply", "close_thread", "assign_me", "own_channel", "release"])
async def test_a_button_with_another_workspaces_conversation_does_nothing(
    here: Estate, action: str
) -> None:
    theirs = conversation(here, BETA, THEIRS, "C0THEIRS")
    before = theirs.to_mongo()
    told = pressed(action, str(theirs.id), ALPHA, DANA)
    told["response_url"] = f"{here.alpha.url}/slack/response/none"
    await here.interact(told)
    assert threads.get(theirs.id).to_mongo() == before
    assert not answers()
    assert not await here.alpha.calls("slack.views.open")


@pytest.mark.parametrize("count", [0, 20, 199])
async def test_an_id_is_known_in_capitals_and_after_many_others(here: Estate, count: int) -> None:
    theirs = conversation(here, BETA, THEIRS, "C0THEIRS")
    before = theirs.to_mongo()
    others = " ".join(str(ObjectId()) for _ in range(count))
    told = pressed("close_thread", f"{others} {theirs.id}".upper().strip(), ALPHA, DANA)
    with pytest.raises(NotFound, match=workspaces.ELSEWHERE):
        borders._is_ready(told)
    await here.interact(told)
    assert threads.get(theirs.id).to_mongo() == before


async def test_a_form_that_names_more_than_can_be_looked_at_is_refused(here: Estate) -> None:
    many = " ".join(str(ObjectId()) for _ in range(201))
    with pytest.raises(InvalidInput, match=memory.UNREADABLE):
        borders._is_ready(pressed("close_thread", many, ALPHA, DANA))
    assert borders._is_ready(pressed("close_thread", f"{ObjectId()} " * 300, ALPHA, DANA))


async def test_an_id_that_json_spells_otherwise_is_known(here: Estate) -> None:
    theirs = conversation(here, BETA, THEIRS, "C0THEIRS")
    spelled = "".join(f"\\u{ord(one):04x}" for one in str(theirs.id))
    form = {"private_metadata": f'{{"thread": "{spelled}"}}'}
    with pytest.raises(NotFound, match=workspaces.ELSEWHERE):
        borders._is_ready({"team": {"id": ALPHA}, "view": form})


async def test_a_form_about_another_workspaces_conversation_is_refused(here: Estate) -> None:
    theirs = conversation(here, BETA, THEIRS, "C0THEIRS")
    form = {
        "type": "view_submission",
        "team": {"id": ALPHA, "domain": "x"},
        "user": {"id": DANA, "team_id": ALPHA},
        "api_app_id": "A0THREADLINE",
        "view": {
            "type": "modal",
            "id": "V1",
            "callback_id": "reply_form",
            "private_metadata": str(theirs.id),
            "app_installed_team_id": ALPHA,
            "blocks": [{"type": "input", "block_id": "text"}],
            "state": {"values": {"text": {"text": {"type": "plain_text_input", "value": "Hi"}}}},
        },
    }
    answer = (await here.interact(form)).json()
    assert answer == {
        "response_action": "errors",
        "errors": {"text": workspaces.ELSEWHERE},
    }
    assert not answers()


async def test_a_text_of_another_workspace_cannot_be_named_either(here: Estate) -> None:
    theirs = conversation(here, BETA, THEIRS, "C0THEIRS")
    alpha = workspaces.serving(ALPHA, None)
    beta = workspaces.serving(BETA, None)
    assert alpha is not None
    assert beta is not None
    said = Message.objects(thread_id=theirs.id).get()
    assert workspaces.strange([said.id], alpha)
    assert not workspaces.strange([said.id], beta)
    assert not workspaces.strange([], alpha)


async def test_a_campaign_of_another_workspace_cannot_be_named_either(here: Estate) -> None:
    now = here.clock.now()
    theirs = drafting.create(plan(sender=THEIRS), TOKEN, now, POLICY)
    alpha, beta = workspaces.serving(ALPHA, None), workspaces.serving(BETA, None)
    assert alpha is not None
    assert beta is not None
    assert workspaces.strange([theirs.id], alpha)
    assert not workspaces.strange([theirs.id], beta)


async def test_the_send_shortcut_reaches_no_other_workspace(here: Estate) -> None:
    conversation(here, BETA, THEIRS, "C0THEIRS")
    shortcut = {
        "type": "message_action",
        "callback_id": SEND,
        "team": {"id": ALPHA, "domain": "x"},
        "user": {"id": DANA, "team_id": ALPHA},
        "channel": {"id": "C0ELSEWHERE", "name": "x"},
        "message": {"type": "message", "user": DANA, "text": "Hi", "ts": "1772654400.000001"},
        "message_ts": "1772654400.000001",
        "trigger_id": "1.2.3",
    }
    await here.interact(shortcut)
    assert not answers()


def command(team_id: str) -> bytes:
    return f"command=%2Fsms&text=help&team_id={team_id}&user_id=U1&channel_id=C1".encode()


async def test_a_workspace_that_did_not_install_it_is_answered_politely(here: Estate) -> None:
    said = await here.deliver(command("T0NOWHERE"))
    assert (said.status_code, said.text) == (200, borders.NOT_INSTALLED)
    told = pressed("reply", "x", "T0NOWHERE", "U1")
    assert (await here.interact(told)).status_code == 200
    typed = {"type": "message", "channel": "C1", "user": "U1", "text": "Hi", "ts": "1.000001"}
    assert await here.event(typed, "T0NOWHERE") == 200
    assert not answers()


async def test_an_address_can_be_verified_before_anybody_installed_it(here: Estate) -> None:
    body = b'{"type": "url_verification", "challenge": "abc"}'
    answer = await here.deliver(body, "application/json")
    assert answer.json() == {"challenge": "abc"}


async def test_what_slack_does_not_sign_is_not_believed_here_either(here: Estate) -> None:
    answer = await here.browser.post(PATH, content=command(ALPHA), headers={"content-type": FORM})
    assert answer.status_code == 401


async def test_a_workspace_that_is_not_set_up_can_only_be_set_up(
    here: Estate, db: Database[dict[str, Any]]
) -> None:
    db.workspaces.update_one({"teamId": BETA}, {"$unset": {"inbox": ""}})
    said = await here.deliver(command(BETA))
    assert said.status_code == 200
    opened = {"type": "app_home_opened", "user": SAM, "channel": "D1", "tab": "home"}
    assert await here.event(opened, BETA) == 200
    (home,) = await here.beta.calls("slack.views.publish")
    assert "set_up" in str(home["args"]["view"])
    conversation(here, BETA, THEIRS, "C0INBOXSECOND")
    await here.beta.say("Too early", user=SAM, channel="C0INBOXSECOND")
    await here.beta.until("/ledger", lambda told: "Too early" in str(told["lines"][-1]))
    assert not [one for one in answers() if one.body == "Too early"]


async def test_conversations_wait_while_their_workspace_is_away(here: Estate) -> None:
    await here.event({"type": "app_uninstalled"}, BETA)
    assert here.installations.teams() == [ALPHA]
    assert here.chats.of(BETA) is None
    assert here.chats.of(None, THEIRS) is None
    assert here.chats.of(None, OURS) is not None
    await here.install(BETA)
    assert here.chats.of(None, THEIRS) is not None


async def relayed(here: Estate) -> None:
    """All that is due is shown."""
    relayer = Relayer(here.chats, here.clock, TIMING)
    while claim := relayer.claim():
        await relayer.carry_out(claim)


async def test_texts_wait_for_a_workspace_and_move_to_the_one_that_takes_their_number(
    here: Estate,
) -> None:
    thread = conversation(here, BETA, THEIRS, "C0THEIRS")
    await here.event({"type": "app_uninstalled"}, BETA)
    received("Anybody?", now=here.clock.now(), recipient=THEIRS, policy=POLICY)
    await relayed(here)
    assert threads.get(thread.id).channel.channel_id == "C0THEIRS"
    choices = workspaces.Choices("C0INBOX", (OURS, THEIRS))
    workspaces.set_up(ALPHA, choices, POLICY.senders)
    here.clock.advance(seconds=31)
    await relayed(here)
    moved = threads.get(thread.id).channel
    assert (moved.team_id, moved.step) == (ALPHA, "ready")
    shown = await here.alpha.channel(str(moved.channel_id))
    assert "Anybody?" in str(shown["messages"])
    assert not await here.beta.calls("slack.conversations.create")


async def test_what_waited_is_shown_where_it_was_once_the_workspace_is_back(here: Estate) -> None:
    said = received(now=here.clock.now(), recipient=THEIRS, policy=POLICY)
    await here.event({"type": "app_uninstalled"}, BETA)
    await relayed(here)
    assert threads.get(said.thread_id).channel.step == "wanted"
    await here.install(BETA)
    here.clock.advance(seconds=31)
    await relayed(here)
    assert threads.get(said.thread_id).channel.team_id == BETA


async def test_a_conversation_is_loaded_for_its_own_workspace_only(here: Estate) -> None:
    theirs = conversation(here, BETA, THEIRS, "C0THEIRS")
    desk = Desk(here.clock, POLICY, TIMING, chats=here.chats)
    own = {"team": {"id": BETA}}
    assert thread_for(desk, own, str(theirs.id)).id == theirs.id
    for team_id, name in ((ALPHA, str(theirs.id)), (BETA, "nonsense"), (BETA, "0" * 24)):
        with pytest.raises(NotFound):
            thread_for(desk, {"team": {"id": team_id}}, name)
    assert thread_for(replace(desk, chats=None), own, str(theirs.id)).id == theirs.id


async def test_a_chat_is_the_same_until_something_changes(here: Estate) -> None:
    first = here.chats.of(ALPHA)
    assert here.chats.of(ALPHA) is first
    assert here.chats.of(None, OURS) is first
    choices = workspaces.Choices("C0INBOX", (OURS,), own_channels=False)
    workspaces.set_up(ALPHA, choices, POLICY.senders)
    changed = here.chats.of(ALPHA)
    assert changed is not first
    assert changed
    assert not changed.workspace.own_channels


async def test_what_was_found_is_believed_for_a_moment(here: Estate) -> None:
    moments = iter([0.0, 1.0, 3.0, 3.0])
    here.chats.seconds, here.chats.tick = 2.0, lambda: next(moments)
    assert here.chats.of(BETA)
    here.installations.remove(BETA, here.clock.now())
    assert here.chats.of(BETA)
    assert here.chats.of(BETA) is None
