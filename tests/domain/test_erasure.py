"""Who is forgotten leaves nothing behind but the hash of a blocked number."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from bson import ObjectId
from pymongo.errors import ConnectionFailure

from adapters.mongo.files import DatabaseFiles
from domain import outbox
from domain.errors import Conflict, NotFound, Refused
from domain.model import Contact, Import, Message, Number, Thread
from domain.ports import StoredFile
from domain.rules.consent.privacy import hashed
from domain.services import consent, dispatch, inbound, reports
from domain.services.consent import Statement
from domain.services.people import contacts, deletion, erasure, merging
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    STRANGER,
    TIMING,
    TOKEN,
    accepted_as,
    callback,
    later,
    leased,
    leaving,
    received,
    text_in,
)
from tests.domain.forgotten import (
    HASH,
    KEPT,
    OTHER,
    Store,
    erase,
    left,
    may_be_texted,
    person,
    said,
)
from tests.ledger import entries

STEPS = ("forget_texts", "forget_traces", "forget_ledger", "forget_numbers")


@pytest.fixture
def files(db: Store) -> DatabaseFiles:
    """Our own files, in the database that is looked through."""
    return DatabaseFiles(db)


def test_nothing_is_left_of_somebody(db: Store, files: DatabaseFiles) -> None:
    contact = person(files)
    assert {name for name, _ in left(db)} >= {
        "contacts", "smsmessages", "threads", "activities", "numbers", "numberkeys", "strays",
        "files.chunks", "links",
    }  # fmt: skip
    assert erase(contact, files) == contact.id
    assert left(db) == []
    assert Number.objects.count() == 0
    assert db["files.files"].count_documents({}) == 0


def test_of_a_blocked_number_the_hash_is_left(db: Store, files: DatabaseFiles) -> None:
    erase(person(files, blocked=True), files)
    assert left(db) == []
    number = db["numbers"].find_one({"phone": HASH}, {"_id": 0, "rev": 0})
    assert number == {"phone": HASH, "blocked": True, "blockedAt": NOON}


def test_a_no_to_one_number_is_kept_for_all_of_the_person(db: Store, files: DatabaseFiles) -> None:
    """Row: §7.3"""
    erase(person(files, blocked=True), files)
    blocked = {one.phone for one in Number.objects(blocked=True)}
    assert blocked == {HASH, hashed(STRANGER, KEPT.secret)}
    for phone in (CUSTOMER, STRANGER):
        contacts.ensure(phone, later(9), "api", KEPT.secret)
        assert not may_be_texted(phone)


def test_what_nobody_has_decided_is_kept_as_a_no(files: DatabaseFiles) -> None:
    contact = person(files)
    consent.record("held:1", STRANGER, Statement("held", "keyword", NOON, level="none"), NOON)
    erase(contact, files)
    assert Number.objects(blocked=True).count() == 2


def test_the_ledger_still_says_that_it_was_said(db: Store, files: DatabaseFiles) -> None:
    contact = person(files, blocked=True)
    before = list(db["ledger"].find().sort("_id", 1))
    erase(contact, files)
    after = list(db["ledger"].find().sort("_id", 1))
    assert after[:3] == before
    said_ = [one["action"] for one in before]
    assert said_ == ["opt_in", "opt_in", "opt_out"]
    assert sorted(one["action"] for one in after[3:]) == ["erased", "erased", "opt_out"]
    assert all("wordingHash" in one for one in before)


def test_whose_it_was_can_be_read_until_they_are_forgotten(files: DatabaseFiles) -> None:
    contact = person(files, blocked=True)
    assert {(one.phone, one.ip, one.note) for one in entries()} == {
        (CUSTOMER, "203.0.113.9", "Zebedee signed"),
        (STRANGER, "203.0.113.9", "Zebedee signed"),
    }
    erase(contact, files)
    told = {(one.phone, one.ip, one.note, one.wording, one.origin) for one in entries()}
    assert told == {(each, *[None] * 4) for each in (HASH, hashed(STRANGER, KEPT.secret))}


def test_what_they_said_with_a_number_of_somebody_else_can_be_read_no_more(
    files: DatabaseFiles,
) -> None:
    contact = person(files)
    people = Contact._get_collection()
    people.update_one({"_id": contact.id}, {"$set": {"phones": [CUSTOMER]}, "$inc": {"rev": 1}})
    heir = contacts.add(Contact(first_name="Bob", phone=STRANGER), NOON)
    said(STRANGER, "opt_in", heir.id)
    erase(contact, files)
    assert [one.ip for one in entries(STRANGER)] == [None, "203.0.113.9"]


def test_others_keep_what_is_theirs(db: Store, files: DatabaseFiles) -> None:
    contact = person(files)
    received("Hello from another", sender=OTHER)
    said(OTHER, "opt_in", None)
    before = {name: db[name].count_documents({}) for name in ("smsmessages", "threads")}
    erase(contact, files)
    after = {name: db[name].count_documents({}) for name in ("smsmessages", "threads")}
    assert (before, after) == ({"smsmessages": 5, "threads": 3}, {"smsmessages": 1, "threads": 1})
    assert contacts.by_phone(OTHER) is not None
    assert Number.objects.get().phone == OTHER


def test_a_file_that_others_were_sent_stays(db: Store, files: DatabaseFiles) -> None:
    contact = person(files)
    own, shared = (files.put("a.png", "image/png", [b"x"], kind="media", now=NOON) for _ in "ab")
    theirs = {"$set": {"media": [{"fileId": ObjectId(one.id)} for one in (own, shared)]}}
    db["smsmessages"].update_many({"from": CUSTOMER}, theirs)
    other = received(sender=OTHER)
    sent = {"$set": {"media": [{"fileId": ObjectId(shared.id)}]}}
    db["smsmessages"].update_one({"_id": other.id}, sent)
    erase(contact, files)
    assert (files.find(own.id), files.find(shared.id)) == (None, shared)


def test_without_a_secret_nothing_is_touched(db: Store, files: DatabaseFiles) -> None:
    contact = person(files)
    before = left(db)
    with pytest.raises(Refused) as refused:
        erasure.erase(contact.id, NOON, POLICY, files)
    assert refused.value.code == "NOT_CONFIGURED"
    assert "SECRET_KEY" in str(refused.value.help)
    assert left(db) == before


def test_who_is_forgotten_is_unknown(files: DatabaseFiles) -> None:
    contact = person(files)
    merged = contact.merged_ids[0]
    erase(contact, files)
    for own in (contact.id, merged):
        with pytest.raises(NotFound):
            erasure.erase(own, NOON, KEPT, files)


@pytest.mark.parametrize("blocked", [True, False])
@pytest.mark.parametrize("done", range(len(STEPS) + 1))
def test_after_a_crash_the_call_repeated_finishes(
    db: Store, files: DatabaseFiles, done: int, blocked: bool
) -> None:
    contact = person(files, blocked=blocked)
    who = erasure.begun(contact.id, NOON)
    erasure.silence(who, NOON)
    given = {
        "forget_texts": (files, KEPT.secret, NOON),
        "forget_traces": (files,),
        "forget_ledger": (NOON, KEPT.secret),
    }
    for step in STEPS[:done]:
        getattr(erasure, step)(who, *given.get(step, ()))
    assert not may_be_texted(CUSTOMER)
    erase(contact, files)
    assert left(db) == []
    assert Number.objects(blocked=True).count() == Number.objects.count() == 2 * int(blocked)


class Falling(DatabaseFiles):
    """A store that cannot be reached when the first file is to go."""

    def delete(self, file_id: str) -> None:
        """Never does."""
        raise ConnectionFailure(file_id)


def test_after_trouble_half_way_the_call_repeated_finishes(db: Store, files: DatabaseFiles) -> None:
    contact = person(files, blocked=True)
    with pytest.raises(ConnectionFailure):
        erase(contact, Falling(db))
    assert left(db) != []
    assert not may_be_texted(CUSTOMER)
    erase(contact, files)
    assert left(db) == []


class Writing(DatabaseFiles):
    """While it is looked through for the first time, the person says something."""

    words = ""

    def passing(self, kind: str) -> Iterator[StoredFile]:
        """As ever."""
        words, self.words = self.words, ""
        if words:
            inbound.receive(text_in(words), later(1), KEPT)
        return super().passing(kind)


@pytest.mark.parametrize("words", ["velvet, please", "START"])
def test_what_comes_meanwhile_goes_too(db: Store, words: str) -> None:
    files = Writing(db)
    contact = person(files)
    files.words = words
    erase(contact, files)
    assert left(db) == []
    assert Message.objects.count() == Thread.objects.count() == Number.objects.count() == 0


def test_nothing_leaves_from_the_first_moment_on(files: DatabaseFiles) -> None:
    contact = person(files)
    assert may_be_texted(CUSTOMER)
    erasure.silence(erasure.begun(contact.id, NOON), NOON)
    assert not may_be_texted(CUSTOMER)
    assert outbox.earliest("dispatch") is None


def test_a_call_under_way_is_waited_for(db: Store, files: DatabaseFiles) -> None:
    contact = person(files)
    send = leaving()
    with pytest.raises(Conflict) as refused:
        erase(contact, files)
    assert refused.value.retry_at == NOON + TIMING.lease
    assert Message.objects.get(id=send.text.message_id).status == "sending"
    dispatch.record(send, accepted_as("SM77"), later(2), TIMING)
    erase(contact, files, 3)
    assert left(db) == []


def test_a_call_whose_worker_died_is_not_repeated(db: Store, files: DatabaseFiles) -> None:
    contact = person(files)
    leaving()
    erase(contact, files, TIMING.lease.total_seconds() + 1)
    assert left(db) == []
    assert outbox.claim("dispatch", NOON + timedelta(days=1), TIMING.lease) is None


@pytest.mark.parametrize("slot", ["dispatch", "relay"])
def test_a_conversation_in_a_workers_hands_is_waited_for(files: DatabaseFiles, slot: str) -> None:
    contact = person(files)
    claim = leased(slot, NOON)
    with pytest.raises(Conflict) as refused:
        erase(contact, files)
    assert refused.value.retry_at == claim.until
    assert Thread.objects.count() == 2
    outbox.release(claim)
    erase(contact, files)
    assert Thread.objects.count() == 0


def test_no_worker_takes_the_conversation_meanwhile(files: DatabaseFiles) -> None:
    contact = person(files)
    erasure.silence(erasure.begun(contact.id, NOON), NOON)
    for slot in ("dispatch", "relay"):
        assert outbox.claim(slot, NOON, TIMING.lease) is None


def test_a_late_report_brings_nothing_back(db: Store, files: DatabaseFiles) -> None:
    contact = person(files)
    send = leaving()
    dispatch.record(send, accepted_as("SM77"), NOON, TIMING)
    erase(contact, files)
    told = callback("delivered", "SM77", send.text.message_id)
    reports.receive(replace(told, raw={"To": CUSTOMER, "MessageSid": "SM77"}), later(9))
    assert left(db) == []
    assert db["strays"].find_one()["raw"] == {"MessageSid": "SM77"}  # type: ignore[index]


def test_while_a_table_is_read_in_nobody_is_forgotten(files: DatabaseFiles) -> None:
    contact = person(files)
    open_import = Import(
        name="a.csv", file_id="1", digest="d", region="US", dry_run=False, created_at=NOON
    ).save()
    with pytest.raises(Conflict) as refused:
        erase(contact, files)
    assert refused.value.conflict_id == str(open_import.id)
    open_import.update(set__status="done")
    erase(contact, files)


def test_who_is_being_forgotten_is_neither_merged_nor_merely_deleted(files: DatabaseFiles) -> None:
    contact = person(files)
    other = contacts.add(Contact(first_name="Bob", phone=OTHER), NOON)
    erasure.begun(contact.id, NOON)
    for pair in ((other.id, contact.id), (contact.id, other.id)):
        with pytest.raises(Conflict, match="deleted"):
            merging.merge(*pair, TOKEN, NOON)
    with pytest.raises(Conflict, match="eraseMessages"):
        deletion.delete(contact.id, NOON)


def test_a_former_number_of_nobody_else_is_forgotten_too(db: Store, files: DatabaseFiles) -> None:
    contact = person(files)
    Contact._get_collection().update_one(
        {"_id": contact.id}, {"$set": {"phones": [CUSTOMER]}, "$inc": {"rev": 1}}
    )
    erase(contact, files)
    assert left(db) == []


def test_a_former_number_is_left_to_whom_has_it_now(db: Store, files: DatabaseFiles) -> None:
    contact = person(files)
    people = Contact._get_collection()
    people.update_one({"_id": contact.id}, {"$set": {"phones": [CUSTOMER]}, "$inc": {"rev": 1}})
    heir = contacts.add(Contact(first_name="Bob", phone=STRANGER), NOON)
    erase(contact, files)
    assert all(STRANGER[2:] in found for _, found in left(db))
    assert Thread.objects.get().contact_id == heir.id
    assert Number.objects.get().phone == STRANGER
