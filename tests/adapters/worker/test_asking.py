"""The question what a customer meant is put once, below their text, and says what became of it."""

from datetime import timedelta

import pytest

from adapters.worker.keeping import Keeper
from domain.model import Thread
from domain.services import threads
from domain.services.channels import asking, news
from domain.services.desk import conversations, expiring, reviews
from domain.values import Failed, Inquiry, Place, Postponed, Unclear
from tests.adapters.worker.fakes import FakeChat
from tests.adapters.worker.hands import work, work_on
from tests.clock import FakeClock
from tests.domain.build import (
    AGENT,
    CHANNEL,
    TIMING,
    TOKEN,
    conversation,
    furnished,
    later,
    received,
)

WORDS = "please leave me alone"


@pytest.fixture
def keeper(chat: FakeChat, clock: FakeClock) -> Keeper:
    """What keeps places, at noon."""
    return Keeper(chat, clock, TIMING)


@pytest.fixture
def thread(db: object) -> Thread:
    """A conversation that is held; its text is shown."""
    made = conversation()
    received(WORDS)
    furnished(made.id)
    return threads.get(made.id)


def asked(chat: FakeChat) -> list[Inquiry]:
    return [what for _, _, what in chat.told("inquiry")]


def said(chat: FakeChat) -> list[str | None]:
    return [deed.inquiry.outcome for _, deed in chat.told("reask")]


async def test_it_is_put_where_the_conversation_lives(
    thread: Thread, keeper: Keeper, chat: FakeChat
) -> None:
    conversations.assign(thread.id, AGENT, TOKEN, later())
    assert await work(keeper)
    ((place, key, what),) = chat.told("inquiry")
    assert thread.review
    assert (place.channel_id, key) == (CHANNEL, f"review:{thread.id}:{thread.review.key}")
    assert (what.words, what.due_at, what.asks) == (WORDS, later(days=1), AGENT)
    assert not await work(keeper)


async def test_the_text_itself_comes_first(
    db: object, keeper: Keeper, chat: FakeChat, clock: FakeClock
) -> None:
    made = conversation()
    received(WORDS)
    await work(keeper)
    assert asked(chat) == []
    furnished(made.id)
    clock.advance(2)
    await work(keeper)
    assert len(asked(chat)) == 1


async def test_a_text_that_is_not_shown_hides_no_question(
    db: object, keeper: Keeper, chat: FakeChat, clock: FakeClock
) -> None:
    conversation()
    received(WORDS)
    clock.advance(timedelta(minutes=1).total_seconds())
    await work(keeper)
    assert len(asked(chat)) == 1


async def test_a_place_is_made_for_it(db: object, keeper: Keeper, chat: FakeChat) -> None:
    text = received(WORDS)
    text.modify(set__shadow__ts="1.0")
    await work(keeper)
    assert [name for name in chat.names() if name in ("open_channel", "inquiry")] == [
        "open_channel",
        "inquiry",
    ]


@pytest.mark.parametrize("opt_out", [True, False])
async def test_the_answer_stands_in_its_place(
    thread: Thread, keeper: Keeper, chat: FakeChat, opt_out: bool
) -> None:
    await work(keeper)
    reviews.decide(thread.id, opt_out, None, TOKEN, later())
    await work(keeper)
    words = asking.OPTED_OUT if opt_out else asking.GOES_ON
    assert said(chat) == [f"CRM (API): {words}."]
    assert not await work(keeper)


async def test_a_stop_meanwhile_answers_it(thread: Thread, keeper: Keeper, chat: FakeChat) -> None:
    await work(keeper)
    received("STOP")
    await work(keeper)
    assert said(chat) == [f"{asking.THEIRS['opt_out']}."]


async def test_so_does_time(
    thread: Thread, keeper: Keeper, chat: FakeChat, clock: FakeClock
) -> None:
    await work(keeper)
    expiring.expire(later(days=1))
    clock.set(later(days=1))
    await work(keeper)
    assert said(chat) == [f"{asking.EXPIRED}."]


async def test_what_is_decided_before_it_is_put_is_not_asked(
    thread: Thread, keeper: Keeper, chat: FakeChat
) -> None:
    reviews.decide(thread.id, True, None, TOKEN, later())
    await work(keeper)
    assert asked(chat) == []


async def test_after_an_unclear_try_it_is_looked_for(
    thread: Thread, keeper: Keeper, chat: FakeChat, clock: FakeClock
) -> None:
    chat.will["inquiry"] = [Unclear("timeout")]
    chat.will["find_post"] = ["123.4"]
    await work(keeper)
    await work_on(keeper, clock)
    assert len(asked(chat)) == 1
    assert chat.told("find_post")[0][0] == Place(CHANNEL)
    review = threads.get(thread.id).review
    assert review
    assert review.ts == "123.4"


async def test_while_slack_is_down_it_waits(
    thread: Thread, keeper: Keeper, chat: FakeChat, clock: FakeClock
) -> None:
    chat.will["inquiry"] = [Postponed("down"), Postponed("ratelimited", 30.0)]
    await work_on(keeper, clock)
    assert len(asked(chat)) == 3
    assert "find_post" not in chat.names()


async def test_a_question_that_is_refused_for_good_keeps_nothing_waiting(
    thread: Thread, keeper: Keeper, chat: FakeChat, clock: FakeClock
) -> None:
    chat.will["inquiry"] = [Failed("restricted_action")] * 9
    await work_on(keeper, clock)
    assert len(asked(chat)) == asking.MOST_REFUSALS


async def test_an_open_question_that_was_deleted_is_put_again(
    thread: Thread, keeper: Keeper, chat: FakeChat, clock: FakeClock
) -> None:
    await work(keeper)
    chat.will["reask"] = [Failed("message_not_found")]
    conversations.assign(thread.id, AGENT, TOKEN, later())
    await work_on(keeper, clock)
    assert len(asked(chat)) == 2


async def test_it_is_found_in_a_channel_that_has_another_id_by_now(
    thread: Thread, keeper: Keeper, chat: FakeChat
) -> None:
    await work(keeper)
    news.reidentified(CHANNEL, "C9")
    reviews.decide(thread.id, False, None, TOKEN, later())
    await work(keeper)
    assert [place.channel_id for place, _ in chat.told("reask")] == ["C9"]


async def test_each_question_has_its_own_post(
    thread: Thread, keeper: Keeper, chat: FakeChat
) -> None:
    await work(keeper)
    reviews.decide(thread.id, False, None, TOKEN, later())
    await work(keeper)
    received("STOP TEXTING ME")
    furnished(thread.id)
    await work(keeper)
    assert [one.words for one in asked(chat)] == [WORDS, "STOP TEXTING ME"]
