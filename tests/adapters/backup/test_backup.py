"""A backup holds everything as it was, byte for byte, and becomes a database again."""

import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from bson import ObjectId
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.database import Database

from adapters import backup
from adapters.backup.archive import MANIFEST
from domain.errors import Conflict
from tests.clock import NOON
from tests.domain.build import conversation, handed_over

Raw = dict[str, Any]
Store = Database[Raw]


def nothing(_: int) -> None:
    """Nobody watches."""


def contents(database: Store) -> dict[str, list[bytes]]:
    """Every document of every collection, as bytes."""
    names = [name for name in database.list_collection_names() if name != "restorations"]
    found = {}
    for name in sorted(names):
        source = database.get_collection(name)
        options = source.codec_options.with_options(document_class=RawBSONDocument)
        found[name] = sorted(bytes(one.raw) for one in source.with_options(options).find())
    return {name: documents for name, documents in found.items() if documents}


@pytest.fixture
def business(db: Store) -> Store:
    """Some of everything, with what no version of ours has written."""
    conversation()
    handed_over()
    db["contacts"].insert_one({"phone": "+17605550199", "strange": {"deep": [1, ObjectId()]}})
    db["unheardof"].insert_many([{"_id": place, "blob": b"x" * 1000} for place in range(1200)])
    chunks = [{"_id": place, "n": place, "data": b"y" * 200_000} for place in range(3)]
    db["files.chunks"].insert_many(chunks)
    return db


@pytest.fixture
def spare(client: MongoClient[Raw], spare_database: str) -> Store:
    """An empty database."""
    return client[spare_database]


def taken(database: Store, path: Path, now: datetime = NOON) -> backup.Archive:
    return backup.take(database.client, database.name, path, now, nothing)


def test_in_a_folder_it_is_named_by_its_moment(tmp_path: Path) -> None:
    assert backup.named(tmp_path, NOON) == tmp_path / "threadline-2026-03-04T200000Z.backup"
    assert backup.named(tmp_path / "mine", NOON) == tmp_path / "mine"


def test_what_comes_back_is_what_was_there(business: Store, spare: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.backup"
    taken(business, path)
    archive = backup.opened(path)
    archive.check(nothing)
    backup.check_room(spare)
    backup.restore(spare.client, spare.name, archive, nothing)
    assert contents(spare) == contents(business)
    assert {"smsmessages", "unheardof", "files.chunks"} <= contents(spare).keys()
    assert (archive.database, archive.taken_at) == (business.name, NOON)


def test_only_its_owner_can_read_it_and_nothing_else_is_left(
    business: Store, tmp_path: Path
) -> None:
    path = tmp_path / "all.backup"
    taken(business, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [*tmp_path.iterdir()] == [path]


def test_a_file_that_exists_is_never_written_over(business: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.backup"
    path.write_text("yesterday's")
    with pytest.raises(Conflict, match="exists already"):
        taken(business, path)
    assert path.read_text() == "yesterday's"


def test_where_nothing_can_be_written_is_one_sentence(business: Store, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="cannot be written: no such"):
        taken(business, tmp_path / "away" / "all.backup")


def test_it_is_of_one_moment_whatever_is_written_meanwhile(db: Store, tmp_path: Path) -> None:
    db["aaa"].insert_many([{"_id": place} for place in range(10)])
    db["zzz"].insert_one({"_id": 0})

    def meanwhile(_: int) -> None:
        db["zzz"].insert_one({"_id": ObjectId()})
        db["aaa"].delete_many({})

    made = backup.take(db.client, db.name, tmp_path / "all.backup", NOON, meanwhile)
    counts = {part.name: part.count for part in made.parts}
    assert (counts["aaa"], counts["zzz"]) == (10, 1)
    db.drop_collection("aaa")
    db.drop_collection("zzz")


def test_a_database_that_is_in_use_is_not_written_into(business: Store, spare: Store) -> None:
    spare["contacts"].insert_one({"phone": "+17605550123"})
    with pytest.raises(Conflict, match="is not empty: contacts"):
        backup.check_room(spare)


def test_what_is_there_is_replaced_and_does_not_remain(
    business: Store, spare: Store, tmp_path: Path
) -> None:
    spare["contacts"].insert_one({"phone": "+17605550123"})
    spare["another"].insert_one({})
    taken(business, tmp_path / "all.backup")
    backup.restore(spare.client, spare.name, backup.opened(tmp_path / "all.backup"), nothing)
    assert contents(spare) == contents(business)


def test_a_byte_that_was_changed_is_found_before_anything_is_written(
    business: Store, tmp_path: Path
) -> None:
    path, other = tmp_path / "all.backup", tmp_path / "other.backup"
    taken(business, path)
    with ZipFile(path) as whole, ZipFile(other, "w", ZIP_DEFLATED) as copy:
        for name in whole.namelist():
            copy.writestr(name, whole.read(name).replace(b"Hello", b"Jello"))
    with pytest.raises(backup.Broken, match="bson is not what was written"):
        backup.opened(other).check(nothing)


def test_a_file_that_was_cut_short_is_refused(business: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.backup"
    taken(business, path)
    raw = path.read_bytes()
    for share in (0.0, 0.5, 0.99):
        path.write_bytes(raw[: int(len(raw) * share)])
        with pytest.raises(backup.Broken, match="was cut short"):
            backup.opened(path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"format": 2, "database": "x", "takenAt": "2026-01-01", "collections": []}', "newer"),
        ("{}", "no backup of ours"),
        ("[", "no backup of ours"),
    ],
)
def test_another_programs_file_is_refused(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "all.backup"
    with ZipFile(path, "w") as whole:
        whole.writestr(MANIFEST, content)
    with pytest.raises(backup.Broken, match=why):
        backup.opened(path)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(backup.Broken, match="cannot be read: no such file"):
        backup.opened(tmp_path / "none.backup")


def test_two_backups_have_different_keys(business: Store, tmp_path: Path) -> None:
    first, second = (taken(business, tmp_path / name) for name in ("one", "two"))
    later = taken(business, tmp_path / "three", datetime(2027, 1, 1, tzinfo=UTC))
    assert first.key == second.key != later.key


def test_who_writes_while_it_is_put_back_is_told_of_in_a_line(
    business: Store, spare: Store, tmp_path: Path
) -> None:
    archive = taken(business, tmp_path / "all.backup")

    def meanwhile(_: int) -> None:
        spare["unheardof"].insert_one({})

    with pytest.raises(Conflict, match="Something else writes") as refused:
        backup.restore(spare.client, spare.name, archive, meanwhile)
    assert "run the same command again" in (refused.value.help or "")
    backup.restore(spare.client, spare.name, archive, nothing)
    assert contents(spare) == contents(business)


def test_what_was_done_here_stays_known(business: Store, spare: Store, tmp_path: Path) -> None:
    business["audit"].insert_one({"_id": 1, "action": "token.create"})
    archive = taken(business, tmp_path / "all.backup")
    spare["audit"].insert_one({"_id": 2, "action": "restore"})
    backup.check_room(spare)
    for _ in range(2):
        backup.restore(spare.client, spare.name, archive, nothing)
    assert [one["_id"] for one in spare["audit"].find().sort("_id")] == [1, 2]
