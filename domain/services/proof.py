"""All that proves one person's consent, as one JSON document, written as it is read."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.model import Activity, ConsentEvent, Contact, Message, Noun, Number
from domain.policy import Policy
from domain.ports import Files, StoredFile
from domain.services.people import contacts

KIND = "proof"
FETCHED_WITHIN = timedelta(hours=1)
AT_ONCE = 500
ABOUT = (
    "What this business knows of one person's consent to be texted: their numbers as they stand, "
    "every consent event ever recorded for them, what people decided about them, and every text "
    "with the decision that let it leave or kept it back. Times are UTC."
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
    "retryOf",
    "createdAt",
    "sendAt",
    "deliveredAt",
    "readAt",
    "errorCode",
    "errorMessage",
    "decision",
    "statusHistory",
)

Raw = Mapping[str, Any]


def export(files: Files, contact_id: object, by: str, now: datetime, policy: Policy) -> StoredFile:
    """Write the proof for one contact and keep it for an hour; NotFound for nobody."""
    contact = contacts.get(contact_id)
    return files.put(
        f"consent-proof-{contact.id}.json",
        "application/json",
        document(contact, by, now, policy),
        kind=KIND,
        now=now,
        expires_at=now + FETCHED_WITHIN,
    )


def document(contact: Contact, by: str, now: datetime, policy: Policy) -> Iterator[bytes]:
    """The document, piece by piece; `by` is who asked for it."""
    raw = contact.to_mongo().to_dict()
    ids = [contact.id, *raw.get("mergedIds", ())]
    phones = contact.phones or [contact.phone]
    head = {"about": ABOUT, "business": policy.business_name, "madeAt": now, "madeBy": by}
    yield f'{{"head": {_json(head)},\n"contact": {_json(_only(raw, IDENTITY))}'.encode()
    yield from _list("numbers", _found(Number, {"phone": {"$in": phones}}, "phone"))
    said = {"$or": [{"phone": {"$in": phones}}, {"contactId": {"$in": ids}}]}
    yield from _list("consentEvents", _found(ConsentEvent, said, "recordedAt"))
    decided = {"contactId": {"$in": ids}, "kind": {"$in": DECISIONS}}
    yield from _list("decisions", _found(Activity, decided, "at"))
    ways = ({"contactId": {"$in": ids}}, {"from": {"$in": phones}}, {"to": {"$in": phones}})
    yield from _list("texts", _found(Message, {"$or": [*ways]}, "createdAt", TEXT))
    yield b"}\n"


def _found(noun: type[Noun], match: Raw, order: str, fields: Iterable[str] = ()) -> Iterator[Raw]:
    """What matches, the oldest first, without being held together."""
    shown = dict.fromkeys(fields, 1) or {"rev": 0}
    cursor = noun._get_collection().find(match, shown, batch_size=AT_ONCE)
    yield from cursor.sort([(order, 1), ("_id", 1)])


def _list(name: str, items: Iterable[Raw]) -> Iterator[bytes]:
    yield f',\n"{name}": ['.encode()
    between = "\n"
    for item in items:
        yield f"{between}{_json({'id': item['_id']} | _without_id(item))}".encode()
        between = ",\n"
    yield b"]"


def _only(raw: Raw, fields: Iterable[str]) -> dict[str, Any]:
    return {"id": raw["_id"]} | {name: raw[name] for name in fields if name in raw}


def _without_id(raw: Raw) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if name != "_id"}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    """Moments in ISO 8601; ids, decimals and whatever else as their text."""
    if isinstance(value, datetime):
        utc = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)
