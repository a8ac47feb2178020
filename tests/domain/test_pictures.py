"""What agents see of pictures: the text at once, then the pictures, or why there are none."""

from typing import Any

import pytest
from bson import ObjectId

from domain.model import Message
from domain.services import relay
from domain.services.media import copying, fetching
from domain.services.media.copying import Have, Show
from domain.services.relay import Reword, Say, steps
from domain.values import (
    Failed,
    MediaRef,
    Picture,
    Place,
    Post,
    Postponed,
    Shown,
    Unavailable,
    Unclear,
    Uploaded,
)
from tests.clock import NOON
from tests.domain.build import CHANNEL, TIMING, conversation, fresh, later, leased, queued, received

pytestmark = pytest.mark.usefixtures("db")
FETCHING = "📎 1 picture is being fetched."
REFUSED = Failed("invalid_blocks")


def with_files(*kinds: str) -> Message:
    """A customer's text with files of these types, in a conversation that has its channel."""
    conversation()
    media = tuple(MediaRef(f"https://m.example.com/{n}", kind) for n, kind in enumerate(kinds))
    return received("Look", now=later(1), media=media)


def copied(message: Message, chat_id: str | None = "F1", place: int | None = None) -> None:
    """One of them was copied to us, and to the chat."""
    steps = [one for one in copying.copies(fresh(message), chat=True) if isinstance(one, Have)]
    step = next(one for one in steps if place in (None, one.place))
    raw = {"fileId": ObjectId(), "contentType": step.content_type, "bytes": 9, "sha256": "0"}
    Message._get_collection().update_one(
        {"_id": message.id},
        {
            "$push": {"media": raw | {"name": f"f-{step.place}", "place": step.place}},
            "$pull": {"wanted": {"place": step.place}},
            "$set": {"relay": {"state": "due", "due_at": later(1)}},
        },
    )
    if chat_id:
        in_chat(message, chat_id)


def in_chat(message: Message, chat_id: str) -> None:
    steps = copying.copies(fresh(message), chat=True)
    step = next(one for one in steps if isinstance(one, Show))
    fetching.shown(step, Uploaded(chat_id, f"https://files.example.com/{chat_id}"), later(1))


def step() -> Any:
    """What a worker does next."""
    claim = leased("relay", later(1))
    found = relay.next_step(claim, later(1))
    relay_done(claim.thread_id)
    return found


def relay_done(thread_id: ObjectId) -> None:
    threads = Message._get_collection().database["threads"]
    threads.update_one({"_id": thread_id}, {"$unset": {"relayLease": ""}})


def posted(message: Message) -> Post:
    """The text is shown; what it says."""
    said = step()
    assert isinstance(said, Say)
    relay.said(said, Shown("9.9"))
    return said.post


def changed(outcome: Failed | None = None) -> Post:
    """Its post is changed; what it says now."""
    found = step()
    assert isinstance(found, Reword)
    assert (found.place, found.ts) == (Place(CHANNEL), "9.9")
    relay.reworded(found, outcome)
    return found.post


def up_to_date() -> bool:
    return not Message._get_collection().count_documents(
        {"relay.due_at": {"$lte": later(1)}, "shadow.ts": "9.9"}
    )


def test_the_text_is_shown_at_once_and_says_what_is_on_its_way() -> None:
    post = posted(with_files("image/jpeg"))
    assert (post.text, post.note) == ("Look", FETCHING)
    assert (post.pictures, post.media_urls, post.file_names) == ((), (), ())


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        (("image/jpeg", "image/png"), "📎 2 pictures are being fetched."),
        (("text/vcard",), "📎 1 file is being fetched."),
        (("image/jpeg", "text/vcard"), "📎 2 files are being fetched."),
    ],
)
def test_it_says_how_many_of_what(kinds: tuple[str, ...], told: str) -> None:
    assert posted(with_files(*kinds)).note == told


def test_its_pictures_are_shown_when_the_chat_has_them() -> None:
    message = with_files("image/jpeg", "application/pdf")
    posted(message)
    copied(message, "F1")
    copied(message, "F2")
    post = changed()
    assert post.note is None
    assert post.pictures == (
        Picture("F1", "f-0", "https://files.example.com/F1", framed=True),
        Picture("F2", "f-1", "https://files.example.com/F2", framed=False),
    )
    assert step() is None
    assert up_to_date()


def test_all_are_shown_together_by_one_change() -> None:
    message = with_files("image/jpeg", "image/jpeg")
    posted(message)
    copied(message, "F1")
    assert step() is None
    copied(message, "F2")
    assert len(changed().pictures) == 2


def test_a_copy_that_the_chat_does_not_have_yet_is_still_on_its_way() -> None:
    message = with_files("image/jpeg")
    posted(message)
    copied(message, None)
    assert step() is None


def test_one_that_keeps_us_waiting_does_not_keep_the_others() -> None:
    message = with_files("image/jpeg", "image/jpeg")
    posted(message)
    held = fetching.claim(later(1))
    assert held
    copied(message, "F2", place=1)
    fetching.settle(held, [Postponed("Not there yet.")], later(1), chat=True)
    post = changed()
    assert ([one.id for one in post.pictures], post.note) == (["F2"], FETCHING)
    copied(message, "F1")
    assert [one.id for one in changed().pictures] == ["F2", "F1"]


def test_that_one_is_late_is_news_once() -> None:
    message = with_files("image/jpeg")
    posted(message)
    for _ in range(2):
        Message.objects.update(set__fetch__due_at=NOON)
        held = fetching.claim(later(1))
        assert held
        before = fresh(message).rev
        fetching.settle(held, [Postponed("Not there yet.")], later(1), chat=True)
    assert fresh(message).rev == before


def test_what_never_came_says_why() -> None:
    message = with_files("image/jpeg", "image/jpeg", "image/jpeg")
    posted(message)
    first, second, _ = copying.copies(fresh(message), chat=True)
    for one in (first, second):
        fetching.failed(one, Unavailable("It has been deleted at Twilio."), later(1))
    copied(message, "F3")
    post = changed()
    assert [one.id for one in post.pictures] == ["F3"]
    assert post.note == "📎 2 pictures could not be had: It has been deleted at Twilio."


def test_what_the_chat_would_not_take_says_why() -> None:
    message = with_files("image/jpeg")
    posted(message)
    copied(message, None)
    (one,) = copying.copies(fresh(message), chat=True)
    fetching.failed(one, Unavailable("Slack's storage is full.", "Delete old files."), later(1))
    assert changed().note == (
        "📎 f-0 is kept, but cannot be shown here: Slack's storage is full. Delete old files."
    )


def test_a_picture_that_came_before_the_text_was_shown_comes_in_a_second_step() -> None:
    message = with_files("image/jpeg")
    copied(message, "F1")
    assert posted(message).pictures == ()
    assert len(changed().pictures) == 1


def test_a_text_whose_post_is_in_doubt_gets_its_pictures_all_the_same() -> None:
    message = with_files("image/jpeg")
    said = step()
    relay.said(said, Unclear("timeout"))
    copied(message, "F1")
    again = step()
    assert isinstance(again, Say)
    assert again.since
    relay.said(again, Shown("9.9"))
    assert len(changed().pictures) == 1


def test_pictures_that_the_chat_refuses_are_tried_again_then_linked() -> None:
    message = with_files("image/jpeg")
    posted(message)
    copied(message, "F1")
    for _ in range(steps.MOST_REFUSALS):
        found = step()
        assert isinstance(found, Reword)
        assert found.post.pictures[0].framed
        relay.reworded(found, REFUSED)
        assert relay.unsettled(found, REFUSED)
        relay.rest(message.id, REFUSED, NOON, TIMING.lease)
        Message.objects.update(set__relay__due_at=later(1))
    relay.reworded(step(), REFUSED)
    post = changed()
    assert (post.pictures[0].framed, post.pictures[0].link) == (
        False,
        "https://files.example.com/F1",
    )
    assert step() is None


def test_a_link_that_the_chat_refuses_is_given_up() -> None:
    message = with_files("application/pdf")
    posted(message)
    copied(message, "F1")
    changed(Failed("message_not_found"))
    assert step() is None


def test_a_text_without_pictures_is_never_changed() -> None:
    conversation()
    message = received("Look", now=later(1))
    posted(message)
    assert fresh(message).shadow.wording is None


def test_texts_of_former_times_show_the_addresses_that_they_have() -> None:
    message = with_files("image/jpeg")
    Message.objects(id=message.id).update(unset__wanted=True)
    post = posted(message)
    assert (post.media_urls, post.note) == (("https://m.example.com/0",), None)


def test_a_programs_picture_is_named_until_it_can_be_shown() -> None:
    conversation()
    message = queued("Look", later(1))
    raw = {"fileId": ObjectId(), "contentType": "image/png", "bytes": 9, "sha256": "0"}
    Message._get_collection().update_one(
        {"_id": message.id}, {"$set": {"media": [raw | {"name": "a.png"}]}}
    )
    post = posted(message)
    assert (post.file_names, post.note) == (("a.png",), None)
    in_chat(message, "F1")
    post = changed()
    assert (post.file_names, [one.id for one in post.pictures]) == ((), ["F1"])
