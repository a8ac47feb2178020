"""Slack's own records after a while in which no event reached us: real messages, real faults."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.worker.relaying import Relayer
from adapters.worker.rereading import Rereader
from bot.chats import OneWorkspace
from bot.desk import Desk
from bot.listeners import messages as heard
from bot.listeners.answers import RELEASED
from domain.model import Message, Round, Thread
from domain.services import guard, messages, threads
from domain.services.channels.leaving import UNREACHED
from domain.values import History, Place, Span
from tests.anytime import POLICY
from tests.bot.events import AGENT, envelope
from tests.bot.office import answers, conversation, until, workspace
from tests.bot.rig import Rig, post
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, TIMING, furnished, received

NAME, SAM, GUEST = "sms-jane-doe-1234", "U0SAM", "U0GUEST"
DEAF = {"method": "deliver.event", "action": "lose"}


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose clock is the machine's, because Slack's timestamps are."""
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        yield built


@pytest.fixture
async def thread(rig: Rig) -> Thread:
    """A conversation in a channel of its own, with everybody in it."""
    return await talk(rig)


async def talk(rig: Rig, name: str = NAME, phone: str | None = None) -> Thread:
    made = await rig.opened(name)
    for user in (AGENT, SAM, GUEST, "U0STRANGER", "U0STANDUP"):
        await rig.town.http.post("/slack/members", json={"channel": name, "user": user})
    if phone:
        found = threads.get(received(now=rig.clock.now(), sender=phone).thread_id)
        furnished(found.id, made.channel_id)
    else:
        found = conversation(rig.clock, made.channel_id)
    Thread._get_collection().update_one({"_id": found.id}, {"$set": {"channel.name": name}})
    return threads.get(found.id)


async def faults(rig: Rig, *rules: dict[str, Any]) -> None:
    (await rig.town.http.put("/faults", json=[*rules])).raise_for_status()


def rereader(rig: Rig) -> Rereader:
    return Rereader(OneWorkspace(rig.chat), rig.clock, POLICY, TIMING)


async def turn(rig: Rig, hand: Rereader | None = None) -> None:
    """A worker's turns, as long as there is anything to do now."""
    hand = hand or rereader(rig)
    while held := await asyncio.to_thread(hand.claim):
        await hand.carry_out(held)


async def reread(rig: Rig) -> None:
    """A worker starts when what was written is old enough."""
    rig.clock.advance(minutes=3)
    await turn(rig)


async def relayed(rig: Rig) -> None:
    hand = Relayer(OneWorkspace(rig.chat), rig.clock, TIMING)
    while claim := await asyncio.to_thread(hand.claim):
        await hand.carry_out(claim)


async def shown(rig: Rig) -> list[str]:
    """What is said of it in the inbox channel."""
    return [one["text"] for one in await rig.messages() if "while I was away" in one["text"]]


def states() -> list[tuple[str, str | None, str]]:
    return [(one.body, one.question, one.status) for one in answers()]


async def test_what_was_written_meanwhile_is_asked_about_and_one_click_sends_it(
    rig: Rig, thread: Thread
) -> None:
    await faults(rig, DEAF)
    typed = await rig.write(NAME, "On <@U0DANA>'s way")
    await reread(rig)
    assert states() == [("On @Dana Reyes's way", "recovered", "held")]
    await relayed(rig)
    (whisper,) = (await rig.channel(NAME))["ephemerals"]
    assert (whisper["for"], "while I was away" in whisper["text"]) == (AGENT, True)
    press = {"user": AGENT, "action_id": guard.RELEASE, "channel": NAME, "ts": whisper["ts"]}
    for _ in range(2):
        await rig.town.http.post("/slack/actions", json=press)
    (found,) = answers()
    assert [one.status for one in found.history] == ["held", "queued"]
    assert RELEASED in str((await rig.channel(NAME))["ephemerals"])
    desk = Desk(rig.clock, POLICY, TIMING)
    late = {"channel": thread.channel.channel_id, **typed}
    await asyncio.to_thread(heard.take, envelope(late), desk)
    assert [one.id for one in answers()] == [found.id]
    assert await shown(rig) == []


async def test_what_was_heard_and_what_is_no_answer_raises_no_question(
    rig: Rig, thread: Thread
) -> None:
    first = await rig.write(NAME, "Heard")
    file = {"name": "a.png", "content": "iVBORw0KGgo="}
    await rig.write(NAME, "With a picture", files=[file])
    await rig.write(NAME, "By a guest", user=GUEST)
    await until(lambda: len(answers()) == 3)
    before = states()
    await faults(rig, DEAF)
    for user, more in (
        (AGENT, {"thread_ts": first["ts"]}),
        (SAM, {"thread_ts": first["ts"], "broadcast": True}),
        ("U0STANDUP", {}),
        (GUEST, {}),
        ("U0STRANGER", {}),
    ):
        await rig.write(NAME, "Not an answer", user=user, **more)
    await rig.chat.post(Place(str(thread.channel.channel_id)), post("A customer's text", "k1"))
    await reread(rig)
    after = states()
    assert after[:3] == before
    assert [(one[1], one[2]) for one in after[3:]] == [(None, "refused")] * 2
    rig.clock.advance(hours=1)
    await turn(rig)
    assert states() == after


async def test_edits_and_deletions_that_were_missed_are_made_up_for(
    rig: Rig, thread: Thread
) -> None:
    ids = [(await rig.write(NAME, text))["ts"] for text in ("One", "Two", "Three", "Four")]
    await until(lambda: len(answers()) == 4)
    texts = {one.body: one for one in answers()}
    gone = {"status": "sent", "twilioMessageSid": "SM1", "dispatch.state": "done"}
    Message._get_collection().update_one({"_id": texts["Three"].id}, {"$set": gone})
    await rig.write(NAME, "A remark", thread_ts=ids[3])
    await faults(rig, DEAF)
    at = f"/slack/messages/{thread.channel.channel_id}"
    await rig.town.http.put(f"{at}/{ids[0]}", json={"text": "One, put right"})
    for ts in ids[1:]:
        (await rig.town.http.delete(f"{at}/{ts}")).raise_for_status()
    await reread(rig)
    found = {own: messages.get(text.id) for own, text in texts.items()}
    assert found["One"].body == "One, put right"
    assert [found[one].status for one in ("One", "Two", "Four")] == ["held", "canceled", "canceled"]
    assert [one.text for one in found["Three"].notices] == [
        "The customer already received the original."
    ]


async def test_where_slack_asks_for_patience_the_round_goes_on_later(
    rig: Rig, thread: Thread
) -> None:
    await faults(rig, DEAF)
    await rig.write(NAME, "On my way")
    limited = {"method": "slack.conversations.history", "action": "answer", "status": 429}
    body = {"ok": False, "error": "ratelimited"}
    limited |= {"headers": {"retry-after": "30"}, "body": body, "times": 1}
    await faults(rig, DEAF, limited)
    rig.clock.advance(minutes=3)
    hand = rereader(rig)
    await turn(rig, hand)
    assert answers() == []
    rig.clock.advance(seconds=29)
    await turn(rig, hand)
    assert answers() == []
    rig.clock.advance(seconds=2)
    await turn(rig, hand)
    assert states() == [("On my way", "recovered", "held")]


async def test_several_that_wait_are_told_of_once_in_the_inbox(rig: Rig, thread: Thread) -> None:
    await talk(rig, "sms-bob-5555", "+17605550133")
    await faults(rig, DEAF)
    for name, text in ((NAME, "One"), (NAME, "Two"), ("sms-bob-5555", "Three")):
        await rig.write(name, text, user=SAM)
    lost = {"method": "slack.chat.postMessage", "action": "drop_reply", "times": 1}
    await faults(rig, DEAF, lost)
    rig.clock.advance(minutes=3)
    hand = rereader(rig)
    await asyncio.gather(turn(rig, hand), turn(rig))
    assert len(answers()) == 3
    real = {"$set": {"triedAt": datetime.now(UTC)}}  # by Slack's clock, which is the machine's
    assert Round._get_collection().update_one({"triedAt": {"$exists": True}}, real).matched_count
    for _ in range(3):
        rig.clock.advance(minutes=1)
        await asyncio.gather(turn(rig, hand), turn(rig))
    (told,) = await shown(rig)
    assert told.startswith("3 messages in 2 conversations were written while I was away, and wait")
    assert all(f"#{name}" in told for name in (NAME, "sms-bob-5555"))
    rig.clock.advance(hours=1)
    await turn(rig, hand)
    assert len(await shown(rig)) == 1
    assert len(answers()) == 3


async def test_a_long_history_is_read_page_by_page(rig: Rig, thread: Thread) -> None:
    place = Place(str(thread.channel.channel_id))
    written = [(await rig.write(NAME, str(number)))["ts"] for number in range(5)]
    span: Span | None = Span("0.000000", "9999999999.000000")
    found: list[str] = []
    while span is not None:
        told = await rig.chat.history(place, span, 2)
        assert isinstance(told, History)
        found += [one.ts for one in reversed(told.typed)]
        span = told.left
    assert found == [*reversed(written)]
    root = written[0]
    notes = [(await rig.write(NAME, "n", thread_ts=root))["ts"] for _ in range(4)]
    span, found = Span("0.000000", "9999999999.000000"), []
    while span is not None:
        told = await rig.chat.history(replace(place, thread_ts=root), span, 3)
        assert isinstance(told, History)
        found += [one.ts for one in told.typed if one.thread_ts]
        span = told.left
    assert found == notes


@pytest.mark.parametrize("archived", [True, False])
async def test_a_channel_that_we_are_not_in_any_more_is_told_of_in_the_inbox(
    rig: Rig, thread: Thread, *, archived: bool
) -> None:
    await faults(rig, DEAF)
    if archived:
        body = {"archived": True, "user": AGENT}
        await rig.town.http.patch(f"/slack/channels/{NAME}", json=body)
    else:
        us = {"channel": NAME, "user": "U0THREADLINE", "by": AGENT}
        await rig.town.http.request("DELETE", "/slack/members", json=us)
    await reread(rig)
    found = threads.get(thread.id)
    assert (found.status, found.channel.step) == ("open", "wanted")
    assert [one.text for one in found.tidings] == [UNREACHED.format(name=NAME, person=CUSTOMER)]
    assert [one.done_at is not None for one in Round.objects] == [True]
