"""Our own files: whole or not there at all, and cleared away in time."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from gridfs import GridFS
from pymongo import MongoClient, monitoring
from pymongo.database import Database

from adapters.mongo.files import CHUNK, DatabaseFiles, ensure_indexes
from adapters.mongo.stream import PUBLISHED
from domain.errors import NotFound
from domain.ports import StoredFile
from tests.clock import NOON

SOON = NOON + timedelta(hours=1)
MEGABYTE = b"\x00" * 1_000_000


@pytest.fixture
def files(db: Database[dict[str, Any]]) -> DatabaseFiles:
    return DatabaseFiles(db)


def kept(files: DatabaseFiles, content: bytes = b"Hello", until: datetime | None = SOON) -> str:
    """The id of a small file."""
    parts = [content[:2], content[2:]]
    return files.put("a.txt", "text/plain", parts, kind="test", now=NOON, expires_at=until).id


def nothing_left(db: Database[dict[str, Any]]) -> bool:
    names = ("files.files", "files.chunks", "files.pending")
    return not any(db[name].count_documents({}) for name in names)


def breaking(after: int) -> Iterator[bytes]:
    """So many megabytes, and then what wrote them breaks."""
    for _ in range(after):
        yield MEGABYTE
    raise ConnectionResetError


def never(_: StoredFile) -> bool:
    return False


def always(_: StoredFile) -> bool:
    return True


def test_a_file_is_found_and_read_as_it_was_put(files: DatabaseFiles) -> None:
    put = files.put("ä.txt", "text/plain", [b"Hel", b"", b"lo"], kind="test", now=NOON)
    hashed = hashlib.sha256(b"Hello").hexdigest()
    assert put == StoredFile(put.id, "ä.txt", "text/plain", 5, hashed, None, "test")
    assert files.find(put.id) == put
    assert b"".join(files.read(put.id)) == b"Hello"


def test_other_programs_that_know_gridfs_can_read_a_file(
    files: DatabaseFiles, db: Database[dict[str, Any]]
) -> None:
    content = bytes(range(256)) * 3_000
    read = GridFS(db, "files").get(ObjectId(kept(files, content)))
    assert (read.filename, read.length, read.read()) == ("a.txt", len(content), content)


def test_a_file_that_goes_while_it_is_read_ends_in_an_error(files: DatabaseFiles) -> None:
    file_id = files.put("a", "x/y", [MEGABYTE] * 5, kind="test", now=NOON).id
    reading = files.read(file_id)
    next(reading)
    files.delete(file_id)
    with pytest.raises(NotFound):
        list(reading)


def test_a_file_keeps_its_end(files: DatabaseFiles) -> None:
    found = files.find(kept(files))
    assert found is not None
    assert found.expires_at == SOON


def test_an_empty_file_is_a_file(files: DatabaseFiles) -> None:
    assert b"".join(files.read(kept(files, b""))) == b""


@pytest.mark.parametrize("file_id", ["", "nonsense", "0" * 24, "\x00", "é" * 24, "a" * 10_000])
def test_what_was_never_there_is_not_found(files: DatabaseFiles, file_id: str) -> None:
    assert files.find(file_id) is None
    assert files.keep(file_id, SOON) is None
    files.delete(file_id)


def test_what_is_gone_cannot_be_read(files: DatabaseFiles, db: Database[dict[str, Any]]) -> None:
    file_id = kept(files)
    files.delete(file_id)
    with pytest.raises(NotFound):
        next(files.read(file_id))
    assert nothing_left(db)


@pytest.mark.parametrize("megabytes", [0, 3])
def test_what_breaks_while_it_is_written_leaves_nothing(
    files: DatabaseFiles, db: Database[dict[str, Any]], megabytes: int
) -> None:
    with pytest.raises(ConnectionResetError):
        files.put("a", "text/plain", breaking(megabytes), kind="test", now=NOON)
    assert nothing_left(db)


def half_written(db: Database[dict[str, Any]]) -> str:
    """What a process leaves that was killed while it wrote."""
    file_id = ObjectId()
    db["files.pending"].insert_one({"_id": file_id, "since": NOON})
    db["files.chunks"].insert_one({"files_id": file_id, "n": 0, "data": MEGABYTE})
    return str(file_id)


def test_a_half_written_file_is_never_seen_and_goes_after_a_day(
    files: DatabaseFiles, db: Database[dict[str, Any]]
) -> None:
    file_id = half_written(db)
    assert files.find(file_id) is None
    assert files.tidy(NOON + timedelta(hours=23), never) == 0
    assert db["files.chunks"].count_documents({}) == 1
    assert files.tidy(NOON + timedelta(hours=24), never) == 1
    assert nothing_left(db)


def test_a_file_whose_writer_was_killed_at_the_very_end_stays(
    files: DatabaseFiles, db: Database[dict[str, Any]]
) -> None:
    file_id = kept(files, until=None)
    (described,) = db["files.files"].find({})
    db["files.pending"].insert_one({"_id": described["_id"], "since": NOON})
    assert files.tidy(NOON + timedelta(days=2), never) == 0
    assert b"".join(files.read(file_id)) == b"Hello"
    assert db["files.pending"].count_documents({}) == 0


def test_a_removal_that_was_killed_halfway_is_finished(
    files: DatabaseFiles, db: Database[dict[str, Any]]
) -> None:
    kept(files)
    (described,) = db["files.files"].find({})
    db["files.pending"].insert_one({"_id": described["_id"], "since": NOON})
    db["files.files"].delete_many({})
    assert files.tidy(NOON + timedelta(days=1), never) == 1
    assert nothing_left(db)


def test_what_has_expired_is_removed_with_all_its_pieces(
    files: DatabaseFiles, db: Database[dict[str, Any]]
) -> None:
    kept(files)
    assert files.tidy(SOON - timedelta(milliseconds=1), never) == 0
    assert files.tidy(SOON, never) == 1
    assert nothing_left(db)


def test_what_never_expires_stays(files: DatabaseFiles) -> None:
    file_id = kept(files, until=None)
    files.tidy(NOON + timedelta(days=9_999), never)
    assert files.find(file_id)


def test_what_is_used_after_all_stays_for_good(files: DatabaseFiles) -> None:
    file_id = kept(files)
    assert files.tidy(SOON, always) == 0
    assert files.tidy(SOON + timedelta(days=9_999), never) == 0
    found = files.find(file_id)
    assert found is not None
    assert found.expires_at is None


def test_many_are_removed_in_several_turns(files: DatabaseFiles) -> None:
    for _ in range(101):
        kept(files, b"")
    assert [files.tidy(SOON, never) for _ in range(3)] == [100, 1, 0]


def test_keeping_only_ever_lengthens_a_files_life(files: DatabaseFiles) -> None:
    file_id = kept(files)
    for until, left in ((NOON, SOON), (SOON + timedelta(days=1), SOON + timedelta(days=1))):
        found = files.keep(file_id, until)
        assert found is not None
        assert found.expires_at == left


def test_keeping_does_not_make_mortal_what_stays_for_good(files: DatabaseFiles) -> None:
    found = files.keep(kept(files, until=None), SOON)
    assert found is not None
    assert found.expires_at is None


def test_a_large_file_is_stored_while_it_comes(
    files: DatabaseFiles, db: Database[dict[str, Any]]
) -> None:
    stored: list[int] = []

    def coming() -> Iterator[bytes]:
        for _ in range(8):
            stored.append(db["files.chunks"].count_documents({}))
            yield MEGABYTE

    files.put("a", "x/y", coming(), kind="test", now=NOON)
    assert stored == [n * len(MEGABYTE) // CHUNK for n in range(8)]


class Commands(monitoring.CommandListener):
    """The names of all commands that a client sends."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.seen.append(event.command_name)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Not asked for."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Not asked for."""


def test_the_first_write_makes_no_index(mongodb_uri: str, spare_database: str) -> None:
    commands = Commands()
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[commands]) as own:
        made = ensure_indexes(own[spare_database])
        assert ensure_indexes(own[spare_database]) == made
        commands.seen.clear()
        kept(DatabaseFiles(own[spare_database]))
    assert "createIndexes" not in commands.seen
    assert "insert" in commands.seen


def test_looking_for_what_has_expired_reads_only_that(
    files: DatabaseFiles, db: Database[dict[str, Any]]
) -> None:
    for until in (None, SOON, SOON + timedelta(days=1)):
        kept(files, b"", until)
    plan = db["files.files"].find({"metadata.expiresAt": {"$lte": SOON}}).explain()
    assert plan["executionStats"]["totalDocsExamined"] == 1


def test_nobody_who_follows_the_feed_is_told_of_files(db: Database[dict[str, Any]]) -> None:
    kept(DatabaseFiles(db))
    stored = {name for name in db.list_collection_names() if name.startswith("files.")}
    assert stored == {"files.files", "files.chunks", "files.pending"}
    assert not stored & set(PUBLISHED)
