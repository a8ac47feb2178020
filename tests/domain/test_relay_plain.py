"""A text that the chat refuses for good is shown in other words, and those behind it in order."""

import pytest

from domain.model import Message, Thread
from domain.services.relay import plain
from domain.values import Failed, Post
from tests.domain.build import TOKEN, conversation, due, fresh, later, queued, received
from tests.domain.test_relay import saying, settle, shown

pytestmark = pytest.mark.usefixtures("db")
NO = Failed("msg_blocks_too_long")


@pytest.fixture
def inbox(db: object) -> Thread:
    """A conversation in a thread of the inbox."""
    made = conversation()
    Thread.objects.update(set__channel__thread_ts="5.5")
    return made


def refuse(message: Message, times: int) -> Post:
    """So often; what is tried next."""
    for _ in range(times):
        now = due(message, "relay") or later(1)
        settle(saying(now), NO, now)
    return saying(due(message, "relay") or later(1)).post


def test_it_is_tried_whole_a_few_times(inbox: Thread) -> None:
    message = received("x" * 5000, now=later(1))
    assert not refuse(message, 2).plain
    assert fresh(message).shadow.refused == 2


def test_then_its_words_alone_are_shown(inbox: Thread) -> None:
    message = received("x" * 5000, now=later(1))
    post = refuse(message, 3)
    assert (post.plain, len(post.text), post.key) == (True, 3000, str(message.id))
    assert (post.from_customer, fresh(message).body) == (True, "x" * 5000)


def test_then_one_line_says_where_it_is_and_those_behind_it_follow(inbox: Thread) -> None:
    message = queued("Your keys", later(1), author=TOKEN)
    received("second", now=later(2))
    refuse(message, 4)
    now = later(4000)
    line = "A text of CRM (API) cannot be shown in Slack: read it over the API."
    assert shown(now, "9.8") == line
    assert fresh(message).body == "Your keys"
    Message.objects(id=message.id).update_one(set__relay__state="done", unset__relay__due_at=1)
    assert shown(now) == "second"


def test_refusals_in_a_channel_lead_to_the_inbox_first() -> None:
    conversation()
    message = received("x", now=later(1))
    for _ in range(4):
        now = due(message, "relay") or later(1)
        settle(saying(now), NO, now)
    assert Thread.objects.get().channel.step == "anchoring"
    assert fresh(message).shadow.refused is None


def test_what_nobody_signed_is_a_programs() -> None:
    line = plain.instead(Post("k", "Hi"), 9)
    assert line.text == "A text of a program cannot be shown in Slack: read it over the API."


def test_the_products_remark_stays_with_the_words() -> None:
    assert plain.instead(Post("k", "Hi", note="Not sent."), 3).text == "Hi\nNot sent."
