"""`python -m tests.domain.narrow URI DATABASE`: live with a ledger that cannot be rewritten.

All that is ever done with consent, as a database user who may only read and insert there.
"""

import sys
from typing import Any

import mongoengine
from mongoengine.connection import get_db
from pymongo.errors import OperationFailure

from domain.model import ConsentEvent, Contact, Number
from domain.services import consent, ledger, upgrade
from domain.services.consent import Statement
from domain.services.people import contacts, deletion, merging
from tests.clock import NOON
from tests.domain.build import CUSTOMER, STRANGER, TOKEN, later, received
from tests.domain.forgotten import KEPT, OTHER, erase
from tests.domain.tables import JANE, files, imported, row
from tests.domain.test_former import event

REFUSED = 13


def forbidden(change: Any) -> bool:
    """Whether the database itself refuses that."""
    try:
        change()
    except OperationFailure as error:
        return error.code == REFUSED
    return False


def said(origin: str, action: str, phone: str = CUSTOMER) -> None:
    told = Statement(action, "form", NOON, level="written", wording="I agree.")
    consent.record(origin, phone, told, NOON)


def live() -> None:
    """Every way in which the ledger is written."""
    get_db()["consentevents"].insert_one(event(1, "opt_in", OTHER))
    upgrade.complete(later(2))
    for seconds, word in enumerate(("Hello", "STOP", "START")):
        received(word, now=later(seconds), policy=KEPT)
    said("form:1", "opt_in", STRANGER)
    said("form:1", "opt_in", STRANGER)
    imported(row(JANE, smsOptIn="yes"), row(OTHER, optedOut="yes", doNotCall="yes"))
    kept, other = (contacts.ensure(one, NOON, "api", KEPT.secret) for one in (CUSTOMER, STRANGER))
    merging.merge(kept, other, TOKEN, NOON)
    said("form:2", "opt_out", STRANGER)
    erase(contacts.get(kept), files())
    contacts.ensure(CUSTOMER, later(9), "api", KEPT.secret)
    jane = contacts.by_phone(JANE)
    assert jane
    deletion.delete(jane.id, later(10))
    Number.objects.delete()
    assert list(ledger.rebuild(later(11)))
    assert not list(ledger.check(later(12)))


def main() -> None:
    uri, database = sys.argv[1:]
    mongoengine.connect(db=database, host=uri, tz_aware=True)
    live()
    assert Number.objects(blocked=True).count() == 3, Number.objects(blocked=True).count()
    assert Contact.objects.count()
    own = ConsentEvent._get_collection()
    kinds = {"opt_in", "opt_out", "do_not_call", "erased"}
    assert set(own.distinct("action")) == kinds
    assert forbidden(lambda: own.update_many({}, {"$set": {"action": "opt_in"}}))
    assert forbidden(lambda: own.delete_many({}))
    assert forbidden(lambda: own.find_one_and_update({}, {"$set": {"level": "none"}}))
    assert forbidden(own.drop)


if __name__ == "__main__":
    main()
