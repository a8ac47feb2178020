"""Buttons, shortcuts and forms: a person in the stand-in Slack, the real bot, the database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.blocks.cards import REPLY
from bot.forms import SEND
from bot.listeners.answers import ALREADY, NO_CUSTOMER, NOT_TYPED, NOTE
from domain.model import Thread
from domain.services import channels, messages
from domain.services.edits import NOT_SENT
from domain.values import Shown
from tests.bot.events import AGENT
from tests.bot.office import answers, conversation, until, workspace
from tests.bot.rig import INBOX, Rig, post
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose clock is the machine's, because Slack's timestamps are."""
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        yield built


@pytest.fixture
async def thread(rig: Rig) -> Thread:
    """A conversation that lives in a thread of the inbox channel."""
    made = conversation(rig.clock, INBOX)
    card = channels.card_of(made, own_channel=False)
    head = await rig.chat.announce(rig.chat.inbox, "head", card)
    assert isinstance(head, Shown)
    change = {"$set": {"channel.threadTs": head.ts}}
    Thread._get_collection().update_one({"_id": made.id}, change)
    found: Thread = Thread.objects(id=made.id).get()
    return found


async def act(rig: Rig, path: str, **body: Any) -> dict[str, Any]:
    answer = (await rig.town.http.post(f"/slack/{path}", json={"user": AGENT, **body})).json()
    assert isinstance(answer, dict)
    return answer


async def send(rig: Rig, ts: str, channel: str = INBOX) -> dict[str, Any]:
    return await act(rig, "shortcuts", callback_id=SEND, channel=channel, ts=ts)


async def whispers(rig: Rig, channel: str = INBOX) -> list[str]:
    return [heard["text"] for heard in (await rig.channel(channel))["ephemerals"]]


async def form(rig: Rig, thread: Thread) -> dict[str, Any]:
    """Press Reply and get the modal."""
    pressed = await act(rig, "actions", action_id=REPLY, channel=INBOX, ts=thread.channel.thread_ts)
    assert pressed["ok"], pressed
    (view,) = (await rig.town.http.get("/slack")).json()["views"]
    assert isinstance(view, dict)
    return view


async def fill(rig: Rig, view: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
    return await act(rig, f"views/{view['id']}", state={"text": text}, **more)


async def test_reply_asks_for_the_text_and_sends_it(rig: Rig, thread: Thread) -> None:
    view = await form(rig, thread)
    assert CUSTOMER in view["blocks"][0]["label"]["text"]
    assert (await fill(rig, view, "Tom & Jerry <3 :tada:"))["ok"]
    (answer,) = answers()
    assert (answer.body, answer.status) == ("Tom & Jerry <3 🎉", "held")
    assert answer.origin == f"slack:T0SANDBOX/view/{view['id']}"
    assert (answer.thread_id, answer.shadow.ts) == (thread.id, None)


@pytest.mark.parametrize("text", [" ", "\n\u200b\n"])
async def test_an_empty_reply_is_an_error_below_the_field(
    rig: Rig, thread: Thread, text: str
) -> None:
    told = await fill(rig, await form(rig, thread), text)
    assert "no text" in told["errors"]["text"]
    assert not answers()


async def test_a_reply_finds_the_conversation_where_it_has_moved(rig: Rig, thread: Thread) -> None:
    view = await form(rig, thread)
    moved = {"$set": {"channel.channelId": "C9"}, "$unset": {"channel.threadTs": ""}}
    Thread._get_collection().update_one({"_id": thread.id}, moved)
    await fill(rig, view, "Hello")
    assert [answer.thread_id for answer in answers()] == [thread.id]


async def test_a_reply_while_the_conversation_has_no_place_is_told_to_wait(
    rig: Rig, thread: Thread
) -> None:
    view = await form(rig, thread)
    lost = {"$unset": {"channel.channelId": "", "channel.threadTs": ""}}
    Thread._get_collection().update_one({"_id": thread.id}, lost)
    assert "moved" in (await fill(rig, view, "Hello"))["errors"]["text"]


async def test_a_card_of_a_conversation_that_is_no_more_says_so(rig: Rig, thread: Thread) -> None:
    Thread._get_collection().delete_many({})
    await act(rig, "actions", action_id=REPLY, channel=INBOX, ts=thread.channel.thread_ts)
    assert await whispers(rig) == ["There is no conversation with this id."]


async def test_a_form_that_slack_would_not_open_can_be_asked_for_again(
    rig: Rig, thread: Thread
) -> None:
    body = {"ok": False, "error": "expired_trigger_id"}
    await rig.fault("views.open", "answer", status=200, body=body)
    await act(rig, "actions", action_id=REPLY, channel=INBOX, ts=thread.channel.thread_ts)
    (told,) = await whispers(rig)
    assert "once more" in told


async def test_an_unexpected_failure_has_an_id_for_the_operator(rig: Rig, thread: Thread) -> None:
    body = {"ok": False, "error": "invalid_arguments"}
    await rig.fault("views.open", "answer", status=200, body=body)
    await act(rig, "actions", action_id=REPLY, channel=INBOX, ts=thread.channel.thread_ts)
    (told,) = await whispers(rig)
    assert "this id: " in told


async def test_what_is_typed_in_an_inbox_thread_leaves_only_by_send(
    rig: Rig, thread: Thread
) -> None:
    typed = await rig.write(INBOX, "See you at 5", thread_ts=thread.channel.thread_ts)
    await rig.write(INBOX, "An announcement")
    assert not answers()
    assert (await send(rig, typed["ts"]))["ok"]
    (answer,) = answers()
    assert (answer.body, answer.shadow.ts) == ("See you at 5", typed["ts"])
    assert answer.origin == f"slack:T0SANDBOX/{INBOX}/{typed['ts']}"


async def test_sending_twice_is_one_text(rig: Rig, thread: Thread) -> None:
    typed = await rig.write(INBOX, "Once", thread_ts=thread.channel.thread_ts)
    await send(rig, typed["ts"])
    await send(rig, typed["ts"])
    assert len(answers()) == 1
    assert await whispers(rig) == [ALREADY]


async def test_an_old_note_that_is_sent_needs_no_second_click(rig: Rig, thread: Thread) -> None:
    typed = await rig.write(INBOX, "Later", thread_ts=thread.channel.thread_ts)
    rig.clock.advance(hours=1)
    await send(rig, typed["ts"])
    (answer,) = answers()
    assert answer.dispatch is not None
    assert answer.dispatch.due_at is not None
    assert not answer.notices


async def test_edits_and_deletion_of_a_sent_note_are_honoured_while_it_is_held(
    rig: Rig, thread: Thread
) -> None:
    typed = await rig.write(INBOX, "Se you", thread_ts=thread.channel.thread_ts)
    await send(rig, typed["ts"])
    path = f"/slack/messages/{INBOX}/{typed['ts']}"
    await rig.town.http.put(path, json={"text": "See you"})
    await until(lambda: answers()[0].body == "See you")
    await rig.town.http.delete(path)
    await until(lambda: answers()[0].status == "canceled")
    assert len(answers()) == 1


async def test_a_customers_text_cannot_be_sent_back(rig: Rig, thread: Thread) -> None:
    said = await rig.chat.post(rig.chat.inbox, post())
    assert isinstance(said, Shown)
    await send(rig, said.ts)
    assert await whispers(rig) == [NOT_TYPED]
    assert not answers()


async def test_a_message_outside_of_conversations_has_nobody_to_go_to(rig: Rig) -> None:
    typed = await rig.write(INBOX, "Lunch?")
    await send(rig, typed["ts"])
    assert await whispers(rig) == [NO_CUSTOMER]


async def test_a_note_in_a_channel_of_its_own_is_never_sent(rig: Rig) -> None:
    place = await rig.opened()
    body = {"channel": place.channel_id, "user": AGENT}
    await rig.town.http.post("/slack/members", json=body)
    conversation(rig.clock, place.channel_id)
    parent = await rig.write(place.channel_id, "To the customer")
    await until(answers)
    note = await rig.write(place.channel_id, "A note", thread_ts=parent["ts"])
    await send(rig, note["ts"], place.channel_id)
    assert await whispers(rig, place.channel_id) == [NOTE]
    assert [answer.body for answer in answers()] == ["To the customer"]


async def test_a_refused_message_is_not_sent_by_a_second_way(rig: Rig, thread: Thread) -> None:
    typed = await rig.write(INBOX, "Hello", thread_ts=thread.channel.thread_ts)
    await send(rig, typed["ts"])
    await rig.town.http.delete(f"/slack/messages/{INBOX}/{typed['ts']}")
    await until(lambda: answers()[0].status == "canceled")
    kept = await rig.write(INBOX, "Again", thread_ts=thread.channel.thread_ts)
    await send(rig, kept["ts"])
    messages.change({"body": "Again"}, rig.clock.now(), fields={"status": "refused"})
    await send(rig, kept["ts"])
    assert (await whispers(rig))[-1] == NOT_SENT


@pytest.mark.parametrize("user", ["U0STRANGER", "U0GUEST"])
async def test_whoever_is_none_of_ours_sends_nothing_and_is_told_why(
    rig: Rig, thread: Thread, user: str
) -> None:
    typed = await rig.write(INBOX, "Psst", thread_ts=thread.channel.thread_ts)
    body = {"callback_id": SEND, "channel": INBOX, "ts": typed["ts"], "user": user}
    await rig.town.http.post("/slack/shortcuts", json=body)
    assert not answers()
    assert len(await whispers(rig)) == 1
    await send(rig, typed["ts"])
    assert [answer.body for answer in answers()] == ["Psst"]


async def test_a_guest_gets_no_form(rig: Rig, thread: Thread) -> None:
    press = {"action_id": REPLY, "channel": INBOX, "ts": thread.channel.thread_ts}
    await rig.town.http.post("/slack/actions", json={**press, "user": "U0GUEST"})
    assert (await rig.town.http.get("/slack")).json()["views"] == []
    assert len(await whispers(rig)) == 1


async def test_a_guest_submits_nothing(rig: Rig, thread: Thread) -> None:
    view = await form(rig, thread)
    told = await rig.town.http.post(
        f"/slack/views/{view['id']}", json={"user": "U0GUEST", "state": {"text": "Psst"}}
    )
    assert not answers()
    assert told.json()
