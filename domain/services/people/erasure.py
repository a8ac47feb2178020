"""A person is forgotten: afterwards only the keyed hash of a blocked number is left of them.

Several collections cannot go at once, so every step may be repeated and the contact goes last:
whoever calls again after a crash finishes. First nothing can leave for their numbers any more;
what keeps it so is never taken away before the texts are gone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from domain.errors import Conflict, Refused
from domain.model import (
    Activity,
    Contact,
    Find,
    Import,
    Link,
    Message,
    Number,
    Recipient,
    Stray,
    Thread,
)
from domain.policy import Policy
from domain.ports import Files
from domain.rules.consent.privacy import hashed, hashes, is_hashed
from domain.services import links, messages, proof, stale
from domain.services.consent import forgetting, keys, reading, returning
from domain.services.people import contacts, deletion
from domain.services.people.deletion import BUSY, MOST_TRIES
from domain.services.recovery import gone
from domain.services.tables import imports

Raw = dict[str, Any]
LACKING = "Erasing needs a secret for what is kept of a blocked number."
ADVICE = "Set SECRET_KEY to at least 32 random characters, and keep it."
UNDER_WAY = (
    "A text to this person is being worked on: nothing leaves any more. Call again to finish."
)
IMPORTING = "A table that may name this person is being read in: erase them when it has ended."
HOLD = timedelta(minutes=1)
AT_ONCE = 500
EXPORT = "export"
LEASES = ("dispatchLease", "relayLease")


@dataclass(frozen=True)
class Person:
    """All that leads to their things: `ids` of their contacts, and `phones` that are theirs."""

    contact: Contact
    ids: Sequence[ObjectId]
    phones: Sequence[str]

    @property
    def texts(self) -> Sequence[Raw]:
        """The ways in which a text is theirs; each is served by an index."""
        theirs = {"$in": list(self.phones)}
        return ({"contactId": {"$in": list(self.ids)}}, {"from": theirs}, {"to": theirs})


def erase(contact_id: object, now: datetime, policy: Policy, files: Files | None) -> ObjectId:
    """Leave nothing of that person in the database; the contact's id. Call again to finish.

    Raises NotFound, Refused NOT_CONFIGURED without a secret, or Conflict with the moment from
    which it can go on.
    """
    if not policy.secret:
        raise Refused(LACKING, code="NOT_CONFIGURED", help=ADVICE)
    own: ObjectId = deletion.same(contact_id).id
    importing: Import | None = Import.objects(status__in=imports.OPEN).only("id").first()
    if importing:
        raise Conflict(IMPORTING, conflict_id=str(importing.id))
    for _ in range(MOST_TRIES):
        who = begun(own, now)
        silence(who, now)
        forgetting.part(who.phones, now)
        gone.forget_sent(who.phones, policy.secret, now)
        gone.forget_found(who.phones, policy.secret, now)
        forget_texts(who, files, policy.secret, now)
        forget_traces(who, files)
        forget_ledger(who, now, policy.secret)
        forget_numbers(who)
        if not _something_came(who) and deletion.removed(who.contact):
            return own
    raise Conflict(BUSY)


def _something_came(who: Person) -> bool:
    """They wrote, or something was said of them, while their things were being removed."""
    texts = Message._get_collection()
    return any(
        (
            *(texts.find_one(way, {"_id": 1}) for way in who.texts),
            Number.objects(phone__in=who.phones).only("id").first(),
            Activity.objects(contact_id__in=who.ids).only("id").first(),
            Link.objects(phone__in=who.phones).only("id").first(),
            Recipient.objects(phone__in=who.phones).only("id").first(),
            Find.objects(from___in=list(who.phones)).only("id").first(),
        )
    )


def begun(own: ObjectId, now: datetime) -> Person:
    """Mark the contact, so that it is not merged any more; then see all that is theirs."""
    deletion.same(own)
    Contact._get_collection().update_one(
        {"_id": own, "erasingSince": {"$exists": False}},
        {"$set": {"erasingSince": now}, "$inc": {"rev": 1}},
    )
    contact = deletion.same(own)
    ids = [own, *contact.merged_ids]
    return Person(contact, ids, [*contact.phones, *_former(contact, ids)])


def _former(contact: Contact, ids: list[ObjectId]) -> list[str]:
    """Numbers that were theirs and are nobody else's now."""
    linked = {"contactId": {"$in": ids}}
    found = {*Thread._get_collection().distinct("phone", linked), *reading.phones_of(ids)}
    others = {one for one in found - {*contact.phones} if not is_hashed(one)}
    return sorted(others - contacts.ids(others).keys())


def silence(who: Person, now: datetime) -> None:
    """Nothing leaves from here on: the block is written before anything else is looked at."""
    for phone in who.phones:
        Number._get_collection().update_one(
            {"phone": phone}, {"$set": {"erasing": True}, "$inc": {"rev": 1}}, upsert=True
        )
    for thread in Thread.objects(phone__in=who.phones).only("id"):
        _seize(thread.id, who.contact.id, now)
    for phone in who.phones:
        messages.cancel_for(phone, now, deletion.DELETED)
    if until := messages.leased_until(who.phones, now):
        raise Conflict(UNDER_WAY, conflict_id=str(who.contact.id), retry_at=until)


def _seize(thread_id: ObjectId, own: ObjectId, now: datetime) -> None:
    """Take the thread's leases, so that no worker is at its texts; Conflict while one is."""
    threads_, mine = Thread._get_collection(), f"erasing:{own}"
    for lease in LEASES:
        until = f"{lease}.lease_until"
        free = [{until: {"$exists": False}}, {until: {"$lte": now}}, {f"{lease}.lease_id": mine}]
        held = {"lease_id": mine, "lease_until": now + HOLD}
        done = threads_.update_one({"_id": thread_id, "$or": free}, {"$set": {lease: held}})
        busy = None if done.matched_count else threads_.find_one({"_id": thread_id}, {lease: 1})
        if busy and busy.get(lease):
            raise Conflict(UNDER_WAY, conflict_id=str(own), retry_at=busy[lease].get("lease_until"))


def forget_texts(who: Person, files: Files | None, secret: str, now: datetime) -> None:
    """Texts with their files, then the conversations; the carrier's copies are known as gone."""
    for way in who.texts:
        for batch in _batches(way):
            for raw in batch:
                _forget_files(raw, who, files)
            links.forget(origins=[raw["origin"] for raw in batch])
            gone.forget([raw.get("twilioMessageSid") for raw in batch], secret, now)
            Message.objects(id__in=[raw["_id"] for raw in batch]).delete()
    Thread.objects(phone__in=who.phones).delete()
    for thread in Thread.objects(contact_id__in=who.ids).only("id", "phone", "last_message_at"):
        _hand_over(thread)


def _batches(match: Raw) -> Iterator[list[Raw]]:
    needed = dict.fromkeys(("media", "origin", "twilioMessageSid"), 1)
    found = Message._get_collection().find(match, needed).batch_size(AT_ONCE)
    while batch := list(found.clone().limit(AT_ONCE)):
        yield batch


def _forget_files(raw: Raw, who: Person, files: Files | None) -> None:
    """Those that nobody else was sent."""
    for one in raw.get("media") or ():
        used = {"media.fileId": one["fileId"], "$nor": list(who.texts)}
        if files and not Message._get_collection().find_one(used, {"_id": 1}):
            files.delete(str(one["fileId"]))


def _hand_over(thread: Thread) -> None:
    """The number is somebody else's by now, and so is its conversation."""
    owner = contacts.ids([thread.phone]).get(thread.phone)
    change = {"$set": {"contactId": owner}} if owner else {"$unset": {"contactId": ""}}
    update = stale.along({**change, "$inc": {"rev": 1}}, thread.last_message_at)
    Thread._get_collection().update_one({"_id": thread.id}, update)


def forget_traces(who: Person, files: Files | None) -> None:
    """Their timeline, short links, places on lists, what fitted nothing, files of their data."""
    links.forget(who.phones)
    Activity.objects(contact_id__in=who.ids).delete()
    Recipient.objects(phone__in=who.phones).delete()
    theirs = {"$in": list(who.phones)}
    Stray._get_collection().delete_many({"$or": [{"raw.From": theirs}, {"raw.To": theirs}]})
    if files:
        for one in [*files.passing(EXPORT), *files.passing(proof.KIND)]:
            if one.kind == EXPORT or any(str(own) in one.name for own in who.ids):
                files.delete(one.id)


def forget_ledger(who: Person, now: datetime, secret: str) -> None:
    """Of what they said it stays known that it was said; whose number it was, nobody can tell.

    A no to one of their numbers is kept for all of them; so is one that nobody has decided yet.
    """
    names = {phone: hashed(phone, secret) for phone in who.phones}
    for phone in who.phones:
        returning.by(hashes(phone, secret)[1:], phone, now)  # what a former key knows of it
    known = {one.phone: one for one in Number.objects(phone__in=[*names, *names.values()])}
    noes = {action for one in known.values() for action in forgetting.refused(one)}
    noes |= {"opt_out"} if any(one.held for one in known.values()) else set()
    noes |= {"do_not_call"} if who.contact.do_not_call else set()
    forgetting.keep(names, noes, known, now)
    for phone, own in names.items():
        forgetting.forget(phone, own, now)
    forgetting.lose(who.ids)


def forget_numbers(who: Person) -> None:
    """Of a number that nothing was said of nothing stays, as of those that are forgotten by now."""
    known = Number._get_collection()
    for phone in who.phones:
        number = known.find_one({"phone": phone}) or {}
        # What was said since that look is met in the next round.
        if keys.current(phone) is None:
            known.delete_one({"phone": phone, "rev": number.get("rev")})
