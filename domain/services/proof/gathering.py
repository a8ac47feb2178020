"""What belongs to the proof of one person's consent, as stored, the oldest first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import model
from domain.model import Activity, Campaign, Contact, Message, Noun, Number, Recipient
from domain.policy import Policy
from domain.services.consent import reading

Raw = Mapping[str, Any]
AT_ONCE = 500
ABOUT = (
    "What this business knows of one person's consent to be texted: their numbers as they stand, "
    "every consent event ever recorded for them with the words that were shown, what people "
    "decided about them, the campaigns that they were on the list of, and every text with each "
    "decision that let it leave or kept it back. Times are UTC. The last line holds the SHA-256 of "
    "all bytes before it."
)
DECISIONS = ["created", "imported", "merged", "consent", "revocation"]
IDENTITY = (
    "firstName",
    "lastName",
    "email",
    "phone",
    "phones",
    "source",
    "preferences",
    "consent",
    "doNotCall",
    "mergedIds",
    "createdAt",
    "updatedAt",
)
TEXT = (
    "origin",
    "twilioMessageSid",
    "direction",
    "purpose",
    "status",
    "from",
    "to",
    "body",
    "media",
    "mediaUrls",
    "sentBy",
    "threadId",
    "campaignId",
    "templateId",
    "retryOf",
    "correctionOf",
    "quietConfirmed",
    "createdAt",
    "sendAt",
    "attemptedAt",
    "deliveredAt",
    "readAt",
    "errorCode",
    "errorMessage",
    "decision",
    "decisions",
    "statusHistory",
)


@dataclass(frozen=True)
class Dossier:
    """`head`: for whom, by whom, when; `lists` by name, each of which can be read once."""

    head: Raw
    contact: Raw
    lists: tuple[tuple[str, Iterable[Raw]], ...]


def gathered(contact: Contact, by: str, now: datetime, policy: Policy) -> Dossier:
    """All of it, still unread; `by` is who asked for it."""
    raw = contact.to_mongo().to_dict()
    ids = [contact.id, *raw.get("mergedIds", ())]
    phones = contact.phones or [contact.phone]
    decided = {"contactId": {"$in": ids}, "kind": {"$in": DECISIONS}}
    ways = [{"contactId": {"$in": ids}}, {"from": {"$in": phones}}, {"to": {"$in": phones}}]
    return Dossier(
        {"about": ABOUT, "business": policy.business_name, "madeAt": now, "madeBy": by},
        {"id": raw["_id"]} | {name: raw[name] for name in IDENTITY if name in raw},
        (
            ("numbers", map(_whole, _found(Number, {"phone": {"$in": phones}}, "phone"))),
            ("consentEvents", map(reading.written, reading.of_contact(contact))),
            ("wordings", _wordings(contact)),
            ("decisions", _found(Activity, decided, "at")),
            ("campaigns", _campaigns(phones)),
            ("texts", _found(Message, {"$or": ways}, "createdAt", TEXT)),
        ),
    )


def _found(noun: type[Noun], match: Raw, order: str, fields: Iterable[str] = ()) -> Iterator[Raw]:
    """What matches, the oldest first, without being held together."""
    shown = dict.fromkeys(fields, 1) or {"rev": 0}
    cursor = noun._get_collection().find(match, shown, batch_size=AT_ONCE)
    for raw in cursor.sort([(order, 1), ("_id", 1)]):
        yield {"id": raw.pop("_id")} | raw


def _whole(raw: Raw) -> Raw:
    """A number with what it does not store because that is usual."""
    full: dict[str, Any] = Number._from_son({"_id": raw["id"], **raw}).to_mongo().to_dict()
    return {"id": full.pop("_id")} | full


def _wordings(contact: Contact) -> Iterator[Raw]:
    """The versions that their events name, as they stood before our name was put in."""
    named = {one.wording_version for one in reading.of_contact(contact)}
    yield from _found(model.Wording, {"version": {"$in": sorted(filter(None, named))}}, "since")


def _campaigns(phones: list[str]) -> Iterator[Raw]:
    """The lists on which they were, and what became of them there."""
    names: dict[object, Raw] = {}
    for one in _found(Recipient, {"phone": {"$in": phones}}, "_id"):
        key = one["campaignId"]
        if key not in names:
            shown = {"name": 1, "purpose": 1, "startedAt": 1, "status": 1}
            names[key] = Campaign._get_collection().find_one({"_id": key}, shown) or {}
        yield dict(one) | {name: value for name, value in names[key].items() if name != "_id"}
