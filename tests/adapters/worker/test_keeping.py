"""Places are made, kept, archived and left, whatever the chat answers; nothing is said twice."""

from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from adapters.worker.keeping import Keeper
from adapters.worker.relaying import Relayer
from domain.model import Contact, Message, Thread
from domain.services import summaries, threads
from domain.services.channels import news
from domain.services.desk import conversations, places
from domain.values import (
    Failed,
    Opened,
    Place,
    Postponed,
    Route,
    Shown,
    Unclear,
    Workspace,
)
from tests.adapters.worker.fakes import INBOX, FakeChat
from tests.adapters.worker.hands import work, work_on
from tests.clock import NOON, FakeClock
from tests.domain.build import AGENT, TIMING, TOKEN, conversation, fresh, received

REFUSED = Failed("restricted_action")


@pytest.fixture
def keeper(db: Database[Any], chat: FakeChat, clock: FakeClock) -> Keeper:
    """What keeps places, at noon."""
    return Keeper(chat, clock, TIMING)


async def kept(keeper: Keeper, clock: FakeClock) -> None:
    """Carry on until nothing is due any more, as time goes by."""
    for _ in range(30):
        while claim := keeper.claim():
            await keeper.carry_out(claim)
        clock.advance(60)


async def housed(relayer: Relayer, keeper: Keeper, chat: FakeChat, message: Message) -> Thread:
    """The first text is shown in a finished place; what was called for it is forgotten."""
    await work(relayer)
    Message._get_collection().update_many({}, {"$set": {"effects": {"state": "done"}}})
    while claim := keeper.claim():
        await keeper.carry_out(claim)
    chat.calls.clear()
    return threads.get(message.thread_id)


def close(thread: Thread, clock: FakeClock) -> None:
    conversations.set_status(thread.id, "closed", None, TOKEN, clock.now())


async def test_a_new_channel_gets_its_card_before_the_text_and_its_pin_after_it(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message
) -> None:
    await work(relayer)
    await work(keeper)
    assert chat.names() == ["open_channel", "furnish", "card", "post", "pin"]
    place, key, card = chat.told("card")[0]
    assert (place.channel_id, key) == ("C0", f"card:{first.thread_id}")
    assert (card.thread_id, card.own_channel) == (str(first.thread_id), True)
    assert not await work(keeper)


async def test_changes_are_shown_together(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message
) -> None:
    thread = await housed(relayer, keeper, chat, first)
    conversations.assign(thread.id, None, TOKEN, NOON)
    conversations.set_mode(thread.id, "internal", TOKEN, NOON)
    conversations.set_mode(thread.id, "send", TOKEN, NOON)
    await work(keeper)
    assert chat.names() == []
    conversations.set_mode(thread.id, "internal", TOKEN, NOON)
    await work(keeper)
    assert chat.names() == ["renew"]


@pytest.mark.parametrize("outcome", [Postponed("ratelimited", 9), Unclear("timeout")])
async def test_what_settled_nothing_is_done_later(
    relayer: Relayer,
    keeper: Keeper,
    chat: FakeChat,
    first: Message,
    clock: FakeClock,
    outcome: Postponed | Unclear,
) -> None:
    thread = await housed(relayer, keeper, chat, first)
    conversations.set_mode(thread.id, "internal", TOKEN, NOON)
    chat.will["renew"] = [outcome]
    await work(keeper)
    assert not await work(keeper)
    await kept(keeper, clock)
    assert chat.names() == ["renew", "renew"]


@pytest.mark.parametrize("found", ["1.5", None])
async def test_an_unclear_card_is_looked_for_and_not_posted_twice(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock, found: Any
) -> None:
    chat.will["card"], chat.will["find_post"] = [Unclear("timeout")], [found]
    await work_on(relayer, clock)
    assert len(chat.told("card")) == (1 if found else 2)
    assert chat.told("find_post")[0][1] == f"card:{first.thread_id}"
    chat.calls.clear()
    await kept(keeper, clock)
    assert chat.names() == ["renew", "pin"]


async def test_a_card_that_is_refused_keeps_no_text_waiting(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    chat.will["card"] = [Failed("invalid_blocks")]
    await work(relayer)
    assert fresh(first).shadow.ts
    await kept(keeper, clock)
    assert len(chat.told("card")) == 1


async def test_closing_archives_and_a_new_text_goes_on_in_a_linked_channel(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    thread = await housed(relayer, keeper, chat, first)
    close(thread, clock)
    await work(keeper)
    assert chat.names() == ["renew", "archive"]
    chat.calls.clear()
    message = received("Still there?", now=clock.advance(60))
    await work(relayer)
    assert chat.names() == ["unarchive", "open_channel", "furnish", "card", "past", "post"]
    assert chat.told("card")[0][2].earlier.channel_id == "C0"
    (past,) = [what for _, _, what in chat.told("past")]
    assert [one.text for one in past.texts] == [first.body]
    assert fresh(message).shadow.channel_id == "C1"


async def test_where_the_chat_allows_it_the_same_channel_is_used_again(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    thread = await housed(relayer, keeper, chat, first)
    close(thread, clock)
    await work(keeper)
    chat.calls.clear()
    chat.will["unarchive"] = [None]
    received("Still there?", now=clock.advance(60))
    await work(relayer)
    assert chat.names() == ["unarchive", "furnish", "post"]
    await kept(keeper, clock)
    assert chat.names()[3:] == ["renew"]


async def test_texts_that_come_while_it_is_archived_are_all_shown_in_order(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    thread = await housed(relayer, keeper, chat, first)
    news.archived("C0", "1.1", TOKEN, clock.now())
    for body in ("one", "two", "three"):
        received(body, now=clock.advance(1))
    chat.will["unarchive"] = [Postponed("ratelimited", 5)]
    await work_on(relayer, clock)
    assert [post.text for _, post in chat.told("post")] == ["one", "two", "three"]
    summaries.refresh(thread.id)
    assert threads.get(thread.id).status == "open"


async def test_one_whose_text_is_not_summed_up_yet_is_not_archived_under_it(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    thread = await housed(relayer, keeper, chat, first)
    close(thread, clock)
    received("Wait", now=clock.now())
    await work(relayer)
    await work(keeper)
    assert "archive" not in chat.names()
    summaries.refresh(thread.id)
    Message._get_collection().update_many({}, {"$set": {"effects": {"state": "done"}}})
    await kept(keeper, clock)
    assert "archive" not in chat.names()


async def test_what_may_not_be_archived_is_told_once_in_the_inbox(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    thread = await housed(relayer, keeper, chat, first)
    chat.will["archive"] = [REFUSED]
    for status in ("closed", "open", "closed"):
        conversations.set_status(thread.id, status, None, TOKEN, clock.now())
        await kept(keeper, clock)
    assert len(chat.told("archive")) == len(chat.told("remark")) == 1
    place, _, remark = chat.told("remark")[0]
    assert (place, "restricted_action" in remark.text) == (INBOX, True)


@pytest.mark.parametrize("found", ["9.9", None])
async def test_what_may_have_been_told_is_looked_for(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock, found: Any
) -> None:
    await housed(relayer, keeper, chat, first)
    news.deleted("C0")
    chat.will["remark"], chat.will["find_post"] = [Unclear("timeout")], [found]
    await kept(keeper, clock)
    assert len(chat.told("remark")) == (1 if found else 2)
    assert len({key for _, key, _ in chat.told("remark")}) == 1


async def test_without_channels_of_their_own_all_begin_in_the_inbox(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message
) -> None:
    chat.workspace = replace(chat.workspace, own_channels=False)
    chat.will["card"] = [Shown("7.7")]
    await work(relayer)
    await work(keeper)
    assert chat.names() == ["card", "post"]
    assert chat.told("post")[0][0] == Place(INBOX.channel_id, "7.7")


async def test_a_moved_conversation_is_at_once_in_its_own_channel_and_its_thread_says_so(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    chat.will["open_channel"], chat.will["card"] = [REFUSED], [Shown("7.7")]
    thread = await housed(relayer, keeper, chat, first)
    places.move(thread.id, True, TOKEN, clock.now())
    await work(keeper)
    assert chat.names() == ["open_channel", "furnish", "card", "past", "remark", "pin"]
    place, _, remark = chat.told("remark")[0]
    assert (place, remark.link.channel_id) == (Place(INBOX.channel_id, "7.7"), "C0")
    assert threads.get(thread.id).channel.channel_id == "C0"
    assert not threads.get(thread.id).channel.awaited


@pytest.mark.parametrize("refusal", [REFUSED, Postponed("ratelimited", 30)])
async def test_where_no_channel_is_to_be_had_it_stays_and_says_why(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock, refusal: Any
) -> None:
    chat.will["open_channel"], chat.will["card"] = [REFUSED], [Shown("7.7")]
    thread = await housed(relayer, keeper, chat, first)
    chat.will["open_channel"] = [refusal]
    places.move(thread.id, True, TOKEN, clock.now())
    await kept(keeper, clock)
    assert chat.names() == ["open_channel", "remark"]
    assert chat.told("remark")[0][0] == Place(INBOX.channel_id, "7.7")
    received("Hello?", now=clock.now())
    await work(relayer)
    assert chat.told("post")[0][0] == Place(INBOX.channel_id, "7.7")


async def test_moved_to_the_inbox_it_begins_with_its_past(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    thread = await housed(relayer, keeper, chat, first)
    chat.will["card"] = [Shown("7.7")]
    places.move(thread.id, False, TOKEN, clock.now())
    await kept(keeper, clock)
    assert chat.names() == ["card", "past", "remark"]
    assert chat.told("past")[0][0].thread_ts == "7.7"
    assert chat.told("remark")[0][0].channel_id == "C0"


async def test_back_in_its_own_channel_it_has_one_card(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    thread = await housed(relayer, keeper, chat, first)
    places.move(thread.id, False, TOKEN, clock.now())
    await kept(keeper, clock)
    chat.calls.clear()
    chat.will["find_channel"] = [Opened(Place("C0", None, "sms-x"))]
    places.move(thread.id, True, TOKEN, clock.now())
    await kept(keeper, clock)
    assert chat.told("card") == []
    assert chat.names() == ["find_channel", "furnish", "remark", "renew", "pin"]


async def test_tags_decide_the_inbox_and_the_agents_when_the_place_is_made(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    route = Route("tag:vip", "C0VIP", ("U0BOSS",))
    chat.workspace = Workspace(INBOX.channel_id, agents=("S0AGENTS",), routes=(route,))
    Contact.objects.update(set__tags=["vip"])
    await work(relayer)
    assert chat.told("furnish")[0][2] == ("U0BOSS",)
    chat.will["card"] = [Shown("7.7")]
    places.move(first.thread_id, False, TOKEN, clock.now())
    await kept(keeper, clock)
    assert chat.told("card")[-1][0].channel_id == "C0VIP"


async def test_a_conversation_stays_when_its_tags_change(
    relayer: Relayer, keeper: Keeper, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    chat.workspace = replace(
        chat.workspace, own_channels=False, routes=(Route("tag:vip", "C0VIP"),)
    )
    thread = await housed(relayer, keeper, chat, first)
    Contact.objects.update(set__tags=["vip"])
    received("More", now=clock.now())
    await work(relayer)
    assert chat.told("post")[0][0].channel_id == INBOX.channel_id
    assert thread.channel.channel_id == INBOX.channel_id


async def test_an_anchor_whose_inbox_changed_since_is_looked_for_where_it_was_tried(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    chat.workspace = replace(
        chat.workspace, own_channels=False, routes=(Route("tag:vip", "C0VIP"),)
    )
    chat.will["card"], chat.will["find_post"] = [Unclear("timeout")], ["7.7"]
    await work(relayer)
    Contact.objects.update(set__tags=["vip"])
    await work_on(relayer, clock)
    assert chat.told("find_post")[0][0].channel_id == INBOX.channel_id
    assert len(chat.told("card")) == 1


async def test_without_a_workspace_the_place_waits(
    keeper: Keeper, chat: FakeChat, clock: FakeClock
) -> None:
    class Nobody:
        """No workspace at all."""

        def of(self, _team_id: str | None, _sender: str | None = None, /) -> None:
            return None

    thread = conversation()
    conversations.assign(thread.id, AGENT, TOKEN, NOON)
    homeless = Keeper(Nobody(), clock, TIMING)
    claim = homeless.claim()
    assert claim
    await homeless.carry_out(claim)
    assert homeless.claim() is None
    clock.advance(60)
    assert await work(keeper)


async def test_a_process_that_slept_past_its_lease_touches_nothing(
    chat: FakeChat, db: Database[Any]
) -> None:
    class Sleepy(FakeClock):
        """Every look at it finds much time gone."""

        def now(self) -> Any:
            return self.advance(TIMING.lease.total_seconds() - 1)

    thread = conversation()
    conversations.assign(thread.id, AGENT, TOKEN, NOON)
    await work(Keeper(chat, Sleepy(), TIMING))
    assert chat.calls == []
