"""Files are copied to us, once; what was never to be had is told."""

from datetime import timedelta
from typing import Any

import pytest
from mongoengine.connection import get_db
from pymongo.database import Database

from adapters.mongo.files import DatabaseFiles
from domain.model import Message
from domain.services import media
from domain.services.media import copying, fetching
from domain.values import Content, FileRef, MediaRef, Postponed, Unavailable, Uploaded
from tests.clock import NOON
from tests.domain.build import (
    conversation,
    due,
    fresh,
    later,
    queued,
    race,
    received,
)
from tests.domain.copier import PNG, as_it_is, have, haves, shows, taken

PHOTO, PLAN = FileRef("F1", "roof.heic", "image/heic"), FileRef("F2", "plan.pdf", "application/pdf")
URLS = ("https://api.example.com/ME1", "https://api.example.com/ME2")


@pytest.fixture
def files(db: Database[Any]) -> DatabaseFiles:
    return DatabaseFiles(get_db())


def with_pictures(*kinds: str) -> Message:
    """A customer's text with pictures of these types."""
    kinds = kinds or ("image/png",)
    refs = tuple(MediaRef(URLS[n], kind) for n, kind in enumerate(kinds))
    return received("Look", media=refs)


# What came with a customer's text


def test_a_text_with_pictures_has_them_copied(files: DatabaseFiles) -> None:
    message = with_pictures("image/png", "application/pdf")
    assert due(message, "fetch") == NOON
    one, two = haves(message)
    assert [one.source, two.source] == list(URLS)
    have(two, files, b"%PDF-1.7")
    have(one, files)
    stored = fresh(message)
    assert [file.content_type for file in stored.media] == ["image/png", "application/pdf"]
    assert [file.name for file in stored.media] == ["picture-1.png", "file-2.pdf"]
    assert [file.source for file in stored.media] == list(URLS)
    assert (stored.media[0].size, stored.wanted) == (100, [])
    assert b"".join(files.read(str(stored.media[0].file_id))) == PNG


def test_a_text_without_pictures_has_nothing_to_copy(db: Database[Any]) -> None:
    assert received().fetch is None
    assert fetching.claim(NOON) is None


def test_the_type_is_what_it_is_and_not_what_was_said(files: DatabaseFiles) -> None:
    message = with_pictures("image/jpeg", "image/png")
    for step, data in zip(haves(message), (b"%PDF-1", b"<svg onload='x'>"), strict=True):
        have(step, files, data)
    assert [one.content_type for one in fresh(message).media] == [
        "application/pdf",
        "application/octet-stream",
    ]


def test_a_name_that_came_with_it_is_made_safe(files: DatabaseFiles) -> None:
    (step,) = haves(with_pictures())
    made = fetching.prepared(step, Content(PNG, "../../etc/pass\u202ewd.exe"), as_it_is)
    assert isinstance(made, Content)
    assert made.name == "pass wd.png"


def test_every_copy_is_a_change_that_people_see(files: DatabaseFiles) -> None:
    message = with_pictures()
    before = message.rev
    have(haves(message)[0], files)
    assert fresh(message).rev == before + 1
    assert due(message, "relay") is not None


def test_a_file_that_was_copied_twice_is_there_once_and_the_other_goes(
    files: DatabaseFiles,
) -> None:
    message = with_pictures()
    (step,) = haves(message)
    have(step, files)
    have(step, files)
    assert len(fresh(message).media) == 1
    assert get_db()["files.files"].count_documents({}) == 2
    assert media.tidy(files, NOON + timedelta(days=2)) == 1
    assert files.find(str(fresh(message).media[0].file_id))


def test_only_one_worker_gets_a_message(files: DatabaseFiles) -> None:
    with_pictures()
    found = race(*[lambda: fetching.claim(NOON)] * 4)
    assert sum(one is not None for one in found) == 1


def test_a_worker_that_crashed_is_followed_by_another(files: DatabaseFiles) -> None:
    with_pictures()
    first = taken()
    assert fetching.claim(NOON + fetching.LEASE - timedelta(seconds=1)) is None
    assert taken(NOON + fetching.LEASE).id == first.id


def test_when_all_is_copied_the_slot_is_shut(files: DatabaseFiles) -> None:
    message = with_pictures()
    held = taken()
    have(haves(message)[0], files)
    fetching.settle(held, [], NOON, chat=False)
    assert due(message, "fetch") is None


def test_what_the_chat_lacks_comes_in_the_next_turn(files: DatabaseFiles) -> None:
    message = with_pictures()
    held = taken()
    have(haves(message)[0], files)
    fetching.settle(held, [], NOON, chat=True)
    assert due(message, "fetch") == NOON
    (step,) = shows(message)
    fetching.shown(step, Uploaded("F9", "https://files.example.com/F9"), NOON)
    (one,) = fresh(message).media
    assert (one.chat_id, one.chat_link) == ("F9", "https://files.example.com/F9")
    fetching.settle(taken(), [], NOON, chat=True)
    assert due(message, "fetch") is None


def test_the_first_copy_in_the_chat_counts(files: DatabaseFiles) -> None:
    message = with_pictures()
    have(haves(message)[0], files)
    (step,) = shows(message)
    for name in ("F1", "F2"):
        fetching.shown(step, Uploaded(name), NOON)
    assert fresh(message).media[0].chat_id == "F1"


def test_tries_become_rarer(files: DatabaseFiles) -> None:
    message, now, pauses = with_pictures(), NOON, []
    for _ in range(8):
        fetching.settle(taken(now), [Postponed("Not there yet.")], now, chat=True)
        again = due(message, "fetch")
        assert again
        pauses.append((again - now).total_seconds())
        now = again
    assert pauses == [1, 3, 10, 30, 120, 600, 600, 600]


def test_nobody_asks_again_sooner_than_was_asked_for(files: DatabaseFiles) -> None:
    message = with_pictures()
    fetching.settle(taken(), [Postponed("busy", 90.0)], NOON, chat=True)
    assert due(message, "fetch") == later(90)


def test_who_lost_the_lease_settles_nothing(files: DatabaseFiles) -> None:
    message = with_pictures()
    slow = taken()
    taken(NOON + fetching.LEASE)
    fetching.settle(slow, [Postponed("late")], later(900), chat=True)
    assert due(message, "fetch") == NOON + 2 * fetching.LEASE


def test_what_is_not_to_be_had_says_why_and_is_left(files: DatabaseFiles) -> None:
    message = with_pictures("image/png", "image/png")
    one, two = haves(message)
    fetching.failed(one, Unavailable("It has been deleted.", "Ask again."), NOON)
    assert fresh(message).wanted[0].problem == "It has been deleted. Ask again."
    assert [step.place for step in haves(message)] == [two.place]


def test_a_day_is_enough(files: DatabaseFiles) -> None:
    (step,) = haves(with_pictures())
    assert not copying.overdue(step, later(hours=24))
    assert copying.overdue(step, later(hours=24, seconds=1))


def test_a_file_of_which_workers_die_is_given_up(files: DatabaseFiles) -> None:
    message = with_pictures()
    Message.objects.update(set__fetch__attempts=copying.MOST_TURNS)
    assert not copying.stuck(fresh(message))
    assert copying.stuck(taken())


def test_a_message_that_was_erased_meanwhile_is_no_trouble(files: DatabaseFiles) -> None:
    message = with_pictures()
    (step,) = haves(message)
    held = taken()
    message.delete()
    have(step, files)
    fetching.failed(step, Unavailable("Gone."), NOON)
    fetching.settle(held, [], NOON, chat=True)
    assert Message.objects.count() == 0


# What programs bring


def test_a_programs_picture_is_shown_to_agents(files: DatabaseFiles) -> None:
    conversation()
    prepared = Content(PNG, "a.png", "image/png")
    message = queued("Look", files=(fetching.kept(prepared, files, NOON),))
    (step,) = shows(message)
    assert step.name == "a.png"
    assert copying.copies(fresh(message), chat=False) == []
    fetching.failed(step, Unavailable("Slack is full.", "Delete something."), NOON)
    assert fresh(message).media[0].problem == "Slack is full. Delete something."
    assert shows(message) == []


def test_finding_what_is_due_reads_one_key(files: DatabaseFiles) -> None:
    with_pictures()
    for _ in range(5):
        received()
    plan = Message._get_collection().find({"fetch.due_at": {"$lte": NOON}}).explain()
    assert plan["executionStats"]["totalDocsExamined"] == 1
