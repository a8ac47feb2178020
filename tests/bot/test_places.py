"""A conversation's place in the stand-in Slack, with the real listeners and both workers at it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.sandbox.slack.blocks import check_blocks
from adapters.worker.keeping import Keeper
from adapters.worker.relaying import Relayer
from bot.blocks.cards import CLOSE, OWN_CHANNEL, REOPEN
from bot.chats import OneWorkspace
from domain.model import Contact, Message, Thread
from domain.services import agents, consent, summaries, threads
from domain.services.consent import Statement
from domain.services.desk import conversations
from domain.values import Person
from tests.bot.events import AGENT, TEAM
from tests.bot.office import until, workspace
from tests.bot.rig import BOT, INBOX, Rig
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, TIMING, TOKEN, received

NAME = "sms-jane-doe-0111"


@dataclass
class Scene:
    """One customer, Jane, and everybody who works on her conversation."""

    rig: Rig
    relayer: Relayer
    keeper: Keeper

    def text(self, body: str) -> Message:
        """Jane writes, and it is summed up."""
        message = received(body, now=self.rig.clock.advance(1))
        Contact.objects.update(set__first_name="Jane", set__last_name="Doe")
        summaries.refresh(message.thread_id)
        self._settle()
        return message

    def _settle(self) -> None:
        Message._get_collection().update_many({}, {"$set": {"effects": {"state": "done"}}})

    async def work(self) -> None:
        """Both workers, until nothing is due."""
        for hand in (self.relayer, self.keeper):
            while claim := await asyncio.to_thread(hand.claim):
                await hand.carry_out(claim)

    @property
    def thread(self) -> Thread:
        return threads.get(Thread.objects.get().id)

    async def room(self, name: str = NAME) -> dict[str, Any]:
        return await self.rig.channel(name)

    async def ours(self, name: str = NAME) -> list[str]:
        """What we have posted in a channel, oldest first."""
        found = (await self.room(name))["messages"]
        return [one["text"] for one in found if one.get("bot_id") == BOT]

    async def card(self, name: str = NAME) -> dict[str, Any]:
        """The card of a channel."""
        found = (await self.room(name))["messages"]
        (shown,) = [one for one in found if "card:" in str(one.get("metadata"))]
        check_blocks(shown["blocks"], 50)
        assert isinstance(shown, dict)
        return shown

    async def change(self, channel: str, **what: Any) -> None:
        """A person does something to a channel."""
        http = self.rig.town.http
        (await http.patch(f"/slack/channels/{channel}", json=what)).raise_for_status()

    async def press(self, action: str, channel: str, ts: str) -> dict[str, Any]:
        """An agent presses a button."""
        body = {"user": AGENT, "action_id": action, "channel": channel, "ts": ts}
        answer = (await self.rig.town.http.post("/slack/actions", json=body)).json()
        assert isinstance(answer, dict)
        return answer

    async def switch(self, **switches: bool) -> None:
        """What the workspace's owner allows apps."""
        (await self.rig.town.http.put("/slack/switches", json=switches)).raise_for_status()


@pytest.fixture
async def scene(db: object) -> AsyncIterator[Scene]:
    """Everybody is there; nobody has written yet."""
    async with workspace(FakeClock(datetime.now(UTC))) as (rig, _):
        agents.learn(Person(AGENT, TEAM, "Dana", None, False, False, False, False), rig.clock.now())
        chats = OneWorkspace(rig.chat)
        hands = Relayer(chats, rig.clock, TIMING), Keeper(chats, rig.clock, TIMING)
        yield Scene(rig, *hands)


def buttons(card: dict[str, Any]) -> list[str]:
    rows = [one["elements"] for one in card["blocks"] if one["type"] == "actions"]
    return [button["action_id"] for row in rows for button in row]


async def test_a_new_channel_has_a_pinned_card_that_follows_what_changes(scene: Scene) -> None:
    scene.text("Is it free?")
    await scene.work()
    card = await scene.card()
    assert await scene.ours() == [card["text"], "Is it free?"]
    assert card["pinned_to"]
    assert {CLOSE, "assign_me", "snooze", "schedule", "use_template"} <= {*buttons(card)}
    now = scene.rig.clock.now()
    conversations.assign(scene.thread.id, AGENT, TOKEN, now)
    consent.record("x", CUSTOMER, Statement("opt_in", "form", now), now)
    await scene.work()
    room = await scene.room()
    topic = "Jane Doe · +17605550111 · agreed to texts · answered by Dana · at +17605550100"
    assert room["topic"] == topic
    after = await scene.card()
    assert after["ts"] == card["ts"]
    assert "Dana" in str(after["blocks"])


async def test_archiving_closes_and_a_new_text_goes_on_in_a_successor(scene: Scene) -> None:
    scene.text("Is it free?")
    await scene.work()
    first = await scene.room()
    await scene.change(NAME, archived=True)
    await until(lambda: scene.thread.status == "closed")
    scene.text("Still there?")
    scene.text("Hello?")
    await scene.work()
    card = await scene.card(f"{NAME}-2")
    assert f"<#{first['id']}>" in str(card["blocks"])
    said = await scene.ours(f"{NAME}-2")
    assert (said[0], said[-2:]) == (card["text"], ["Still there?", "Hello?"])
    assert len(said) == 4
    past = (await scene.room(f"{NAME}-2"))["messages"]
    assert "Is it free?" in str([one for one in past if "history:" in str(one.get("metadata"))])
    assert scene.thread.status == "open"


async def test_where_slack_allows_it_the_same_channel_is_opened_again(scene: Scene) -> None:
    scene.text("Is it free?")
    await scene.work()
    await scene.switch(unarchive=True)
    conversations.set_status(scene.thread.id, "closed", None, TOKEN, scene.rig.clock.now())
    await scene.work()
    assert (await scene.room())["archived"]
    scene.text("Still there?")
    await scene.work()
    room = await scene.room()
    assert (room["archived"], (await scene.ours())[-1]) == (False, "Still there?")
    assert {AGENT} <= set(room["members"])


async def test_closing_by_the_button_archives_and_our_own_archiving_is_no_news(
    scene: Scene,
) -> None:
    scene.text("Thank you!")
    await scene.work()
    card = await scene.card()
    assert (await scene.press(CLOSE, NAME, card["ts"]))["ok"]
    await scene.work()
    assert REOPEN in buttons(await scene.card())
    assert (await scene.room())["archived"]
    assert (scene.thread.status, scene.thread.channel.step) == ("closed", "archived")


async def test_where_apps_may_not_archive_it_is_told_once_in_the_inbox(scene: Scene) -> None:
    scene.text("Thank you!")
    await scene.work()
    await scene.switch(archive=False)
    conversations.set_status(scene.thread.id, "closed", None, TOKEN, scene.rig.clock.now())
    await scene.work()
    (told,) = await scene.ours(INBOX)
    assert "restricted_action" in told
    assert not (await scene.room())["archived"]
    assert len(await scene.rig.calls("conversations.archive")) == 1


async def test_without_channels_to_be_had_it_begins_in_the_inbox_and_moves_by_a_button(
    scene: Scene,
) -> None:
    await scene.switch(create=False)
    scene.text("Is it free?")
    await scene.work()
    head = await scene.card(INBOX)
    assert {"reply", OWN_CHANNEL} <= {*buttons(head)}
    await scene.switch(create=True)
    pressed = await scene.press(OWN_CHANNEL, INBOX, head["ts"])
    assert pressed["ok"], pressed
    await scene.work()
    room = await scene.room()
    below = next(m for m in (await scene.room(INBOX))["messages"] if m["ts"] == head["ts"])
    assert below["replies"][-1]["text"] == f"This conversation goes on in <#{room['id']}>."
    whispered = (await scene.room(INBOX))["ephemerals"]
    assert "a channel of its own" in whispered[-1]["text"]
    scene.text("Good")
    await scene.work()
    assert (await scene.ours())[-1] == "Good"


async def test_a_guest_moves_nothing(scene: Scene) -> None:
    await scene.switch(create=False)
    scene.text("Is it free?")
    await scene.work()
    head = await scene.card(INBOX)
    body = {"user": "U0GUEST", "action_id": OWN_CHANNEL, "channel": INBOX, "ts": head["ts"]}
    await scene.rig.town.http.post(
        "/slack/members", json={"channel": INBOX, "user": "U0GUEST", "by": AGENT}
    )
    await scene.rig.town.http.post("/slack/actions", json=body)
    assert scene.thread.channel.step == "ready"


async def test_a_new_name_and_a_new_id_are_followed(scene: Scene) -> None:
    scene.text("Is it free?")
    await scene.work()
    await scene.change(NAME, name="jane-vip")
    await until(lambda: scene.thread.channel.name == "jane-vip")
    made = (await scene.rig.town.http.post("/slack/channels/jane-vip/id")).json()
    await until(lambda: scene.thread.channel.channel_id == made["id"])
    scene.text("And now?")
    await scene.work()
    assert (await scene.ours("jane-vip"))[-1] == "And now?"


async def test_a_deleted_channel_is_told_of_and_the_next_text_has_another(scene: Scene) -> None:
    scene.text("Is it free?")
    await scene.work()
    await scene.rig.town.http.request("DELETE", f"/slack/channels/{NAME}", json={})
    await until(lambda: scene.thread.channel.step == "wanted")
    await scene.work()
    (told,) = await scene.ours(INBOX)
    assert f"#{NAME}" in told
    scene.text("Still there?")
    await scene.work()
    assert (await scene.ours(f"{NAME}-2"))[-1] == "Still there?"


async def test_removed_we_say_so_and_invited_again_we_are_found(scene: Scene) -> None:
    scene.text("Is it free?")
    await scene.work()
    member = {"channel": NAME, "user": "U0THREADLINE", "by": AGENT}
    await scene.rig.town.http.request("DELETE", "/slack/members", json=member)
    await until(lambda: scene.thread.channel.step == "wanted")
    await scene.work()
    (told,) = await scene.ours(INBOX)
    assert "I was removed" in told
    await scene.rig.town.http.post("/slack/members", json=member)
    scene.text("Still there?")
    await scene.work()
    assert (await scene.ours())[-1] == "Still there?"
    await scene.card()


async def test_a_colleague_who_leaves_is_no_removal(scene: Scene) -> None:
    scene.text("Is it free?")
    await scene.work()
    gone = {"channel": NAME, "user": AGENT, "by": AGENT}
    await scene.rig.town.http.request("DELETE", "/slack/members", json=gone)
    scene.text("Hello?")
    await scene.work()
    assert (await scene.ours())[-1] == "Hello?"


async def test_a_conversation_that_is_opened_again_has_a_channel_at_once(scene: Scene) -> None:
    scene.text("Is it free?")
    await scene.work()
    conversations.set_status(scene.thread.id, "closed", None, TOKEN, scene.rig.clock.now())
    await scene.work()
    conversations.set_status(scene.thread.id, "open", None, TOKEN, scene.rig.clock.now())
    await scene.work()
    assert (await scene.card(f"{NAME}-2"))["pinned_to"]
    assert scene.thread.channel.step == "ready"
