"""A statement as the ledger stores it: in clear only what tells nothing of a person."""

from datetime import datetime
from typing import Any

from bson import ObjectId

from domain.model import ConsentEvent
from domain.rules import sealing
from domain.services.consent import keys
from domain.services.consent.statement import Statement

Raw = dict[str, Any]
SEALED = (
    "wording",
    "ip",
    "user_agent",
    "evidence_url",
    "note",
    "message_sid",
    "recorded_from_ip",
)
PLAIN = ("action", "level", "scope", "method", "at", "wording_version", "disclosed", "proof")


def document(
    origin: str, key: Raw, contact_id: ObjectId | None, said: Statement, now: datetime
) -> Raw:
    """The event, to be inserted as the one of the number's `place`."""
    told = {name: getattr(said, name) for name in SEALED if getattr(said, name)}
    plain = {ConsentEvent._fields[name].db_field: getattr(said, name) for name in PLAIN}
    event = {
        "_id": ObjectId(),
        "rev": 1,
        "origin": keys.named(origin, key["phone"], key["_id"]),
        "number": key["_id"],
        "place": key["place"],
        "contactId": contact_id,
        **plain,
        "wordingHash": sealing.digest(said.wording) if said.wording else None,
        "recordedBy": said.recorded_by.to_mongo(),
        "recordedAt": now,
    }
    if own := keys.opens(key, contact_id):
        event["sealed"] = sealing.packed(own, told | {"origin": origin})
    return {name: value for name, value in event.items() if value is not None}
