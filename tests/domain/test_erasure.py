"""Who is forgotten leaves nothing behind but the hash of a blocked number."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database
from pymongo.errors import ConnectionFailure

from adapters.mongo.files import DatabaseFiles
from domain import outbox
from domain.errors import Conflict, NotFound, Refused
from domain.model import Contact, Import, Message, Number, Thread
from domain.ports import StoredFile
from domain.rules.privacy import hashed
from domain.services import (
    activities,
    consent,
    contacts,
    deletion,
    dispatch,
    erasure,
    gate,
    inbound,
    merging,
    profiles,
    proof,
    reports,
    sending,
    strays,
)
from domain.services.consent import Statement
from domain.services.profiles import Profile
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    STRANGER,
    TIMING,
    TOKEN,
    accepted_as,
    callback,
    draft,
    later,
    leased,
    leaving,
    received,
    text_in,
)

KEPT = replace(POLICY, secret="a secret of at least 32 characters")
HASH = hashed(CUSTOMER, KEPT.secret)
OTHER = "+17605550133"
TRACES = (CUSTOMER[2:], STRANGER[2:], "Zebedee", "zebedee@example.com", "velvet", "203.0.113.9")
STEPS = ("forget_texts", "forget_traces", "forget_ledger", "forget_numbers")
Store = Database[dict[str, Any]]


@pytest.fixture
def files(db: Store) -> DatabaseFiles:
    """Our own files, in the database that is looked through."""
    return DatabaseFiles(db)


def strings(value: Any) -> Iterator[str]:
    """Every string in a document, its keys and bytes too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (key, *strings(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, str):
        yield value


def left(db: Store) -> list[tuple[str, str]]:
    """(collection, string) of everything in the database that tells of the person."""
    return [
        (name, found)
        for name in db.list_collection_names()
        for raw in db[name].find()
        for found in strings(raw)
        if any(trace.lower() in found.lower() for trace in TRACES)
    ]


def person(files: DatabaseFiles, *, blocked: bool = False) -> Contact:
    """Somebody of whom there is something in every collection, under two numbers."""
    told = {"To": POLICY.numbers[0], "From": CUSTOMER}
    received("velvet curtains", raw=told)
    contact = contacts.by_phone(CUSTOMER)
    assert contact is not None
    fields = {"firstName": "Zebedee", "email": "zebedee@example.com", "notes": "likes velvet"}
    contacts.update(contact.id, fields, NOON)
    merged = contacts.add(Contact(first_name="Zebedee", phone=STRANGER, notes="velvet"), NOON)
    received("velvet chairs", sender=STRANGER, raw={"From": STRANGER})
    merging.merge(contact.id, merged.id, TOKEN, NOON)
    sending.send(draft("The velvet is here"), NOON, KEPT)
    sending.send(draft("Later: velvet", send_at=later(60), key="2"), NOON, KEPT)
    activities.note(contact.id, "Zebedee rang", TOKEN, NOON)
    strays.keep("x:1", "status", {"To": CUSTOMER, "Body": "velvet"}, NOON)
    said(CUSTOMER, "opt_in", contact.id)
    said(STRANGER, "opt_in", contact.id)
    if blocked:
        said(CUSTOMER, "opt_out", contact.id)
    proof.export(files, contact.id, "CRM", NOON, KEPT)
    parts = [b"Zebedee," + CUSTOMER.encode()]
    files.put("all.csv", "text/csv", parts, kind="export", now=NOON, expires_at=later(3600))
    return contacts.get(contact.id)


def said(phone: str, action: str, contact_id: object) -> None:
    statement = Statement(
        action,
        "form",
        NOON,
        wording="I agree.",
        ip="203.0.113.9",
        note="Zebedee signed",
        evidence_url="https://example.com/zebedee",
        recorded_by=TOKEN,
    )
    consent.record(f"{contact_id}/{action}/{phone}", phone, statement, NOON)


def erase(contact: Contact, files: DatabaseFiles, seconds: float = 1) -> ObjectId:
    return erasure.erase(contact.id, later(seconds), KEPT, files)


def test_nothing_is_left_of_somebody(db: Store, files: DatabaseFiles) -> None:
    contact = person(files)
    assert {name for name, _ in left(db)} >= {
        "contacts", "smsmessages", "threads", "activities", "consentevents", "numbers", "strays",
        "files.chunks",
    }  # fmt: skip
    assert erase(contact, files) == contact.id
    assert left(db) == []
    assert Number.objects.count() == 0
    assert db["files.files"].count_documents({}) == 0


def test_of_a_blocked_number_the_hash_is_left(db: Store, files: DatabaseFiles) -> None:
    erase(person(files, blocked=True), files)
    assert left(db) == []
    number = db["numbers"].find_one({}, {"_id": 0, "rev": 0})
    assert number == {"phone": HASH, "blocked": True, "blockedAt": NOON}


def test_the_ledger_still_says_that_it_was_said(db: Store, files: DatabaseFiles) -> None:
    erase(person(files, blocked=True), files)
    events = list(db["consentevents"].find().sort("_id", 1))
    assert [one["action"] for one in events] == ["opt_in", "opt_in", "opt_out"]
    assert {one["phone"] for one in events} == {HASH, hashed(STRANGER, KEPT.secret)}
    assert all(one["wording"] == "I agree." for one in events)
    assert len({one["origin"] for one in events}) == 3


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
    given = {"forget_texts": files, "forget_traces": files}
    for step in STEPS[:done]:
        getattr(erasure, step)(who, given.get(step, KEPT.secret))
    assert not may_be_texted(CUSTOMER)
    erase(contact, files)
    assert left(db) == []
    assert Number.objects.count() == int(blocked)


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


def may_be_texted(phone: str) -> bool:
    """Whether the gate lets a text go to that number now."""
    return gate.ask(phone, POLICY.numbers[0], None, "informational", TOKEN, NOON, KEPT).allowed


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


@pytest.fixture
def back(db: Store, files: DatabaseFiles) -> None:
    """Somebody said no and was forgotten."""
    erase(person(files, blocked=True), files)


@pytest.mark.usefixtures("back")
def test_who_comes_back_is_known_as_opted_out() -> None:
    contact = contacts.add(Contact(first_name="New", phone=CUSTOMER), later(9), KEPT.secret)
    assert not contact.preferences.sms_opt_in
    assert Number.objects.get().phone == CUSTOMER
    with pytest.raises(Refused) as refused:
        sending.send(draft("Hello again"), later(9), KEPT)
    assert refused.value.code == "OPTED_OUT"


@pytest.mark.usefixtures("back")
def test_the_ledger_of_who_comes_back_is_theirs_again(db: Store) -> None:
    contacts.ensure(CUSTOMER, later(9), "api", KEPT.secret)
    assert db["consentevents"].count_documents({"phone": CUSTOMER}) == 2


@pytest.mark.usefixtures("back")
def test_a_number_of_the_forgotten_brings_its_no_to_another_contact() -> None:
    bob = contacts.add(Contact(first_name="Bob", phone=OTHER), later(9), KEPT.secret)
    said(OTHER, "opt_in", bob.id)
    more = Profile(add_phones=(CUSTOMER,))
    assert not profiles.change(bob.id, more, later(10), KEPT).preferences.sms_opt_in
    assert Number.objects.get(phone=CUSTOMER).blocked


@pytest.mark.usefixtures("back")
def test_a_no_under_the_hash_outweighs_a_newer_yes() -> None:
    said(CUSTOMER, "opt_in", "unrecognised")
    assert not may_be_texted(CUSTOMER)
    contacts.ensure(CUSTOMER, later(9), "api", KEPT.secret)
    number = Number.objects.get()
    assert (number.phone, number.blocked, number.blocked_at) == (CUSTOMER, True, NOON)


@pytest.mark.usefixtures("back")
def test_the_gate_knows_even_whom_nobody_has_recognised() -> None:
    assert not may_be_texted(CUSTOMER)
    assert Number.objects.get().phone == HASH


@pytest.mark.usefixtures("back")
@pytest.mark.parametrize(("word", "blocked"), [("Hello", True), ("STOP", True), ("START", False)])
def test_a_text_of_who_comes_back_counts_as_ever(word: str, blocked: bool) -> None:
    inbound.receive(text_in(word), later(9), KEPT)
    number = Number.objects.get()
    assert (number.phone, number.blocked) == (CUSTOMER, blocked)


def test_a_number_without_a_block_comes_back_as_a_stranger(db: Store, files: DatabaseFiles) -> None:
    erase(person(files), files)
    inbound.receive(text_in("Hello"), later(9), KEPT)
    assert Number.objects.count() == 0
    assert Contact.objects.get().first_name == CUSTOMER


def test_who_must_not_be_called_is_remembered(db: Store, files: DatabaseFiles) -> None:
    contact = person(files)
    contacts.update(contact.id, {"doNotCall": True}, NOON)
    erase(contact, files)
    assert {one.do_not_call for one in Number.objects} == {True}
    assert left(db) == []
    again = contacts.add(Contact(first_name="New", phone=CUSTOMER), later(9), KEPT.secret)
    assert again.do_not_call
