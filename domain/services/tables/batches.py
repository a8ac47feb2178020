"""One page of an import: everything that its rows say, written together or not at all.

Contacts, ledger, report and the import's own cursor change in one transaction. A page that was
cut short has done nothing, one that is done is not done again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from bson import ObjectId
from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from domain.model import (
    Activity,
    Agent,
    ConsentEvent,
    Contact,
    ImportedPhone,
    Number,
    NumberKey,
)
from domain.rules.search import found_by
from domain.services import stale
from domain.services.consent import keys
from domain.services.people.profiles import MOST_PHONES, MOST_TAGS
from domain.services.tables.hearing import Hearing, overlaid
from domain.services.tables.rows import Entry, Fault

Raw = dict[str, Any]
NAMELESS = "A new contact needs a first name."
NO_AGENT = "There is no agent with this id."
TAKEN = "Another contact has this number."
KEPT_OUT = "This person has opted out: the rest was read, an import does not undo that."
NO_ADVERTS = "This person wants no advertising: an import does not undo that, the rest was read."
MANY_PHONES = f"A contact can have at most {MOST_PHONES} numbers."
KEPT_UNCALLED = "This person is on the do-not-call list: an import does not take them off it."
IMPORTED = "Imported from {name}, row {row}."
UPDATED = "Changed by the import of {name}, row {row}."
MANY_TAGS = f"A contact can have at most {MOST_TAGS} tags."


@dataclass
class Person:
    """A contact as it will be; `before` is as it was, None for a new one; `row` the last of it."""

    document: Raw
    before: Raw | None
    row: int = 0

    @property
    def changed(self) -> Raw:
        """The stored fields that are different now."""
        before = self.before or {}
        return {key: value for key, value in self.document.items() if before.get(key) != value}


@dataclass
class Batch:
    """What a page's rows come to, given what is stored; nothing is written before `write`."""

    import_id: ObjectId
    name: str
    hearing: Hearing
    now: datetime
    dry_run: bool
    session: ClientSession
    faults: list[Fault] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    failed: int = 0
    _people: dict[str, Person] = field(default_factory=dict)
    _agents: set[str] = field(default_factory=set)
    _met: set[str] = field(default_factory=set)

    def plan(self, rows: Iterable[Entry | tuple[Fault, ...]]) -> None:
        """Judge all rows, in their order: a later one of the same number finds the earlier."""
        judged = list(rows)
        self._load([one for one in judged if isinstance(one, Entry)])
        for one in judged:
            faults = self._take(one) if isinstance(one, Entry) else one
            self.failed += bool(faults)
            self.faults.extend(faults)

    def write(self) -> None:
        """Store the plan; of a dry run only the numbers that it has met."""
        people = {id(one): one for one in self._people.values()}.values()
        if self.dry_run:
            new = [phone for one in people if not one.before for phone in one.document["phones"]]
            met = [{"importId": self.import_id, "phone": one} for one in new]
            return self._insert(
                ImportedPhone, [one for one in met if one["phone"] not in self._met]
            )
        made = [one for one in people if not one.before]
        changed = [one for one in people if one.before and one.changed]
        self._insert(Contact, [one.document for one in made])
        self._update(Contact, [_update(one, self.now) for one in changed])
        self._name([one.document["_id"] for one in people])
        self._insert(Activity, [self._line(one) for one in (*made, *changed)])
        self._insert(ConsentEvent, self.hearing.events)
        said = [self.hearing.key_of[phone] for phone in self.hearing.said]
        self._update(NumberKey, [keys.stored(one) for one in said])
        self._update(Number, self.hearing.changes)
        stale.with_people([one.document["_id"] for one in changed], self.now, self.session)
        return stale.with_numbers(self.hearing.said, self.now, self.session)

    def _name(self, contact_ids: Sequence[ObjectId]) -> None:
        """The table named them, be there anything new of them or not; nobody sees that change."""
        named = {"$addToSet": {"importIds": self.import_id}}
        theirs = {"_id": {"$in": list(contact_ids)}}
        Contact._get_collection().update_many(theirs, named, session=self.session)

    def _load(self, entries: Sequence[Entry]) -> None:
        """What is stored of these numbers and agents, in a few commands."""
        phones = {phone for one in entries for phone in (one.phone, *one.others)}
        for found in self._find(Contact, "phones", phones):
            person = Person(found, dict(found))
            self._people |= dict.fromkeys(found["phones"], person)
        every = phones | self._people.keys()
        known = self._find(Number, "phone", every)
        self.hearing.known = {one["phone"]: Number._from_son(one) for one in known}
        numbered = self._find(NumberKey, "phone", every, {"current": True})
        self.hearing.key_of = {one["phone"]: one for one in numbered}
        wanted = {one.stored["assignedAgent"] for one in entries if "assignedAgent" in one.stored}
        self._agents = {one["userId"] for one in self._find(Agent, "userId", wanted)}
        if self.dry_run:
            own = {"importId": self.import_id}
            met = self._find(ImportedPhone, "phone", phones, own)
            self._met = {one["phone"] for one in met}

    def _take(self, entry: Entry) -> tuple[Fault, ...]:
        """Add one row to the plan; its faults when it cannot be."""
        person = self._people.get(entry.phone)
        met = person is not None or entry.phone in self._met
        person = person or Person(self._blank(entry), None)
        faults = tuple(Fault(entry.row, *one) for one in self._refusals(entry, person, met))
        if faults:
            return faults
        person.row = entry.row
        self._fill(person, entry)
        self._people |= dict.fromkeys(person.document["phones"], person)
        self.created += not met
        self.updated += met
        if entry.said:
            heard = self.hearing.hear(person.document, entry.phone, self._origin(entry), entry.said)
            if heard is None:
                self.faults.append(Fault(entry.row, "smsOptIn", KEPT_OUT))
            elif self.hearing.declines(person.document, entry.said):
                self.faults.append(Fault(entry.row, "consentLevel", NO_ADVERTS))
            person.document = heard or person.document
        if entry.related_until:
            self.hearing.related(entry.phone, entry.related_until)
        if "doNotCall" in entry.stored:
            person.document = self.hearing.uncalled(person.document, self._origin(entry))
            if person.document["doNotCall"] and not entry.stored["doNotCall"]:
                self.faults.append(Fault(entry.row, "doNotCall", KEPT_UNCALLED))
        return ()

    def _refusals(self, entry: Entry, person: Person, met: bool) -> Iterable[tuple[str, str]]:
        agent = entry.stored.get("assignedAgent")
        if agent and agent not in self._agents:
            yield "assignedAgent", NO_AGENT
        if not met and not entry.stored.get("firstName"):
            yield "firstName", NAMELESS
        if any(self._people.get(phone, person) is not person for phone in entry.others):
            yield "otherPhones", TAKEN
        if len({*person.document["phones"], *entry.others}) > MOST_PHONES:
            yield "otherPhones", MANY_PHONES
        if len({*(person.document.get("tags") or ()), *entry.tags}) > MOST_TAGS:
            yield "tags", MANY_TAGS

    def _blank(self, entry: Entry) -> Raw:
        """A new contact of that number with what is known of its consent."""
        made = {
            "_id": ObjectId(),
            **blank(),
            "origin": self._origin(entry),
            "phone": entry.phone,
            "phones": [entry.phone],
            "createdAt": self.now,
            "updatedAt": self.now,
        }
        known = self.hearing.known.get(entry.phone)
        agreed = {"consent.consentDate": known.consent_at} if known and known.consent_at else {}
        return overlaid(made, agreed)

    def _fill(self, person: Person, entry: Entry) -> None:
        """Say of the person what the row says; what it leaves empty stays."""
        document = overlaid(person.document, entry.stored)
        for key, more in (("phones", entry.others), ("tags", entry.tags)):
            if more:
                document[key] = list(dict.fromkeys([*(document.get(key) or ()), *more]))
        words = [document.get(key) for key in ("firstName", "lastName", "email")]
        document |= found_by(words, document["phones"], document.get("notes"))
        # What is known of another number of theirs may be a no.
        moved = person.before is None or entry.others
        person.document = self.hearing.mirrored(document) if moved else document

    def _origin(self, entry: Entry) -> str:
        return f"import:{self.import_id}/{entry.row}"

    def _line(self, person: Person) -> Raw:
        """What the contact's timeline says of it."""
        how = UPDATED if person.before else IMPORTED
        return {
            "rev": 1,
            "contactId": person.document["_id"],
            "kind": "imported",
            "text": how.format(name=self.name, row=person.row),
            "author": self.hearing.by.to_mongo(),
            "at": self.now,
            "createdAt": self.now,
        }

    def _find(
        self, noun: Any, key: str, values: Iterable[str], match: Raw | None = None
    ) -> list[Raw]:
        wanted = {**(match or {}), key: {"$in": list(values)}}
        return list(noun._get_collection().find(wanted, session=self.session)) if values else []

    def _insert(self, noun: Any, documents: Sequence[Raw]) -> None:
        if documents:
            noun._get_collection().insert_many(documents, session=self.session)

    def _update(self, noun: Any, changes: Sequence[UpdateOne]) -> None:
        if changes:
            noun._get_collection().bulk_write(changes, session=self.session)


@cache
def blank() -> Raw:
    """A contact of whom nothing is said yet, as it is stored; never changed, only overlaid."""
    stored: Raw = Contact(source="import", phone="", first_name="").to_mongo().to_dict()
    return stored


def _update(person: Person, now: datetime) -> UpdateOne:
    setting = {"$set": person.changed | {"updatedAt": now}, "$inc": {"rev": 1}}
    return UpdateOne({"_id": person.document["_id"]}, setting)
