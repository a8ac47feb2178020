"""A database of an earlier CRM becomes ours: nothing lost, nothing sent, nobody's no forgotten."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from adapters.mongo import files
from domain.errors import Conflict
from domain.model import Contact, Message, Thread, ensure_indexes
from domain.services import adoption, gate, inbound, numbers
from domain.services.adoption import Report
from domain.services.consent import reading
from domain.services.people import contacts
from domain.values import InboundText
from tests.clock import NOON
from tests.domain.adopting import ENDED, POLICY
from tests.domain.crm import CONTACTS, OURS, TEXTS, day, left_behind, own

Raw = dict[str, Any]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def crm(db: Database[Raw]) -> Iterator[Database[Raw]]:
    """The CRM's database in place of ours; ours again afterwards."""
    left_behind(db)
    yield db
    for name in ("contacts", "smsmessages"):
        db[name].drop()
    ensure_indexes()
    files.ensure_indexes(db)


@pytest.fixture
def adopted(crm: Database[Raw]) -> Report:
    """What the first run said."""
    return adoption.adopt(NOON, POLICY, dry_run=False)


def everything(db: Database[Raw]) -> dict[str, list[Raw]]:
    """All documents of all collections."""
    return {name: list(db[name].find()) for name in sorted(db.list_collection_names())}


def contact(number: int) -> Raw:
    found: Raw | None = Contact._get_collection().find_one({"_id": own(number)})
    assert found is not None
    return found


def text(number: int) -> Raw:
    found: Raw | None = Message._get_collection().find_one({"_id": own(100 + number)})
    assert found is not None
    return found


def test_without_it_our_indexes_are_refused_with_what_to_do(crm: Database[Raw]) -> None:
    with pytest.raises(Conflict, match="threadline adopt"):
        ensure_indexes()


def test_a_dry_run_says_it_all_and_writes_nothing(crm: Database[Raw]) -> None:
    before = everything(crm), crm["contacts"].index_information()
    told = adoption.adopt(NOON, POLICY, dry_run=True)
    assert (everything(crm), crm["contacts"].index_information()) == before
    done = adoption.adopt(NOON, POLICY, dry_run=False)
    assert (told.contacts, told.texts, told.threads) == (done.contacts, done.texts, done.threads)
    assert (told.lines, told.indexes, told.opt_ins) == (done.lines, done.indexes, done.opt_ins)


def test_clashing_indexes_are_replaced_and_others_stay(adopted: Report) -> None:
    assert adopted.indexes == [
        "contacts.contact_text",
        "contacts.email_1",
        "contacts.phone_1",
        "smsmessages.body_text",
        "smsmessages.twilioMessageSid_1",
    ]
    there = Contact._get_collection().index_information()
    assert "createdAt_-1" in there
    assert {index.document["name"] for index in Contact.INDEXES} <= set(there)


def test_a_contact_keeps_everything_it_had(adopted: Report) -> None:
    jane = contact(1)
    assert (jane["phone"], jane["phones"]) == ("+17605551234", ["+17605551234"])
    assert (jane["email"], jane["status"], jane["tags"]) == ("jane@example.com", "client", ["vip"])
    assert jane["address"] == CONTACTS[0]["address"]
    assert jane["preferences"]["theme"] == "dark"
    assert (jane["__v"], jane["leadScore"], jane["assignedAgent"]) == (3, 42, str(own(77)))
    assert (jane["createdAt"], jane["lastContactMethod"]) == (day(1), "in-person")
    assert contact(7)["lastContactMethod"] == "in-person"
    assert Contact.objects(phones="+17605551234").get().first_name == "Jane"


def test_unreadable_and_duplicate_phones_are_told_and_kept(adopted: Report) -> None:
    lines = "\n".join(adopted.lines)
    assert f"contact {own(2)}: phone +17605551234 belongs to contact {own(1)} already" in lines
    assert f"contact {own(3)}: phone 'call the office' cannot be read" in lines
    assert f"contact {own(4)}: it has no phone" in lines
    assert contact(3)["phone"] == "call the office"
    assert all("phones" not in contact(number) for number in (2, 3, 4))
    assert contacts.get(own(2)).first_name == "Twin"


def test_an_opt_in_becomes_an_event_with_its_date_and_address(
    adopted: Report, crm: Database[Raw]
) -> None:
    assert crm["ledger"].count_documents({}) > 0
    (event,) = reading.of_phone("+17605551234")
    assert (event.method, event.at, event.ip) == ("import", day(10), "203.0.113.9")
    assert (event.level, event.recorded_by.name) == ("written", "Adoption")
    assert contact(1)["consent"]["tcpaConsent"] is True
    assert numbers.state_of("+17605551234").opted_in
    assert not numbers.state_of("+17605550007").opted_in


def test_who_texted_stop_or_was_blocked_by_the_carrier_stays_out(adopted: Report) -> None:
    assert numbers.state_of("+17605550005").blocked
    assert numbers.state_of("+17605550007").blocked
    assert not numbers.state_of("+17605550006").blocked  # they agreed again afterwards
    assert contact(5)["preferences"]["smsOptIn"] is False
    thread = Thread.objects(phone="+17605550005").get()
    verdict = gate.ask(thread.phone, OURS, thread.id, "conversation", None, NOON, POLICY)
    assert verdict.code == "OPTED_OUT"


def test_texts_stand_in_their_conversations(adopted: Report) -> None:
    thread = Thread.objects(sender=OURS, phone="+17605551234").get()
    found = Message.objects(thread_id=thread.id).order_by("position")
    assert [one.id for one in found] == [own(100 + number) for number in (1, 2, 3, 4, 5)]
    assert (thread.contact_id, thread.last_message_id) == (own(1), own(105))
    assert (thread.unread_count, thread.status, thread.created_at) == (0, "closed", day(20))
    assert thread.last_message_at == day(50)
    assert text(2)["campaign"] == {"name": "spring"}
    assert (str(text(2)["price"]), text(2)["errorCode"]) == ("0.00790", 30003)


def test_what_was_never_sent_is_never_sent(adopted: Report) -> None:
    assert [text(number)["status"] for number in (3, 4, 5)] == ["canceled", "canceled", "failed"]
    assert adopted.unsent == 2
    open_work = {"$or": [{f"{slot}.due_at": {"$exists": True}} for slot in ("dispatch", "relay")]}
    assert Message._get_collection().count_documents(open_work) == 0


def test_a_stranger_gets_a_contact_and_a_text_of_nobody_is_told(adopted: Report) -> None:
    stranger = contacts.by_phone("+17605550008")
    assert stranger is not None
    assert text(8)["contactId"] == stranger.id
    assert f"text {own(109)}: its numbers cannot be read" in adopted.lines
    assert "threadId" not in text(9)


def test_the_same_text_from_the_carrier_is_known(adopted: Report) -> None:
    sid = TEXTS[0]["twilioMessageSid"]
    again = InboundText(sid, "AC0", "+17605551234", OURS, "Is it still for sale?")
    receipt = inbound.receive(again, NOON, POLICY)
    assert (receipt.first_time, receipt.message_id) == (False, str(own(101)))


def test_a_second_run_changes_nothing_and_tells_what_is_still_wrong(
    adopted: Report, crm: Database[Raw]
) -> None:
    before = everything(crm)
    again = adoption.adopt(NOON, POLICY, dry_run=False)
    assert everything(crm) == before
    assert (again.contacts, again.texts, again.opt_ins, again.indexes) == (0, 0, 0, [])
    assert [line for line in adopted.lines if line.startswith("contact")] == again.lines


def outcome(db: Database[Raw]) -> dict[str, Any]:
    """What a run comes to, without the ids that are made up on the way."""
    gone = dict.fromkeys(("threadId", "contactId", "updatedAt", "createdAt"), 0)
    known = {"_id": {"$lt": own(1_000)}}
    return {
        "contacts": list(db["contacts"].find(known, gone).sort("_id")),
        "texts": list(db["smsmessages"].find(known, gone).sort("_id")),
        "events": sorted((one["action"], one["at"]) for one in db["ledger"].find()),
        "threads": list(db["threads"].find({}, gone | {"_id": 0}).sort("phone")),
        "strangers": [one["phone"] for one in db["contacts"].find({"source": "sms"})],
    }


def ended_after(writes: int, uri: str, database: str) -> bool:
    """Run it in a process that ends at that write; whether it came so far."""
    script = [sys.executable, "-m", "tests.domain.adopting", uri, database, str(writes)]
    return subprocess.run(script, cwd=ROOT, timeout=120, check=False).returncode == ENDED


@pytest.mark.parametrize("writes", [6, 12, 18])
def test_a_run_that_is_killed_is_taken_up_again(
    crm: Database[Raw], mongodb_uri: str, writes: int
) -> None:
    taken_up_again(crm, mongodb_uri, writes)


@pytest.mark.long
def test_wherever_a_run_is_killed_it_is_taken_up_again(
    crm: Database[Raw], mongodb_uri: str
) -> None:
    writes = 1
    while taken_up_again(crm, mongodb_uri, writes):
        writes += 1
    assert writes > 20


def taken_up_again(crm: Database[Raw], uri: str, writes: int) -> bool:
    """The run that was ended comes, the second time, to what an undisturbed one comes to."""
    adoption.adopt(NOON, POLICY, dry_run=False)
    expected = outcome(crm)
    for name in crm.list_collection_names():
        crm[name].drop()
    left_behind(crm)
    ended = ended_after(writes, uri, crm.name)
    adoption.adopt(NOON, POLICY, dry_run=False)
    assert outcome(crm) == expected
    return ended
