"""A new place begins with what was said before, where it does not show that itself."""

import pytest

from domain.model import Message, Thread
from domain.services import messages, threads
from domain.services.channels import history
from domain.values import Past, Place
from tests.clock import NOON
from tests.domain.build import CHANNEL, answered, conversation, later, queued, received

pytestmark = pytest.mark.usefixtures("db")
HERE, ELSEWHERE = Place(CHANNEL), Place("C_NEW")


@pytest.fixture
def thread() -> Thread:
    """A conversation of one text, which its channel shows."""
    return conversation()


def past(thread: Thread, place: Place = ELSEWHERE) -> Past | None:
    """What is to be told in that place."""
    found = history.unseen(threads.get(thread.id), place)
    return found[1] if found else None


def shown(message: Message, channel_id: str = CHANNEL, ts: str = "2.0") -> None:
    """It stands in that channel, and nothing about it is open."""
    where = {"shadow.ts": ts, "shadow.channelId": channel_id, "relay": {"state": "done"}}
    Message._get_collection().update_one({"_id": message.id}, {"$set": where})


def words(told: Past | None) -> list[str]:
    return [one.text for one in told.texts] if told else []


def test_a_place_that_shows_everything_has_nothing_to_tell(thread: Thread) -> None:
    assert past(thread, HERE) is None


def test_a_first_text_has_no_past() -> None:
    assert past(threads.get(received().thread_id)) is None


def test_texts_are_told_in_order_with_their_authors(thread: Thread) -> None:
    answer = answered("Yes, it is", later(5))
    shown(answer)
    shown(queued("Your keys are ready", later(9)))
    told = past(thread)
    assert told
    assert [(one.author, one.text) for one in told.texts] == [
        ("+17605550111", "Hello"),
        ("Ann Agent", "Yes, it is"),
        ("CRM", "Your keys are ready"),
    ]
    assert [one.at for one in told.texts] == [NOON, later(5), later(9)]


def test_only_the_last_ten_are_told(thread: Thread) -> None:
    for number in range(12):
        shown(received(f"text {number}", now=later(number + 1)))
    assert words(past(thread)) == [f"text {number}" for number in range(2, 12)]


def test_what_will_be_shown_there_is_not_told_before(thread: Thread) -> None:
    received("Still there?", now=later(1))
    assert words(past(thread)) == ["Hello"]


def test_what_never_left_is_not_told(thread: Thread) -> None:
    for status in ("refused", "canceled"):
        message = queued(f"{status} by somebody", later(1))
        shown(message)
        Message.objects(id=message.id).update(set__status=status)
    assert words(past(thread)) == ["Hello"]


def test_of_a_place_that_was_left_and_found_again_only_the_time_between_is_told(
    thread: Thread,
) -> None:
    shown(received("In the meantime", now=later(1)), "C0INBOX")
    assert words(past(thread, HERE)) == ["In the meantime"]


def test_threads_of_one_channel_are_places_of_their_own(thread: Thread) -> None:
    assert words(past(thread, Place(CHANNEL, "5.5"))) == ["Hello"]


def test_a_campaigns_text_that_was_shown_nowhere_is_told(thread: Thread) -> None:
    message = queued("New listing", later(1))
    Message.objects(id=message.id).update(unset__relay=1)
    assert messages.get(message.id).shadow.ts is None
    assert words(past(thread))[-1] == "New listing"


def test_a_picture_without_words_is_told_as_one(thread: Thread) -> None:
    shown(received("", now=later(1)))
    assert words(past(thread))[-1] == "a picture or file"


def test_the_key_of_the_post_says_up_to_which_text(thread: Thread) -> None:
    first = history.unseen(thread, ELSEWHERE)
    shown(received("More", now=later(1)))
    second = history.unseen(thread, ELSEWHERE)
    assert first
    assert second
    assert first[0] != second[0]
