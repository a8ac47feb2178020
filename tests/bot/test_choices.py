"""Texts that wait for a click, and corrections: agents in the stand-in Slack, the real bot."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.forms import SEND
from bot.listeners.answers import NOT_LEFT, NOTE, RELEASED
from domain import outbox
from domain.model import Author, Message, Thread
from domain.services import corrections, dispatch, edits, guard, messages, threads
from domain.services.desk import conversations
from domain.services.dispatch import Send
from domain.services.outbound import LATE
from domain.values import Button, Place, Shown
from tests.anytime import POLICY
from tests.bot.events import AGENT
from tests.bot.office import answers, conversation, until, workspace
from tests.bot.rig import Rig
from tests.clock import FakeClock
from tests.domain.build import TIMING, accepted_as, new_sid, received

NAME = "sms-jane-doe-1234"
SAM = "U0SAM"
ASKING = replace(POLICY, ask_above=1)
LONG = "x" * 161


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose owner has long texts asked about; its clock is the machine's."""
    async with workspace(FakeClock(datetime.now(UTC)), policy=ASKING) as (built, _):
        yield built


@pytest.fixture
async def place(rig: Rig) -> Place:
    """A conversation's own channel, with two agents in it."""
    made = await rig.opened()
    for user in (AGENT, SAM):
        await rig.town.http.post("/slack/members", json={"channel": NAME, "user": user})
    conversation(rig.clock, made.channel_id)
    return made


async def act(rig: Rig, path: str, **body: Any) -> dict[str, Any]:
    answer = (await rig.town.http.post(f"/slack/{path}", json={"user": AGENT, **body})).json()
    assert isinstance(answer, dict)
    return answer


async def whispers(rig: Rig) -> list[str]:
    return [heard["text"] for heard in (await rig.channel(NAME))["ephemerals"]]


async def whispered(rig: Rig, place: Place, message: Message) -> str:
    """The newest notice of a message as its author sees it; the whisper's ts."""
    notice = messages.get(message.id).notices[-1]
    buttons = [Button(one.label, one.action, str(message.id)) for one in notice.choices]
    said = await rig.chat.whisper(place, notice.user_id, notice.text, buttons)
    assert isinstance(said, Shown)
    return said.ts


async def press(rig: Rig, action: str, ts: str, user: str = AGENT) -> dict[str, Any]:
    return await act(rig, "actions", action_id=action, channel=NAME, ts=ts, user=user)


async def written(rig: Rig, text: str) -> Message:
    """An agent's typed answer, once it is there."""
    await rig.write(NAME, text)
    found = await until(lambda: [one for one in answers() if one.body == text])
    made: Message = found[0]
    return made


async def views(rig: Rig) -> list[dict[str, Any]]:
    return list((await rig.town.http.get("/slack")).json()["views"])


def leave(rig: Rig, seconds: float = 5) -> str | None:
    """What leaves once that much time has passed, if anything does."""
    now = rig.clock.advance(seconds)
    claim = outbox.claim("dispatch", now, TIMING.lease)
    step = claim and dispatch.next_step(claim, now, POLICY, TIMING)
    if claim:
        outbox.release(claim)
    if not isinstance(step, Send):
        return None
    dispatch.record(step, accepted_as(new_sid()), now, TIMING)
    return step.text.body


def turn(rig: Rig, place: Place, mode: str) -> Thread:
    """A switch that was made a minute ago, so that the two clocks agree on what came after it."""
    thread = threads.in_channel(place.channel_id, None)
    assert thread
    dana = Author(kind="agent", key=AGENT)
    switched_at = rig.clock.now() - timedelta(minutes=1)
    return conversations.set_mode(thread.id, mode, dana, switched_at)


# texts that wait


async def test_a_late_answer_leaves_after_a_click(rig: Rig, place: Place) -> None:
    rig.clock.advance(minutes=10)
    late = await written(rig, "Sorry, I was away")
    ts = await whispered(rig, place, late)
    assert await whispers(rig) == [LATE]
    assert leave(rig) is None
    await press(rig, guard.RELEASE, ts)
    assert await whispers(rig) == [RELEASED]
    assert leave(rig, 0) == "Sorry, I was away"


async def test_a_long_answer_says_what_it_costs_and_leaves_after_a_click(
    rig: Rig, place: Place
) -> None:
    long = await written(rig, LONG)
    ts = await whispered(rig, place, long)
    assert await whispers(rig) == ["This text is long: 2 segments, about US$0.0158."]
    await press(rig, guard.RELEASE, ts)
    assert leave(rig, 0) == LONG


async def test_an_answer_that_is_not_to_be_sent_is_called_back(rig: Rig, place: Place) -> None:
    long = await written(rig, LONG)
    ts = await whispered(rig, place, long)
    await press(rig, guard.CALL_BACK, ts)
    assert await whispers(rig) == [NOT_LEFT]
    found = messages.get(long.id)
    assert (found.status, leave(rig)) == ("canceled", None)
    assert found.decided_by
    assert found.decided_by.key == AGENT


@pytest.mark.parametrize("action", [guard.RELEASE, guard.CALL_BACK])
async def test_a_second_click_is_told_that_it_is_too_late(
    rig: Rig, place: Place, action: str
) -> None:
    ts = await whispered(rig, place, await written(rig, LONG))
    other = await whispered(rig, place, answers()[0])
    await press(rig, guard.CALL_BACK, ts)
    await press(rig, action, other)
    assert "called back" in (await whispers(rig))[-1]
    assert [one.status for one in answers()] == ["canceled"]


async def test_a_colleague_may_let_it_go_and_is_on_record(rig: Rig, place: Place) -> None:
    long = await written(rig, LONG)
    button = Button("Send anyway", guard.RELEASE, str(long.id))
    shown = await rig.chat.whisper(place, SAM, "For Dana", [button])
    assert isinstance(shown, Shown)
    await press(rig, guard.RELEASE, shown.ts, SAM)
    found = messages.get(long.id)
    assert found.decided_by
    assert (found.decided_by.key, found.sent_by and found.sent_by.key) == (SAM, AGENT)
    assert found.decided_by.name == "Sam"
    assert leave(rig, 0) == LONG


@pytest.mark.parametrize("user", ["U0GUEST", "U0STRANGER"])
async def test_a_guest_decides_nothing(rig: Rig, place: Place, user: str) -> None:
    long = await written(rig, LONG)
    await rig.town.http.post("/slack/members", json={"channel": NAME, "user": user})
    for action in (guard.RELEASE, guard.CALL_BACK, edits.CORRECT):
        shown = await rig.chat.whisper(place, user, "Psst", [Button("Go", action, str(long.id))])
        assert isinstance(shown, Shown)
        await press(rig, action, shown.ts, user)
    assert messages.get(long.id).question == "long"
    assert (await views(rig), leave(rig)) == ([], None)
    assert len(await whispers(rig)) == 6  # each question and its refusal


async def test_after_stop_a_click_says_why_nothing_leaves(rig: Rig, place: Place) -> None:
    ts = await whispered(rig, place, await written(rig, LONG))
    received("STOP", now=rig.clock.now())
    await press(rig, guard.RELEASE, ts)
    assert "opted out" in (await whispers(rig))[-1]
    assert leave(rig) is None


@pytest.mark.parametrize("value", ["nonsense", "6560a1b2c3d4e5f60718293a"])
async def test_a_button_about_nothing_says_so(rig: Rig, place: Place, value: str) -> None:
    for action in (guard.RELEASE, guard.CALL_BACK, edits.CORRECT):
        shown = await rig.chat.whisper(place, AGENT, "Hm", [Button("Go", action, value)])
        assert isinstance(shown, Shown)
        await press(rig, action, shown.ts)
        assert (await whispers(rig))[-1] == "There is no message with this id."


# notes


async def test_where_notes_are_the_rule_only_send_sends(rig: Rig, place: Place) -> None:
    turn(rig, place, "internal")
    note = await rig.write(NAME, "She sounds annoyed")
    typed = await rig.write(NAME, "See you at 5")
    assert (await act(rig, "shortcuts", callback_id=SEND, channel=NAME, ts=typed["ts"]))["ok"]
    (sent,) = answers()
    assert (sent.body, sent.shadow.ts) == ("See you at 5", typed["ts"])
    assert note["ts"] != sent.shadow.ts
    assert leave(rig) == "See you at 5"


async def test_what_was_sent_so_follows_its_edits_and_its_deletion(rig: Rig, place: Place) -> None:
    turn(rig, place, "internal")
    typed = await rig.write(NAME, "Se you")
    await act(rig, "shortcuts", callback_id=SEND, channel=NAME, ts=typed["ts"])
    path = f"/slack/messages/{place.channel_id}/{typed['ts']}"
    await rig.town.http.put(path, json={"text": "See you"})
    await until(lambda: answers()[0].body == "See you")
    await rig.town.http.delete(path)
    await until(lambda: answers()[0].status == "canceled")


async def test_a_reply_in_a_thread_is_no_answer_in_either_mode(rig: Rig, place: Place) -> None:
    turn(rig, place, "internal")
    root = await rig.write(NAME, "A note")
    reply = await rig.write(NAME, "About it", thread_ts=root["ts"])
    await act(rig, "shortcuts", callback_id=SEND, channel=NAME, ts=reply["ts"])
    assert (await whispers(rig), answers()) == ([NOTE], [])


async def test_back_in_the_usual_mode_what_is_typed_leaves(rig: Rig, place: Place) -> None:
    turn(rig, place, "internal")
    turn(rig, place, "send")
    assert (await written(rig, "See you")).status == "held"


# corrections


async def left(rig: Rig, place: Place) -> tuple[Message, str]:
    """An answer that has left and was edited since; the ts of the whisper that tells it."""
    typed = await rig.write(NAME, "See you at 5")
    await until(answers)
    assert leave(rig) == "See you at 5"
    path = f"/slack/messages/{place.channel_id}/{typed['ts']}"
    await rig.town.http.put(path, json={"text": "See you at 6 & not 5"})
    (sent,) = answers()
    await until(lambda: messages.get(sent.id).notices)
    return sent, await whispered(rig, place, sent)


async def fill(rig: Rig, view: dict[str, Any], text: str) -> dict[str, Any]:
    return await act(rig, f"views/{view['id']}", state={"text": text})


async def test_a_late_edit_is_corrected_by_a_form_with_the_new_words(
    rig: Rig, place: Place
) -> None:
    sent, ts = await left(rig, place)
    assert await whispers(rig) == [edits.TOO_LATE]
    await press(rig, edits.CORRECT, ts)
    (view,) = await views(rig)
    assert "See you at 5" in str(view["blocks"][1])
    assert view["blocks"][2]["element"]["initial_value"] == "See you at 6 & not 5"
    assert (await fill(rig, view, "At 6, not at 5"))["ok"]
    (_, correction) = answers()
    assert (correction.correction_of, correction.status) == (sent.id, "held")
    assert correction.origin == f"slack:T0SANDBOX/view/{view['id']}"
    assert leave(rig) == "At 6, not at 5"


async def test_a_correction_is_not_offered_twice(rig: Rig, place: Place) -> None:
    sent, ts = await left(rig, place)
    button = Button("Send a correction", edits.CORRECT, str(sent.id))
    shown = await rig.chat.whisper(place, SAM, "For Dana", [button])
    assert isinstance(shown, Shown)
    await press(rig, edits.CORRECT, ts)
    await press(rig, edits.CORRECT, shown.ts, SAM)
    first, second = await views(rig)
    await fill(rig, first, "At 6")
    told = await act(rig, f"views/{second['id']}", user=SAM, state={"text": "At six"})
    assert corrections.ALREADY in told["errors"]["text"]
    await press(rig, edits.CORRECT, ts)
    assert corrections.ALREADY in (await whispers(rig))[-1]
    assert [one.body for one in answers()] == ["See you at 5", "At 6"]


async def test_words_that_cannot_be_a_correction_are_told_below_the_field(
    rig: Rig, place: Place
) -> None:
    _, ts = await left(rig, place)
    await press(rig, edits.CORRECT, ts)
    (view,) = await views(rig)
    assert "no text" in (await fill(rig, view, " "))["errors"]["text"]
    assert corrections.SAME in (await fill(rig, view, "See you at 5"))["errors"]["text"]
    assert len(answers()) == 1


async def test_a_late_deletion_is_corrected_by_an_empty_form(rig: Rig, place: Place) -> None:
    typed = await rig.write(NAME, "See you at 5")
    await until(answers)
    leave(rig)
    await rig.town.http.delete(f"/slack/messages/{place.channel_id}/{typed['ts']}")
    (sent,) = await until(lambda: [one for one in answers() if one.notices])
    await press(rig, edits.CORRECT, await whispered(rig, place, sent))
    (view,) = await views(rig)
    assert "initial_value" not in view["blocks"][2]["element"]
    await fill(rig, view, "Please ignore my last text")
    assert [one.correction_of for one in answers()] == [None, sent.id]


async def test_a_long_correction_is_asked_about_too(rig: Rig, place: Place) -> None:
    _, ts = await left(rig, place)
    await press(rig, edits.CORRECT, ts)
    (view,) = await views(rig)
    await fill(rig, view, LONG)
    assert [one.question for one in answers()] == [None, "long"]


# what is typed where the conversation was before


async def test_what_is_typed_in_a_channel_that_it_left_leaves_after_a_click(
    rig: Rig, place: Place
) -> None:
    thread = threads.in_channel(place.channel_id, None)
    assert thread
    now = rig.clock.now()
    left = {"channel_id": place.channel_id, "left_at": now - timedelta(hours=1)}
    Thread.objects(id=thread.id).update(
        set__channel__earlier=[left],
        set__channel__channel_id="C_NEXT",
        set__channel__name="sms-next",
    )
    made = await written(rig, "Hi Jane")
    ts = await whispered(rig, place, made)
    assert await whispers(rig) == [
        "This conversation goes on in #sms-next. Send this from here anyway?"
    ]
    assert leave(rig) is None
    await press(rig, guard.RELEASE, ts)
    assert leave(rig, 0) == "Hi Jane"
