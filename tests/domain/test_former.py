"""What the version before wrote into its ledger, in clear, is in this one, and nowhere else."""

from datetime import datetime
from typing import Any

import pytest
from bson import ObjectId

from domain.model import ConsentEvent, Contact, Number
from domain.rules.consent.privacy import hashed
from domain.services import consent, ledger, numbers, upgrade
from domain.services.consent import Statement, reading
from domain.services.ledger import former
from domain.services.people import contacts
from tests.clock import NOON
from tests.domain.build import CUSTOMER, STRANGER, customer, later
from tests.domain.forgotten import HASH, KEPT, Store, may_be_texted
from tests.ledger import entries

LATER = later(days=1)
PROOF = {"wording": "I agree.", "ip": "203.0.113.9", "userAgent": "Phone", "note": "signed"}


def event(seconds: float, action: str, phone: str = CUSTOMER, **more: Any) -> dict[str, Any]:
    """An event as it was stored."""
    at = later(seconds)
    usual = {"_id": ObjectId(), "rev": 1, "scope": "all", "method": "form", "recordedAt": at}
    yes = action == "opt_in"
    told = {"action": action, "level": "written" if yes else "none", "at": at, "phone": phone}
    by = {"kind": "agent", "key": "U1", "name": "Ann"}
    origin = f"old:{phone}/{seconds}"
    return usual | told | {"origin": origin, "recordedBy": by} | (PROOF if yes else {}) | more


def state(phone: str, **known: Any) -> None:
    Number._get_collection().insert_one({"phone": phone, "rev": 1, **known})


@pytest.fixture
def old(db: Store) -> Store:
    """A yes and a no of one number, a yes of another, and what was left of somebody forgotten."""
    own = customer().id
    db["consentevents"].insert_many(
        [
            event(1, "opt_in", contactId=own),
            event(2, "opt_out", messageSid="SM1"),
            event(3, "opt_in", STRANGER),
            event(4, "opt_out", HASH, origin="erased:1"),
        ]
    )
    moment = {"level": "written", "consentAt": later(1), "disclosed": True}
    state(CUSTOMER, blocked=True, blockedAt=later(2), **moment)
    state(STRANGER, blocked=False, **moment | {"consentAt": later(3)})
    state(HASH, blocked=True, blockedAt=later(4))
    return db


def told(moment: datetime = LATER) -> int:
    return upgrade.complete(moment)


def test_all_of_it_is_there_in_clear_and_the_states_agree(old: Store) -> None:
    assert (upgrade.is_behind(), told(), upgrade.is_behind()) == (True, 4, False)
    yes, no = reading.of_phone(CUSTOMER)
    assert (yes.action, yes.wording, yes.ip, yes.user_agent) == (
        "opt_in", "I agree.", "203.0.113.9", "Phone",
    )  # fmt: skip
    assert (no.action, no.message_sid, no.origin) == ("opt_out", "SM1", f"old:{CUSTOMER}/2")
    assert (yes.contact_id, yes.recorded_by.name, yes.recorded_at) == (
        Contact.objects.get().id, "Ann", later(1),
    )  # fmt: skip
    assert not [line for line in ledger.check(LATER) if line.startswith("number")]


def test_nothing_stays_where_it_was_and_again_does_nothing(old: Store) -> None:
    ids = {one["_id"] for one in old["consentevents"].find()}
    told()
    assert old["consentevents"].count_documents({}) == 0
    assert ids <= {one.id for one in entries()}
    before = list(old["ledger"].find())
    assert told() == 0
    assert list(old["ledger"].find()) == before
    assert CUSTOMER[2:] not in str(before)


def test_the_forgotten_stay_forgotten(old: Store) -> None:
    told()
    assert [one.action for one in reading.of_phone(HASH)] == ["opt_out", "erased"]
    contacts.ensure(CUSTOMER, LATER, "api", KEPT.secret)
    assert not may_be_texted(CUSTOMER)
    assert hashed(CUSTOMER, KEPT.secret) == HASH


def test_what_this_version_has_written_meanwhile_comes_after_it(old: Store) -> None:
    start = Statement("opt_in", "keyword", later(9), message_sid="SM9")
    consent.record("twilio:SM9", CUSTOMER, start, later(9))
    told()
    assert [one.action for one in reading.of_phone(CUSTOMER)] == ["opt_in", "opt_out", "opt_in"]
    assert not [line for line in ledger.check(LATER) if "lacks" in line]
    assert numbers.state_of(CUSTOMER).opted_in


def test_what_both_have_written_is_there_once(old: Store) -> None:
    stop = Statement("opt_out", "keyword", later(2), level="none", message_sid="SM1")
    consent.record(f"old:{CUSTOMER}/2", CUSTOMER, stop, later(3))
    told()
    assert [one.action for one in reading.of_phone(CUSTOMER)] == ["opt_in", "opt_out"]


def test_a_long_history_comes_in_its_order(old: Store) -> None:
    more = [event(10 + one, "opt_out" if one % 2 else "opt_in") for one in range(7)]
    old["consentevents"].insert_many(more)
    former.bring(LATER, longest=3)
    assert [one.recorded_at for one in reading.of_phone(CUSTOMER)] == [
        later(one) for one in (1, 2, *range(10, 17))
    ]


def test_who_must_not_be_called_is_in_the_ledger_from_now_on(old: Store) -> None:
    state("+17605550177", doNotCall=True)
    Contact.objects.update(set__do_not_call=True)
    told()
    for phone in (CUSTOMER, "+17605550177"):
        (last,) = (one for one in reading.of_phone(phone) if one.action == "do_not_call")
        assert last.at == LATER
    assert ConsentEvent.objects(action="do_not_call").count() == 2
    told()
    assert ConsentEvent.objects(action="do_not_call").count() == 2


def test_in_an_empty_database_there_is_nothing_to_do(db: Store) -> None:
    assert (upgrade.is_behind(), told(NOON)) == (False, 0)
