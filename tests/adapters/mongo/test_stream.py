"""What counts as a visible change, how it is told, and which cursors are believed."""

import random
from typing import Any

import pytest
from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database
from pymongo.errors import OperationFailure

from adapters.mongo import stream
from adapters.mongo.feed import DatabaseFeed
from domain.errors import CursorExpired
from domain.ports import Change
from tests.adapters.mongo.conftest import marks, take

Raw = dict[str, Any]


async def first(feed: DatabaseFeed, cursor: str) -> Change:
    """The first change after that cursor."""
    async with feed.follow(cursor) as changes:
        return (await take(changes, 1))[0]


async def test_an_insert_tells_the_whole_document(feed: DatabaseFeed, bare: Database[Raw]) -> None:
    cursor = await feed.cursor()
    made = {"_id": ObjectId(), "n": 1, "rev": 1, "body": "Hello"}
    bare["smsmessages"].insert_one(made)
    told = await first(feed, cursor)
    assert (told.kind, told.collection, told.id) == ("insert", "smsmessages", made["_id"])
    assert (told.document, told.touched) == (made, {})


async def test_an_update_is_seen_only_if_it_counts_the_revision(
    feed: DatabaseFeed, bare: Database[Raw]
) -> None:
    threads = bare["threads"]
    made = threads.insert_one({"n": 1, "rev": 1}).inserted_id
    cursor = await feed.cursor()
    threads.update_one({"_id": made}, {"$set": {"relayLease": {"lease_id": "x"}}})
    threads.update_one({"_id": made}, {"$set": {"n": 2}, "$inc": {"rev": 1}})
    told = await first(feed, cursor)
    assert told.kind == "update"
    assert told.touched == {"n": 2, "rev": 2}


async def test_the_touched_fields_are_those_of_that_very_change(
    feed: DatabaseFeed, bare: Database[Raw]
) -> None:
    texts = bare["smsmessages"]
    made = texts.insert_one({"n": 1, "rev": 1, "status": "queued"}).inserted_id
    cursor = await feed.cursor()
    for status in ("sent", "delivered", "read"):
        texts.update_one({"_id": made}, {"$set": {"status": status}, "$inc": {"rev": 1}})
    async with feed.follow(cursor) as changes:
        told = await take(changes, 3)
    assert [change.touched["status"] for change in told] == ["sent", "delivered", "read"]
    assert [change.touched["rev"] for change in told] == [2, 3, 4]


async def test_a_replaced_document_is_an_update(feed: DatabaseFeed, bare: Database[Raw]) -> None:
    made = bare["contacts"].insert_one({"n": 1, "rev": 1}).inserted_id
    cursor = await feed.cursor()
    bare["contacts"].find_one_and_replace(
        {"_id": made}, {"n": 2, "rev": 2}, return_document=ReturnDocument.AFTER
    )
    told = await first(feed, cursor)
    assert (told.kind, marks([told])) == ("update", [2])


async def test_a_deletion_is_told_without_a_document(
    feed: DatabaseFeed, bare: Database[Raw]
) -> None:
    made = bare["contacts"].insert_one({"n": 1, "rev": 1}).inserted_id
    cursor = await feed.cursor()
    bare["contacts"].delete_one({"_id": made})
    told = await first(feed, cursor)
    assert (told.kind, told.id, told.document) == ("delete", made, None)


async def test_an_update_of_what_is_deleted_by_now_has_no_document(
    feed: DatabaseFeed, bare: Database[Raw]
) -> None:
    made = bare["contacts"].insert_one({"n": 1, "rev": 1}).inserted_id
    cursor = await feed.cursor()
    bare["contacts"].update_one({"_id": made}, {"$inc": {"rev": 1}})
    bare["contacts"].delete_one({"_id": made})
    told = await first(feed, cursor)
    assert (told.kind, told.document, told.touched) == ("update", None, {"rev": 2})


async def test_what_is_not_published_is_not_seen(feed: DatabaseFeed, bare: Database[Raw]) -> None:
    cursor = await feed.cursor()
    for name in ("ledger", "numbers", "tokens", "paces"):
        bare[name].insert_one({"n": 0, "rev": 1})
    bare["contacts"].insert_one({"n": 1, "rev": 1})
    assert (await first(feed, cursor)).collection == "contacts"


def write_together(bare: Database[Raw], *numbers: int, abort: bool = False) -> None:
    """A contact and a text for each number, in one transaction."""
    with bare.client.start_session() as session:
        session.start_transaction()
        for number in numbers:
            for name in ("contacts", "smsmessages"):
                bare[name].insert_one({"n": number, "rev": 1}, session=session)
        if abort:
            session.abort_transaction()
        else:
            session.commit_transaction()


async def test_a_transaction_is_seen_whole_once_it_is_committed(
    feed: DatabaseFeed, bare: Database[Raw]
) -> None:
    bare["contacts"].insert_one({"n": 0})
    bare["smsmessages"].insert_one({"n": 0})
    cursor = await feed.cursor()
    write_together(bare, 1, abort=True)
    write_together(bare, 2, 3)
    async with feed.follow(cursor) as changes:
        told = await take(changes, 4)
    assert marks(told) == [2, 2, 3, 3]
    assert [change.cursor for change in told] == sorted({change.cursor for change in told})


async def test_following_resumes_in_the_middle_of_a_transaction(
    feed: DatabaseFeed, bare: Database[Raw]
) -> None:
    bare["contacts"].insert_one({"n": 0})
    bare["smsmessages"].insert_one({"n": 0})
    cursor = await feed.cursor()
    write_together(bare, 1, 2)
    async with feed.follow(cursor) as changes:
        told = await take(changes, 4)
    for place in range(3):
        async with feed.follow(told[place].cursor) as changes:
            assert await take(changes, 3 - place) == told[place + 1 :]


@pytest.fixture
async def cursor(feed: DatabaseFeed, bare: Database[Raw]) -> str:
    """The cursor of a change that did happen."""
    before = await feed.cursor()
    bare["contacts"].insert_one({"n": 1, "rev": 1})
    return (await first(feed, before)).cursor


@pytest.mark.parametrize(
    "broken",
    ["", "82", "now", "82" * 1001, "82ZZ" * 10, " " * 30, "82\n" + "0" * 30, "DEADBEEF" * 5],
)
async def test_what_is_no_cursor_is_expired(feed: DatabaseFeed, broken: str) -> None:
    with pytest.raises(CursorExpired):
        await first(feed, broken)


async def test_a_lower_case_cursor_would_compare_wrongly_and_is_expired(
    feed: DatabaseFeed, cursor: str
) -> None:
    with pytest.raises(CursorExpired):
        await first(feed, cursor.lower())


async def test_a_cursor_of_the_future_is_expired(feed: DatabaseFeed, cursor: str) -> None:
    ahead = f"{int(cursor[2:10], 16) + 60:08X}"
    with pytest.raises(CursorExpired):
        await first(feed, cursor[:2] + ahead + cursor[10:])


async def test_the_cursor_of_a_change_that_nobody_sees_is_expired(
    feed: DatabaseFeed, watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    async with await watched["paces"].watch() as hidden:
        bare["paces"].insert_one({"n": 1})
        event = await anext(hidden)
    bare["contacts"].insert_one({"n": 1, "rev": 1})
    with pytest.raises(CursorExpired):
        await first(feed, event["_id"]["_data"])


def altered(cursor: str) -> str:
    """The cursor with some digits behind its time and number changed, cut off or added."""
    digits = list(cursor)
    match random.randrange(3):
        case 0:
            for _ in range(random.randrange(1, 5)):
                digits[random.randrange(18, len(digits))] = random.choice("0123456789ABCDEF")
        case 1:
            del digits[random.randrange(20, len(digits)) :]
        case _:
            digits += random.choices("0123456789ABCDEF", k=random.randrange(1, 9))
    return "".join(digits)


async def test_an_altered_cursor_is_expired_or_leads_on_but_never_fails_otherwise(
    feed: DatabaseFeed, watched: AsyncDatabase[Raw], cursor: str
) -> None:
    refused = 0
    for number in range(100, 220):
        async with feed.follow(altered(cursor)) as changes:
            await watched["contacts"].insert_one({"n": number, "rev": 1})
            try:
                while marks(await take(changes, 1)) != [number]:
                    continue
            except CursorExpired:
                refused += 1
    assert refused > 60


@pytest.mark.parametrize(
    ("code", "name"),
    [(286, "ChangeStreamHistoryLost"), (9, "FailedToParse"), (6189504, "Location6189504")],
)
def test_an_error_that_stays_is_an_expired_cursor(code: int, name: str) -> None:
    staying = OperationFailure("no", code, {"codeName": name})
    assert isinstance(stream.translated(staying), CursorExpired)


@pytest.mark.parametrize(
    ("code", "name"), [(11601, "Interrupted"), (10107, "NotWritablePrimary"), (13, "Unauthorized")]
)
def test_an_error_that_passes_is_not(code: int, name: str) -> None:
    passing = OperationFailure("no", code, {"codeName": name})
    assert stream.translated(passing) is passing
