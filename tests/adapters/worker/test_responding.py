"""Rules and the away message, seen at the phone: one answer, and no end of answers never."""

from itertools import count

import pytest

from domain.model import Message
from domain.policy import Policy
from domain.rules.replying.autoreply import Match
from domain.services import upkeep
from domain.services.automation import arbiter, responding
from domain.services.automation.arbiter import Heard
from domain.services.threads import get
from tests.adapters.worker.test_answering import Town, town
from tests.domain.build import CUSTOMER, OURS, TIMING, fresh, received
from tests.domain.replies import rule, shut

pytestmark = pytest.mark.usefixtures("db")
MOST_ROUNDS = 30
THEIRS = Policy(numbers=(CUSTOMER,))
"""Another installation's, which has the customer's number."""


async def test_a_rule_answers_at_the_phone_once() -> None:
    rule("hours")
    async with town("threadline") as here:
        await here.text("Hours?")
        await here.work()
        here.clock.advance(hours=3)
        await here.work()
        assert await here.at_the_phone() == ["Hi there, we open at nine."]
    (made,) = Message.objects(direction="outbound")
    assert (made.purpose, bool(made.twilio_sid)) == ("auto_reply", True)


async def test_a_stop_is_confirmed_and_no_rule_speaks() -> None:
    """Row: §4.7"""
    shut()
    rule("stop by", match=Match.CONTAINS)
    async with town("threadline") as here:
        await here.text("STOP")
        await here.work()
        (told,) = await here.at_the_phone()
    assert "You will get no more texts" in told


@pytest.mark.parametrize("decided", ["nothing", "judged", "committed"])
async def test_whoever_is_killed_on_the_way_there_is_one_answer(decided: str) -> None:
    rule("hours")
    async with town("threadline") as here:
        await here.text("Hours?")
        dead = upkeep.claim(here.clock.now(), TIMING.lease)
        assert dead is not None
        if decided == "judged":
            heard = Heard(get(dead.thread_id), dead.body, dead.created_at)
            assert arbiter.decide(heard, here.clock.now(), here.policy).body
        if decided == "committed":
            assert responding.answer(dead, here.clock.now(), here.policy)
        await here.work()
        here.clock.advance(TIMING.lease.total_seconds())
        await here.work()
        assert len(await here.at_the_phone()) == 1


async def test_a_text_that_was_overtaken_by_an_outage_gets_no_answer() -> None:
    rule("hours")
    async with town("threadline") as here:
        await here.text("Hours?")
        here.clock.advance(minutes=11)
        await here.work()
        assert await here.at_the_phone() == []


async def test_a_machine_that_answers_every_text_gets_three_an_hour() -> None:
    rule("again", match=Match.CONTAINS, body="Say it again")
    numbers = count()
    async with town("threadline") as here:
        for _ in range(MOST_ROUNDS):
            before = await here.at_the_phone()
            await here.text(f"again {next(numbers)}")
            await here.work()
            here.clock.advance(seconds=2)
            if await here.at_the_phone() == before:
                break
        assert len(await here.at_the_phone()) == here.policy.automation.replies_per_hour


async def answered_there(here: Town, body: str) -> str | None:
    """The other installation takes in what reached its number: what it says to that, if at all."""
    text = received(body, here.clock.now(), policy=THEIRS, sender=OURS, recipient=CUSTOMER)
    made = responding.answer(text, here.clock.now(), THEIRS)
    done = {"effects": {"state": "done"}, "dispatch": {"state": "done"}}
    mine = [text.id] + ([made.id] if made else [])
    Message._get_collection().update_many({"_id": {"$in": mine}}, {"$set": done})
    return fresh(made).body if made else None


async def test_two_installations_that_text_each_other_fall_silent() -> None:
    shut()
    rule("open", match=Match.CONTAINS, body="Ask for the price of the tour")
    rule("price", match=Match.CONTAINS, body="We are open, come and see")
    async with town("threadline") as here:
        said: str | None = "Are you open?"
        rounds = 0
        while said and rounds < MOST_ROUNDS:
            seen = len(await here.at_the_phone())
            await here.text(said)
            await here.work()
            here.clock.advance(seconds=3)
            arrived = (await here.at_the_phone())[seen:]
            said = await answered_there(here, arrived[0]) if arrived else None
            rounds += 1
        here.clock.advance(hours=5)
        await here.work()
        assert said is None
        assert 1 < len(await here.at_the_phone()) <= here.policy.automation.replies_per_hour
