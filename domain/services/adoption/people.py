"""Contacts of another CRM become ours, and their opt-ins events of the ledger."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from bson import ObjectId
from pymongo import UpdateOne

from domain.errors import DomainError
from domain.model import Author, Contact
from domain.policy import Policy
from domain.rules import legacy
from domain.rules.legacy import Person
from domain.services import consent
from domain.services.adoption.report import Report
from domain.services.consent import Statement
from domain.services.people import contacts

T = TypeVar("T")
BATCH = 500
# Those that were never adopted, and those whose number somebody may have mended since.
FOREIGN: dict[str, Any] = {
    "mergedInto": {"$exists": False},
    "$or": [{"terms": {"$exists": False}}, {"phones": {"$exists": False}}],
}
TAKEN = "phone {phone} belongs to contact {other} already: merge them"
ADOPTED = Author(kind="system", key="adopt", name="Adoption")
FLAGS = "The earlier system kept no wording. It said of marketingConsent: {}, of tcpaConsent: {}."
YES_NO = {True: "yes", False: "no"}


def adopt(
    report: Report,
    now: datetime,
    policy: Policy,
    *,
    dry_run: bool,
    seen: Callable[[int], None],
) -> None:
    """The oldest contact of a number keeps it; the others stay without, and are told."""
    taken: dict[str, ObjectId] = {}
    found = Contact._get_collection().find(FOREIGN, batch_size=BATCH).sort("_id", 1)
    for batch in batches(found, BATCH):
        judged = [(raw, legacy.person(raw, policy.region, now)) for raw in batch]
        taken |= contacts.ids([phone for _, one in judged for phone in one.phones])
        changes = [_change(report, raw, one, taken) for raw, one in judged]
        if not dry_run:
            Contact._get_collection().bulk_write(changes, ordered=False)
        for raw, one in judged:
            _consent(report, raw, one, taken, now, dry_run=dry_run)
        if not dry_run:
            # Last, as it says that all of it is done: who has terms is not looked at again.
            found_by = [UpdateOne({"_id": raw["_id"]}, _findable(one)) for raw, one in judged]
            Contact._get_collection().bulk_write(found_by, ordered=False)
        seen(len(batch))


def batches(items: Iterable[T], most: int) -> Iterator[list[T]]:
    """The same in lists of at most so many."""
    rest = iter(items)
    while batch := list(islice(rest, most)):
        yield batch


def _change(
    report: Report, raw: Mapping[str, Any], one: Person, taken: dict[str, ObjectId]
) -> UpdateOne:
    own = raw["_id"]
    mine = [phone for phone in one.phones if taken.setdefault(phone, own) == own]
    for phone in one.phones:
        if phone not in mine:
            report.tell("contact", own, TAKEN.format(phone=phone, other=taken[phone]))
    for problem in one.problems:
        report.tell("contact", own, problem)
    report.contacts += "terms" not in raw
    setting = one.changes | ({"phones": mine, "phone": mine[0]} if mine else {})
    update: dict[str, Any] = {"$set": setting}
    update |= {"$unset": dict.fromkeys(one.gone, "")} if one.gone else {}
    return UpdateOne({"_id": own}, update)


def _findable(one: Person) -> dict[str, Any]:
    return {"$set": dict(one.found_by)}


def _consent(
    report: Report,
    raw: Mapping[str, Any],
    one: Person,
    taken: Mapping[str, ObjectId],
    now: datetime,
    *,
    dry_run: bool,
) -> None:
    """One event for the number that they agreed for: the first one."""
    agreed = legacy.agreement(raw, now)
    phone = next((phone for phone in one.phones if taken[phone] == raw["_id"]), None)
    if agreed is None or phone is None:
        return
    report.opt_ins += 1
    report.agreed[phone] = agreed.at
    if dry_run:
        return
    said = Statement(
        "opt_in",
        "import",
        agreed.at,
        level="written" if agreed.written else "express",
        disclosed=agreed.disclosed,
        ip=agreed.ip,
        note=FLAGS.format(YES_NO[agreed.written], YES_NO[agreed.disclosed]),
        recorded_by=ADOPTED,
    )
    try:
        consent.record(f"adopt:{raw['_id']}/{phone}", phone, said, now)
    except DomainError as error:
        report.tell("contact", raw["_id"], error.message)
