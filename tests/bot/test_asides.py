"""Questions that Slack did not whisper: real posts, real buttons, real faults."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.worker.relaying import Relayer
from bot.chats import OneWorkspace
from bot.listeners.answers import NOT_LEFT, RELEASED
from domain.model import Message
from domain.services import guard, messages
from tests.anytime import POLICY
from tests.bot.events import AGENT
from tests.bot.office import answers, conversation, until, workspace
from tests.bot.rig import Rig
from tests.clock import FakeClock
from tests.domain.build import TIMING

NAME = "sms-jane-doe-1234"
WHISPER = "chat.postEphemeral"
LONG = "x" * 161


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose owner has long texts asked about."""
    policy = replace(POLICY, ask_above=1)
    async with workspace(FakeClock(datetime.now(UTC)), policy=policy) as (built, _):
        yield built


@pytest.fixture
async def asked(rig: Rig) -> Message:
    """An answer that waits for a click; nobody has been asked yet."""
    made = await rig.opened()
    await rig.town.http.post("/slack/members", json={"channel": NAME, "user": AGENT})
    conversation(rig.clock, made.channel_id)
    await rig.write(NAME, LONG)
    found = await until(lambda: [one for one in answers() if one.body == LONG])
    message: Message = found[0]
    return message


async def work(rig: Rig) -> None:
    """The worker, for a while."""
    hand = Relayer(OneWorkspace(rig.chat), rig.clock, TIMING)
    for _ in range(4):
        while claim := await asyncio.to_thread(hand.claim):
            await hand.carry_out(claim)
        rig.clock.advance(seconds=60)


async def replies(rig: Rig, ts: str | None) -> list[dict[str, Any]]:
    """What stands below a message."""
    found = [one for one in (await rig.channel(NAME))["messages"] if one["ts"] == ts]
    return [one for one in found[0].get("replies", ()) if one.get("bot_id")]


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "answer", "status": 500, "body": {}},
        {"action": "answer", "status": 200, "body": {"ok": False, "error": "user_not_in_channel"}},
        {"action": "drop_request"},
    ],
)
@pytest.mark.parametrize(
    ("action", "told", "status"),
    [(guard.RELEASE, RELEASED, "queued"), (guard.CALL_BACK, NOT_LEFT, "canceled")],
)
async def test_a_question_is_posted_and_its_buttons_work(
    rig: Rig, asked: Message, fault: dict[str, Any], action: str, told: str, status: str
) -> None:
    await rig.fault(WHISPER, **fault)
    await work(rig)
    (post,) = await replies(rig, asked.shadow.ts)
    assert post["text"].startswith("For ")
    assert "<@" not in post["text"]
    body = {"user": AGENT, "action_id": action, "channel": NAME, "ts": post["ts"]}
    await rig.town.http.post("/slack/actions", json=body)
    assert messages.get(asked.id).status == status
    (after,) = await replies(rig, asked.shadow.ts)
    assert (after["text"], "actions" in str(after["blocks"])) == (told, False)


async def test_a_post_whose_reply_is_lost_stands_there_once(rig: Rig, asked: Message) -> None:
    rules = [
        {"method": f"slack.{WHISPER}", "action": "drop_request", "times": 1},
        {"method": "slack.chat.postMessage", "action": "drop_reply", "times": 1},
    ]
    (await rig.town.http.put("/faults", json=rules)).raise_for_status()
    await work(rig)
    assert len(await replies(rig, asked.shadow.ts)) == 1
    assert messages.get(asked.id).notices[0].heard
