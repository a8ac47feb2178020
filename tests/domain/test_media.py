"""Pictures and files with texts: taken in, kept while they are needed, and addressed."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from mongoengine.connection import get_db
from pymongo.database import Database

from adapters.mongo.files import DatabaseFiles
from domain.errors import Conflict, DomainError, InvalidInput, Refused
from domain.model import Message
from domain.ports import StoredFile
from domain.services import dispatch, media, messages, relay
from domain.services.dispatch import Send
from domain.services.programs import drafts, previews, repeating, sending
from domain.values import Rejected
from tests.clock import NOON
from tests.domain.build import (
    BAD_NUMBER,
    CHANNEL,
    POLICY,
    TIMING,
    TOKEN,
    conversation,
    draft,
    fresh,
    later,
    leased,
    queued,
    received,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
PDF = b"%PDF-1.7\n"
DAY = timedelta(hours=24)


class Addresses:
    """Links that can be read; or none at all."""

    def __init__(self, *, known: bool = True) -> None:
        self.known = known

    def check(self) -> None:
        if not self.known:
            raise Refused("No secret.", code="NOT_CONFIGURED", help="Set one.")

    def link(self, file_id: str, until: datetime) -> str:
        self.check()
        return f"https://texts.example.com/{file_id}/{until - NOON}"


@pytest.fixture(autouse=True)
def thread(db: Database[Any]) -> Message:
    """A customer has just written."""
    return received()


@pytest.fixture
def files() -> DatabaseFiles:
    return DatabaseFiles(get_db())


def upload(files: DatabaseFiles, content: bytes = PNG, name: str = "a.png") -> StoredFile:
    return media.upload(files, name, io.BytesIO(content), NOON)


def of_size(size: int, start: bytes = PNG) -> bytes:
    return start + b"\x00" * (size - len(start))


def picture(files: DatabaseFiles, at: datetime = NOON) -> Message:
    """A text with one picture, due."""
    return queued("Look", at, files=media.chosen(files, [upload(files).id], at))


def problem(ask: Callable[[], object]) -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        ask()
    assert refusal.value.code == "MEDIA_REJECTED"
    return refusal.value


def sent(links: Addresses | None, at: datetime = NOON) -> Send:
    step = dispatch.next_step(leased("dispatch", at), at, POLICY, TIMING, links)
    assert isinstance(step, Send)
    return step


def test_an_upload_is_kept_for_a_day_under_the_type_that_it_is(files: DatabaseFiles) -> None:
    stored = upload(files, PNG, "../photo.exe")
    assert (stored.name, stored.content_type, stored.size) == ("photo.png", "image/png", 108)
    assert stored.expires_at == NOON + DAY
    assert b"".join(files.read(stored.id)) == PNG


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"<svg>", "do not take"),
        (of_size(5_000_001), "5,000,001 bytes; one of its type may have 5,000,000"),
        (of_size(500_001, PDF), "500,001 bytes; one of its type may have 500,000"),
    ],
)
def test_what_no_carrier_takes_is_refused_and_not_stored(
    files: DatabaseFiles, db: Database[Any], content: bytes, told: str
) -> None:
    refusal = problem(lambda: upload(files, content))
    assert told in refusal.message
    assert refusal.help
    assert [one.field for one in refusal.fields] == ["file"]
    assert db["files.files"].count_documents({}) == 0


@pytest.mark.parametrize("content", [of_size(5_000_000), of_size(500_000, PDF)])
def test_the_largest_allowed_is_taken(files: DatabaseFiles, content: bytes) -> None:
    assert upload(files, content).size == len(content)


def test_a_text_holds_what_goes_with_it(files: DatabaseFiles) -> None:
    stored = upload(files)
    made = queued("", files=media.chosen(files, [stored.id], NOON))
    (one,) = fresh(made).media
    assert (str(one.file_id), one.size, one.sha256) == (stored.id, 108, stored.sha256)
    assert (one.content_type, one.name) == ("image/png", "a.png")


def test_ten_go_with_one_text_and_not_eleven(files: DatabaseFiles) -> None:
    ids = [upload(files).id for _ in range(10)]
    assert [one.id for one in media.chosen(files, ids, NOON)] == ids
    assert "at most 10" in problem(lambda: media.chosen(files, [*ids, ids[0]], NOON)).message


def test_what_is_too_large_together_is_refused(files: DatabaseFiles) -> None:
    large = upload(files, of_size(4_999_999)).id
    assert media.chosen(files, [large], NOON)
    assert "together" in problem(lambda: media.chosen(files, [large, large], NOON)).message


@pytest.mark.parametrize("file_id", ["", "x", "\x00", "0" * 24, "é" * 9_999])
def test_what_was_not_uploaded_cannot_go(files: DatabaseFiles, file_id: str) -> None:
    refusal = problem(lambda: media.chosen(files, [file_id], NOON))
    assert [one.field for one in refusal.fields] == ["mediaIds"]
    assert len(refusal.message) < 200


def test_a_file_of_another_kind_cannot_go_nor_lives_longer_for_it(files: DatabaseFiles) -> None:
    soon = NOON + timedelta(hours=1)
    proof = files.put("a", "x/y", [b"a"], kind="proof", now=NOON, expires_at=soon)
    problem(lambda: media.chosen(files, [proof.id], NOON))
    assert files.find(proof.id) == proof


def test_an_upload_lives_on_for_the_text_that_is_just_being_made(files: DatabaseFiles) -> None:
    stored, late = upload(files), NOON + DAY - timedelta(seconds=1)
    media.chosen(files, [stored.id], late)
    assert media.tidy(files, NOON + DAY) == 0
    assert files.find(stored.id)


def test_an_unused_upload_goes_after_a_day_and_a_used_one_stays(files: DatabaseFiles) -> None:
    unused, made = upload(files), picture(files)
    assert media.tidy(files, NOON + DAY - timedelta(seconds=1)) == 0
    assert media.tidy(files, NOON + 2 * DAY) == 1
    assert files.find(unused.id) is None
    assert files.find(str(made.media[0].file_id))
    assert media.tidy(files, NOON + 9_999 * DAY) == 0


def test_an_export_goes_at_its_end(files: DatabaseFiles) -> None:
    files.put("a", "x/y", [b"a"], kind="proof", now=NOON, expires_at=NOON)
    assert media.tidy(files, NOON) == 1


def test_looking_who_uses_a_file_reads_one_key(files: DatabaseFiles) -> None:
    made = picture(files)
    match = {"media.fileId": made.media[0].file_id}
    plan = Message._get_collection().find(match).explain()
    assert plan["executionStats"]["totalKeysExamined"] == 1
    assert plan["executionStats"]["totalDocsExamined"] == 1


def test_the_same_key_with_another_picture_is_another_text(files: DatabaseFiles) -> None:
    first, second = (media.chosen(files, [upload(files).id], NOON) for _ in range(2))
    made = queued("Look", key="k", files=first)
    assert queued("Look", key="k", files=first).id == made.id
    for other in (second, ()):
        with pytest.raises(Conflict):
            queued("Look", key="k", files=other)


def test_asking_again_later_is_still_the_same_wish(files: DatabaseFiles) -> None:
    file_id = upload(files).id
    first, again = (media.chosen(files, [file_id], at) for at in (NOON, later(hours=5)))
    assert drafts.digest(draft(files=first)) == drafts.digest(draft(files=again))


def test_a_picture_makes_a_text_cost_what_a_picture_costs(files: DatabaseFiles) -> None:
    plain, with_picture = (
        previews.preview(draft("", files=chosen), NOON, POLICY)
        for chosen in ((), media.chosen(files, [upload(files).id], NOON))
    )
    assert str(with_picture.price) == "0.02"
    assert with_picture.verdict.allowed
    assert plain.verdict.code == "MESSAGE_EMPTY"


def test_the_carrier_gets_an_address_that_works_for_a_day(files: DatabaseFiles) -> None:
    made = picture(files)
    (address,) = sent(Addresses()).text.media_urls
    assert address == f"https://texts.example.com/{made.media[0].file_id}/1 day, 0:00:00"


def test_our_files_go_before_other_addresses(files: DatabaseFiles) -> None:
    chosen = media.chosen(files, [upload(files).id], NOON)
    elsewhere = "https://example.com/a.png"
    queued("Look", files=chosen, media_urls=(elsewhere,))
    first, second = sent(Addresses()).text.media_urls
    assert chosen[0].id in first
    assert second == elsewhere


def test_a_scheduled_picture_gets_its_address_when_it_leaves(files: DatabaseFiles) -> None:
    chosen = media.chosen(files, [upload(files).id], NOON)
    at = later(hours=3)
    queued("Look", files=chosen, send_at=at)
    assert sent(Addresses(), at).text.media_urls[0].endswith("/1 day, 3:00:00")


@pytest.mark.parametrize("links", [None, Addresses(known=False)])
def test_a_picture_that_nobody_can_fetch_does_not_leave(
    files: DatabaseFiles, links: Addresses | None
) -> None:
    made = picture(files)
    claim = leased("dispatch", NOON)
    assert dispatch.next_step(claim, NOON, POLICY, TIMING, links) is None
    stored = fresh(made)
    assert (stored.status, stored.attempted_at) == ("refused", None)
    assert stored.decision
    assert stored.decision.code == "NOT_CONFIGURED"


def test_texts_without_pictures_need_no_addresses() -> None:
    queued("Hello")
    assert sent(None).text.media_urls == ()


def test_a_second_try_has_the_same_pictures(files: DatabaseFiles) -> None:
    made = picture(files)
    dispatch.record(sent(Addresses()), Rejected(21211, BAD_NUMBER), NOON, TIMING)
    again = repeating.retry(made.id, TOKEN, later(60), POLICY)
    assert messages.get(again.id).media == made.media


def test_agents_see_which_files_went(files: DatabaseFiles) -> None:
    conversation()
    picture(files)
    step = relay.next_step(leased("relay", NOON), NOON)
    assert isinstance(step, relay.Say)
    assert (step.place.channel_id, step.post.file_names) == (CHANNEL, ("a.png",))


def test_an_unknown_id_leaves_nothing_behind(files: DatabaseFiles) -> None:
    before = Message.objects.count()
    with pytest.raises(DomainError):
        sending.send(draft(files=media.chosen(files, [str(ObjectId())], NOON)), NOON, POLICY)
    assert Message.objects.count() == before
