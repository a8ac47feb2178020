"""A text that may mean stop in the stand-in Slack: asked once, answered by a click or otherwise."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sandbox.slack.blocks import check_blocks
from adapters.worker.keeping import Keeper
from adapters.worker.relaying import Relayer
from bot.blocks import inquiries
from bot.blocks.cards import topic
from bot.chats import OneWorkspace
from bot.listeners import reviews as listener
from domain.model import Contact, Message, Thread
from domain.services import agents, numbers, summaries
from domain.services.channels import asking
from domain.services.desk import expiring, reviews
from domain.services.programs import sending
from domain.values import Inquiry, Person
from tests.anytime import POLICY
from tests.bot.events import AGENT, TEAM
from tests.bot.hand import Hand, element
from tests.bot.office import answers, workspace
from tests.bot.rig import CARD, Rig
from tests.clock import NOON, FakeClock
from tests.domain.build import CUSTOMER, TIMING, TOKEN, draft, received, said_of

NAME = "sms-jane-doe-0111"
WORDS = "please <stop> texting me"
ASKED = Inquiry("t1", "twilio:SM1", "Jane", WORDS, NOON)
Post = dict[str, Any]


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose clock is the machine's, with one agent."""
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        dana = Person(AGENT, TEAM, "Dana", None, False, False, False, False)
        agents.learn(dana, built.clock.now())
        yield built


@pytest.fixture
async def hand(rig: Rig) -> Hand:
    """An agent who sees what Jane has written."""
    await told(rig, WORDS)
    return Hand(rig)


async def told(rig: Rig, body: str) -> None:
    """Jane writes, and all of it is shown."""
    message = received(body, now=rig.clock.now())
    Contact.objects.update(set__first_name="Jane", set__last_name="Doe")
    summaries.refresh(message.thread_id)
    Message._get_collection().update_many({}, {"$set": {"effects": {"state": "done"}}})
    await work(rig)


async def work(rig: Rig) -> None:
    """Both workers, until nothing is due."""
    chats = OneWorkspace(rig.chat)
    for hand in (Relayer(chats, rig.clock, TIMING), Keeper(chats, rig.clock, TIMING)):
        while claim := await asyncio.to_thread(hand.claim):
            await hand.carry_out(claim)


async def questions(rig: Rig) -> list[Post]:
    """The posts that ask, oldest first; each within Slack's limits."""
    found = (await rig.channel(NAME))["messages"]
    asked = [one for one in found if "review:" in str(one.get("metadata"))]
    for one in asked:
        check_blocks(one["blocks"], 50)
    return asked


async def press(hand: Hand, action: str) -> Post:
    """Press a button of the one question, after which everything is brought up to date."""
    (post,) = await questions(hand.rig)
    answer = await hand.act("actions", action_id=action, channel=NAME, ts=post["ts"])
    await work(hand.rig)
    return answer


async def heard(hand: Hand) -> str:
    return str((await hand.heard(NAME))[-1]["text"])


def buttons(post: Post) -> list[str]:
    rows = [block for block in post["blocks"] if block["type"] == "actions"]
    return [one["action_id"] for row in rows for one in row["elements"]]


async def test_it_says_what_they_wrote_until_when_and_what_can_be_done(hand: Hand) -> None:
    """Row: §4.8"""
    (post,) = await questions(hand.rig)
    said = str(post["blocks"])
    assert "please &lt;stop&gt; texting me" in said
    assert "Automatic texts and campaigns wait" in said
    assert buttons(post) == [inquiries.OPT_OUT, inquiries.GO_ON, inquiries.ASK]
    channel = await hand.rig.channel(NAME)
    assert "held: may mean stop" in channel["topic"]
    shown = [one["text"] for one in channel["messages"] if one.get("bot_id")]
    assert shown[-2:] == ["please &lt;stop&gt; texting me", post["text"]]


async def test_an_opt_out_is_in_force_and_said_in_its_place(hand: Hand) -> None:
    waiting = sending.send(draft(), hand.rig.clock.now(), POLICY)
    await press(hand, inquiries.OPT_OUT)
    assert numbers.state_of(CUSTOMER).blocked
    assert Message.objects.get(id=waiting.id).status == "canceled"
    event = said_of(CUSTOMER)[-1]
    assert (event.action, event.method, event.recorded_by.key) == ("opt_out", "agent", AGENT)
    (post,) = await questions(hand.rig)
    assert buttons(post) == []
    assert f"Dana: {asking.OPTED_OUT}." in str(post["blocks"])
    assert await heard(hand) == listener.OPTED_OUT
    assert "opted out" in (await hand.rig.channel(NAME))["topic"]


async def test_no_opt_out_lets_it_go_on(hand: Hand) -> None:
    await press(hand, inquiries.GO_ON)
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.held) == (False, False)
    (post,) = await questions(hand.rig)
    assert f"Dana: {asking.GOES_ON}." in str(post["blocks"])
    assert await heard(hand) == listener.GOES_ON
    assert "held" not in (await hand.rig.channel(NAME))["topic"]


async def test_a_click_that_comes_twice_decides_once(rig: Rig, hand: Hand) -> None:
    await rig.fault("deliver.interaction", "duplicate")
    await press(hand, inquiries.OPT_OUT)
    assert [one.action for one in said_of(CUSTOMER)] == ["held", "opt_out"]


async def test_who_comes_too_late_is_told(hand: Hand) -> None:
    (post,) = await questions(hand.rig)
    reviews.decide(Thread.objects.get().id, False, None, TOKEN, hand.rig.clock.now())
    await hand.act("actions", action_id=inquiries.OPT_OUT, channel=NAME, ts=post["ts"])
    assert await heard(hand) == reviews.DECIDED
    assert not numbers.state_of(CUSTOMER).blocked


async def test_the_button_of_an_earlier_question_decides_nothing(hand: Hand) -> None:
    (old,) = await questions(hand.rig)
    reviews.decide(Thread.objects.get().id, False, None, TOKEN, hand.rig.clock.now())
    received("Leave me alone", now=hand.rig.clock.advance(1))
    await hand.act("actions", action_id=inquiries.GO_ON, channel=NAME, ts=old["ts"])
    assert await heard(hand) == reviews.NEWER
    assert Thread.objects.get().held_for_review


async def test_the_question_comes_to_ask_about_their_newest_words(hand: Hand) -> None:
    (before,) = await questions(hand.rig)
    hand.rig.clock.advance(1)
    await told(hand.rig, "Take me off your list")
    (post,) = await questions(hand.rig)
    assert "Take me off your list" in str(post["blocks"])
    assert (post["ts"], buttons(post)) == (before["ts"], buttons(before))
    await press(hand, inquiries.GO_ON)
    assert await heard(hand) == listener.GOES_ON
    assert [one.action for one in said_of(CUSTOMER)] == ["held", "held", "released"]


async def test_who_is_no_agent_decides_nothing(rig: Rig, hand: Hand) -> None:
    await press(Hand(rig, "U0GUEST"), inquiries.OPT_OUT)
    assert Thread.objects.get().held_for_review


async def test_they_are_asked_by_hand(hand: Hand) -> None:
    """Row: §4.8"""
    await press(hand, inquiries.ASK)
    view = await hand.top()
    assert element(view, "text")["initial_value"] == listener.QUESTION
    assert (await hand.submit())["ok"]
    (answer,) = answers()
    assert (answer.body, answer.purpose, answer.status) == (
        listener.QUESTION,
        "conversation",
        "held",
    )
    assert Thread.objects.get().held_for_review


async def test_a_decision_over_the_api_is_said_too(hand: Hand) -> None:
    reviews.decide(Thread.objects.get().id, True, None, TOKEN, hand.rig.clock.now())
    await work(hand.rig)
    (post,) = await questions(hand.rig)
    assert f"CRM (API): {asking.OPTED_OUT}." in str(post["blocks"])


async def test_so_is_what_they_say_themselves(hand: Hand) -> None:
    await told(hand.rig, "STOP")
    (post,) = await questions(hand.rig)
    assert asking.THEIRS["opt_out"] in str(post["blocks"])
    assert buttons(post) == []


async def test_so_is_that_nobody_decided(hand: Hand) -> None:
    review = Thread.objects.get().review
    hand.rig.clock.set(review.due_at)
    expiring.expire(review.due_at)
    await work(hand.rig)
    (post,) = await questions(hand.rig)
    assert asking.EXPIRED in str(post["blocks"])


async def test_a_stranger_is_told_apart_with_what_to_do(rig: Rig) -> None:
    """Row: §8.3"""
    await told(rig, "wrong number")
    (post,) = await questions(rig)
    assert "somebody else" in post["text"]
    hand = Hand(rig)
    await press(hand, inquiries.OPT_OUT)
    (post,) = await questions(rig)
    assert "take the number off the contact" in str(post["blocks"])
    assert [one.action for one in said_of(CUSTOMER)][-2:] == ["opt_out", "voided"]


@given(st.text(max_size=3_000), st.text(max_size=200), st.booleans(), st.booleans())
def test_whatever_they_write_fits(words: str, name: str, stranger: bool, decided: bool) -> None:
    outcome = "Dana: done." if decided else None
    asked = replace(ASKED, words=words, name=name, stranger=stranger, outcome=outcome)
    check_blocks(inquiries.content(asked)["blocks"], 50)


def test_a_topic_has_room_for_it() -> None:
    assert "held: may mean stop" in topic(replace(CARD, held=True, consent="agreed to texts"))
