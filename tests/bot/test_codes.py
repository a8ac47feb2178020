"""Each of Slack's error codes for posts, marks and forms: what an agent sees of it in the end."""

import asyncio
from typing import Any

import pytest

from adapters.worker.keeping import Keeper
from adapters.worker.relaying import Relayer
from bot.chats import OneWorkspace
from bot.problems import STALE
from domain.model import Message
from domain.values import Failed, Postponed, Unclear
from tests.bot.rig import INBOX, Rig, post
from tests.domain.build import CUSTOMER, TIMING, received

POST = "chat.postMessage"
NAME = "sms-0111"
WAITS = ("rate_limited", "ratelimited", "message_limit_exceeded", "token_revoked", "invalid_auth")
UNCLEAR = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
GONE = ("channel_not_found", "not_in_channel")
REFUSED = (
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked",
    "cannot_reply_to_message",
    "msg_blocks_too_long",
    "invalid_blocks",
    "messages_tab_disabled",
    "no_text",
    "metadata_too_large",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "duplicate_message_not_found",
    "msg_too_long",
    "posting_to_channel_denied",
)


@pytest.fixture(autouse=True)
def stored(db: object) -> object:
    """The texts are in the database."""
    return db


async def refuse(rig: Rig, method: str, code: str, times: int = 1, **match: str) -> None:
    """That method answers so, so many times."""
    body = {"ok": False, "error": code}
    more: dict[str, Any] = {"match": match} if match else {}
    await rig.fault(method, "answer", status=200, body=body, times=times, **more)


async def work(rig: Rig) -> None:
    """Both workers, a good while long."""
    chats = OneWorkspace(rig.chat)
    hands = (Relayer(chats, rig.clock, TIMING), Keeper(chats, rig.clock, TIMING))
    for _ in range(40):
        for hand in hands:
            while claim := await asyncio.to_thread(hand.claim):
                await hand.carry_out(claim)
        if not Message.objects(shadow__ts__exists=False):
            return
        rig.clock.advance(seconds=60)


async def seen(rig: Rig, body: str) -> list[str]:
    """The channels where a text is to be seen, once for each time."""
    slack = (await rig.town.http.get("/slack")).json()
    return [
        channel["name"]
        for channel in slack["channels"]
        for message in channel["messages"]
        for one in (message, *message.get("replies", ()))
        if one.get("text") == body
    ]


@pytest.mark.parametrize("code", [*WAITS, *UNCLEAR])
async def test_a_slack_that_is_busy_or_unwell_is_waited_for(rig: Rig, code: str) -> None:
    received("First", now=rig.clock.now())
    await work(rig)
    (home,) = await seen(rig, "First")
    received("Second", now=rig.clock.advance(1))
    await refuse(rig, POST, code, times=2)
    await work(rig)
    assert await seen(rig, "Second") == [home]


@pytest.mark.parametrize("code", GONE)
async def test_a_place_that_is_gone_has_a_successor(rig: Rig, code: str) -> None:
    received("First", now=rig.clock.now())
    await work(rig)
    (home,) = await seen(rig, "First")
    received("Second", now=rig.clock.advance(1))
    await refuse(rig, POST, code, text="Second")
    await work(rig)
    (elsewhere,) = await seen(rig, "Second")
    assert elsewhere.startswith("sms-")
    assert elsewhere != home


async def test_what_is_said_to_be_archived_is_opened_again(rig: Rig) -> None:
    received("First", now=rig.clock.now())
    await work(rig)
    received("Second", now=rig.clock.advance(1))
    await refuse(rig, POST, "is_archived", text="Second")
    await work(rig)
    assert await seen(rig, "Second") == await seen(rig, "First")
    assert await rig.calls("conversations.unarchive")


@pytest.mark.parametrize("code", REFUSED)
async def test_what_a_channel_refuses_for_good_is_shown_in_the_inbox(rig: Rig, code: str) -> None:
    received("First", now=rig.clock.now())
    await work(rig)
    received("Second", now=rig.clock.advance(1))
    await refuse(rig, POST, code, times=5, text="Second")
    await work(rig)
    assert await seen(rig, "Second") == ["inbox"]


@pytest.mark.parametrize("code", ["already_reacted", "no_reaction"])
async def test_a_mark_that_is_as_wanted_already_is_done(rig: Rig, code: str) -> None:
    ts = (await rig.write(INBOX))["ts"]
    await refuse(rig, "reactions.add" if code == "already_reacted" else "reactions.remove", code)
    want, have = frozenset({"white_check_mark"}), frozenset({"heavy_check_mark"})
    assert await rig.chat.mark(rig.chat.inbox, ts, want, have) in (None, Failed("no_reaction"))


@pytest.mark.parametrize("code", ["too_many_reactions", "message_not_found", "bad_timestamp"])
async def test_a_mark_that_cannot_be_set_is_a_refusal_and_no_more(rig: Rig, code: str) -> None:
    await refuse(rig, "reactions.add", code)
    told = await rig.chat.mark(rig.chat.inbox, "1.000001", frozenset({"eyes"}), frozenset())
    assert told == Failed(code)


@pytest.mark.parametrize("code", ["expired_trigger_id", "exchanged_trigger_id", "trigger_expired"])
def test_a_form_that_came_too_late_is_to_be_asked_for_again(code: str) -> None:
    assert code in STALE


async def test_no_code_at_all_is_no_answer(rig: Rig) -> None:
    await rig.fault(POST, "answer", status=200, body={"ok": False})
    told = await rig.chat.post(rig.chat.inbox, post())
    assert isinstance(told, Unclear | Postponed)


@pytest.mark.parametrize("code", ["msg_blocks_too_long", "invalid_blocks", "no_text"])
async def test_what_is_refused_everywhere_is_shown_in_words_alone(rig: Rig, code: str) -> None:
    received("First", now=rig.clock.now())
    await work(rig)
    received("Second", now=rig.clock.advance(1))
    received("Third", now=rig.clock.advance(1))
    await refuse(rig, POST, code, times=7, text="Second")
    await work(rig)
    assert (await seen(rig, "Second"), await seen(rig, "Third")) == (["inbox"], ["inbox"])


async def test_what_is_refused_even_so_is_told_of_in_one_line(rig: Rig) -> None:
    received("First", now=rig.clock.now())
    await work(rig)
    received("Second", now=rig.clock.advance(1))
    received("Third", now=rig.clock.advance(1))
    await refuse(rig, POST, "no_text", times=99, text="Second")
    await work(rig)
    line = f"A text of {CUSTOMER} cannot be shown in Slack: read it over the API."
    assert (await seen(rig, line), await seen(rig, "Third")) == (["inbox"], ["inbox"])
