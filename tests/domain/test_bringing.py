"""A text waits for the files that an agent put into it, and does not leave without them."""

from datetime import datetime
from typing import Any

import pytest
from mongoengine.connection import get_db
from pymongo.database import Database

from adapters.mongo.files import DatabaseFiles
from domain.model import Message
from domain.services import dispatch, edits, media, outbound
from domain.services.dispatch import Send
from domain.services.media import copying, fetching
from domain.services.programs import repeating
from domain.values import Content, FileRef, Unavailable
from tests.clock import NOON
from tests.domain.build import (
    POLICY,
    TIMING,
    TOKEN,
    answered,
    conversation,
    due,
    fresh,
    later,
    leased,
    queued,
    said,
)
from tests.domain.copier import PNG, as_it_is, have, haves, steps, taken

PHOTO, PLAN = FileRef("F1", "roof.heic", "image/heic"), FileRef("F2", "plan.pdf", "application/pdf")


class Addresses:
    """Implements domain.ports.Links."""

    def check(self) -> None:
        return

    def link(self, file_id: str, until: datetime) -> str:
        return f"https://texts.example.com/{file_id}"


@pytest.fixture
def files(db: Database[Any]) -> DatabaseFiles:
    return DatabaseFiles(get_db())


def brought(*refs: FileRef, text: str = "Here it is") -> Message:
    """An agent's answer with files, held."""
    conversation()
    return answered(text, files=refs or (PHOTO,))


def leaving(now: datetime) -> Send | None:
    """What a dispatcher would hand over, if anything may leave by then."""
    step = dispatch.next_step(leased("dispatch", now), now, POLICY, TIMING, Addresses())
    assert step is None or isinstance(step, Send)
    Message._get_collection().database["threads"].update_many({}, {"$unset": {"dispatchLease": ""}})
    return step


def test_an_answer_is_committed_first_and_wants_its_files(files: DatabaseFiles) -> None:
    message = brought(PHOTO, PLAN)
    assert message.status == "held"
    assert [(one.place, one.source, one.name) for one in message.wanted] == [
        (0, "F1", "roof.heic"),
        (1, "F2", "plan.pdf"),
    ]
    assert due(message, "fetch") == NOON


def test_a_picture_alone_is_an_answer(files: DatabaseFiles) -> None:
    assert brought(text="").status == "held"


def test_more_than_ten_are_refused(files: DatabaseFiles) -> None:
    message = brought(*[FileRef(f"F{n}") for n in range(11)])
    assert (message.status, message.wanted, message.fetch) == ("refused", [], None)
    assert "at most 10" in message.notices[0].text


def test_a_text_leaves_when_its_files_are_there(files: DatabaseFiles) -> None:
    message = brought()
    assert leaving(later(6)) is None
    have(haves(message)[0], files, now=later(7))
    send = leaving(later(7))
    assert send
    assert send.text.media_urls == (f"https://texts.example.com/{fresh(message).media[0].file_id}",)


def test_its_hold_is_kept_however_soon_they_come(files: DatabaseFiles) -> None:
    message = brought()
    have(haves(message)[0], files, now=later(1))
    assert due(message, "dispatch") == NOON + POLICY.hold


def test_those_behind_it_wait_in_order(files: DatabaseFiles) -> None:
    message = brought()
    second = answered("And the price", later(1))
    assert leaving(later(10)) is None
    assert leaving(later(41)) is None
    have(haves(message)[0], files, now=later(45))
    first = leaving(later(45))
    assert first
    assert first.text.message_id == str(message.id)
    assert fresh(second).status == "held"


def test_a_released_text_waits_for_its_files_too(files: DatabaseFiles) -> None:
    message = brought()
    outbound.release(message.id, later(1))
    assert leaving(later(1)) is None
    assert fresh(message).status == "queued"


def test_a_file_that_came_while_the_text_was_looked_at_does_not_keep_it(
    files: DatabaseFiles,
) -> None:
    message = brought()
    stale = fresh(message)
    have(haves(message)[0], files, now=later(6))
    media.hold(stale, "dispatch", later(6))
    assert leaving(later(6)) is not None


def test_a_file_that_cannot_be_sent_refuses_the_text(files: DatabaseFiles) -> None:
    message = brought(PHOTO, PLAN)
    fetching.failed(haves(message)[0], Unavailable("It is broken.", "Save it as JPEG."), later(2))
    stored = fresh(message)
    assert (stored.status, stored.error_message) == ("refused", "roof.heic: It is broken.")
    assert stored.decision
    assert stored.decision.code == "MEDIA_REJECTED"
    (notice,) = stored.notices
    assert notice.text == "Not sent. roof.heic: It is broken. Save it as JPEG."
    assert steps(message) == []
    assert leaving_nothing(later(60))


def leaving_nothing(now: datetime) -> bool:
    return not Message._get_collection().count_documents({"dispatch.due_at": {"$lte": now}})


def test_a_second_broken_file_says_nothing_more(files: DatabaseFiles) -> None:
    message = brought(PHOTO, PLAN)
    for step in haves(message):
        fetching.failed(step, Unavailable("It is broken."), NOON)
    assert len(fresh(message).notices) == 1


def test_files_that_are_too_large_together_refuse_the_text(files: DatabaseFiles) -> None:
    message = brought(PLAN, FileRef("F3", "b.pdf"), FileRef("F4", "c.pdf"))
    for step in haves(message):
        have(step, files, b"%PDF-" + b"\0" * 399_995)
    stored = fresh(message)
    assert stored.status == "refused"
    assert "1,200,000 bytes together" in str(stored.error_message)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04", "Carriers do not take"),
        (b"%PDF-" + b"\0" * 500_000, "500,005 bytes"),
        (b"<svg onload='x'>", "Carriers do not take"),
        (b"<html>", "Carriers do not take"),
        (b"", "Carriers do not take"),
    ],
)
def test_only_what_carriers_take_goes_out(files: DatabaseFiles, data: bytes, told: str) -> None:
    (step,) = haves(brought(PLAN))
    made = fetching.prepared(step, Content(data), as_it_is)
    assert isinstance(made, Unavailable)
    assert told in made.reason


def test_each_of_several_pictures_has_its_share_of_the_room(files: DatabaseFiles) -> None:
    rooms: list[int] = []

    def noting(data: bytes, room: int) -> Content | Unavailable:
        rooms.append(room)
        return as_it_is(data, room)

    for step in haves(brought(PHOTO, PLAN, FileRef("F3"), FileRef("F4"))):
        fetching.prepared(step, Content(PNG), noting)
    assert rooms == [250_000] * 4


def test_what_cannot_be_had_in_an_hour_is_not_sent_any_more(files: DatabaseFiles) -> None:
    (step,) = haves(brought())
    assert not copying.overdue(step, later(3_600))
    assert copying.overdue(step, later(3_601))


def test_a_text_that_was_called_back_is_not_copied_for(files: DatabaseFiles) -> None:
    message = brought()
    outbound.cancel(message.id, later(1))
    assert steps(message) == []
    fetching.settle(taken(later(1)), [], later(1), chat=True)
    assert due(message, "fetch") is None


def test_what_came_too_late_for_a_text_called_back_changes_nothing(files: DatabaseFiles) -> None:
    message = brought()
    (step,) = haves(message)
    outbound.cancel(message.id, later(1))
    have(step, files, now=later(2))
    fetching.failed(step, Unavailable("Broken."), later(2))
    assert (fresh(message).status, fresh(message).notices) == ("canceled", [])


def test_the_chat_has_what_agents_bring_already(files: DatabaseFiles) -> None:
    message = brought()
    have(haves(message)[0], files)
    assert steps(message) == []


def edit(text: str, *refs: FileRef) -> Message:
    changed = said(text, files=refs, edited_ts=f"{later(2).timestamp():.6f}")
    made = edits.edit(changed, later(2), POLICY, TIMING)
    assert made
    return made


def test_other_words_keep_the_files(files: DatabaseFiles) -> None:
    brought(PHOTO, PLAN)
    message = edit("There it is", PHOTO, PLAN)
    assert (message.body, [one.source for one in message.wanted]) == ("There it is", ["F1", "F2"])


def test_a_file_that_its_author_took_out_does_not_go(files: DatabaseFiles) -> None:
    message = brought(PHOTO, PLAN)
    for step in haves(message):
        have(step, files, PNG if step.source == "F1" else b"%PDF-1")
    assert [one.source for one in edit("Only the plan", PLAN).media] == ["F2"]


def test_taking_out_what_is_still_missing_lets_the_rest_leave(files: DatabaseFiles) -> None:
    message = brought(PHOTO, PLAN)
    have(haves(message)[1], files, b"%PDF-1")
    assert edit("Only the plan", PLAN).wanted == []
    assert leaving(later(8)) is not None


def test_a_deleted_message_that_we_never_saw_wants_nothing(files: DatabaseFiles) -> None:
    conversation()
    gone = edits.retract(said(files=(PHOTO,)), later(1), POLICY, TIMING)
    assert gone
    assert (gone.status, gone.wanted, due(gone, "fetch")) == ("canceled", [], None)


def test_taking_a_file_out_too_late_is_told(files: DatabaseFiles) -> None:
    message = brought(PHOTO, PLAN, text="Here")
    for step in haves(message):
        have(step, files, PNG if step.source == "F1" else b"%PDF-1")
    assert leaving(later(6))
    assert "already have received" in edit("Here", PLAN).notices[-1].text


def test_a_text_that_was_refused_for_a_file_can_be_tried_again(files: DatabaseFiles) -> None:
    message = brought(text="")
    fetching.failed(haves(message)[0], Unavailable("It is broken."), later(1))
    again = repeating.retry(message.id, TOKEN, later(60), POLICY)
    assert [one.source for one in again.wanted] == ["F1"]
    assert due(again, "fetch") == later(60)
    have(haves(again)[0], files, now=later(61))
    assert leaving(later(61)) is not None


def test_it_leaves_without_waiting_for_the_chat(files: DatabaseFiles) -> None:
    conversation()
    queued("Look", files=(fetching.kept(Content(PNG, "a.png", "image/png"), files, NOON),))
    assert leaving(NOON) is not None
