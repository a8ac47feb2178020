"""The ledger of the version before: its events, in clear and by number, come into this one."""

from datetime import datetime
from functools import partial
from typing import Any

from bson import ObjectId
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from domain.model import Author, ConsentEvent, Contact, Number, NumberKey
from domain.rules.consent.privacy import is_hashed
from domain.services.consent import Statement, calling, keys, record, writing
from domain.services.ledger.pages import Raw, at_once

FORMER = "consentevents"
READABLE = {"phone": {"$type": "string"}}
NAMES = {
    "wordingVersion": "wording_version",
    "userAgent": "user_agent",
    "evidenceUrl": "evidence_url",
    "messageSid": "message_sid",
    "recordedFromIp": "recorded_from_ip",
}
TOLD = {*Statement.__dataclass_fields__} - {"recorded_by"}
LONGEST = 200


def is_behind() -> bool:
    """Whether there are events that this version cannot read yet."""
    return _old().find_one(READABLE, {"_id": 1}) is not None


def bring(now: datetime, longest: int = LONGEST) -> int:
    """Carry all of it over, number by number; how many events. Safe to end and to repeat.

    An event leaves its former place in the transaction that writes it to the new one.
    """
    done = 0
    while raw := _old().find_one(READABLE, {"phone": 1}):
        done += at_once(partial(_carried, phone=raw["phone"], now=now, longest=longest))
    return done + _uncallable(now)


def _old() -> Collection[Raw]:
    database: Any = ConsentEvent._get_collection().database
    found: Collection[Raw] = database[FORMER]
    return found


def _carried(session: ClientSession, phone: str, now: datetime, longest: int) -> int:
    """The oldest go before all that this version has written of the number."""
    match = {"phone": phone, "current": True}
    key = NumberKey._get_collection().find_one(match, session=session) or keys.blank(phone)
    theirs = {"number": key["_id"]}
    first = ConsentEvent._get_collection().find_one(theirs, session=session, sort=[("place", 1)])
    newest = _old().find({"phone": phone}, session=session).sort([("recordedAt", -1), ("_id", -1)])
    events = list(newest.limit(longest))
    place = first["place"] if first else 1
    for raw in events:
        key = keys.next_place(key, raw.get("contactId")) | {"place": key["place"]}
        event = _event(raw, key | {"place": place - 1})
        place -= _inserted(event, session)
    if is_hashed(phone) and first is None:
        key = keys.next_place(key, None)
        gone = Statement("erased", "other", now, level="none")
        event = writing.document(f"erased:{ObjectId()}", key, None, gone, now)
        _inserted(event, session)
    NumberKey._get_collection().bulk_write([keys.stored(key)], session=session)
    _old().delete_many({"_id": {"$in": [raw["_id"] for raw in events]}}, session=session)
    return len(events)


def _inserted(event: Raw, session: ClientSession) -> bool:
    """Whether it was not there yet: this version may have heard of the same."""
    same = {"origin": event["origin"]}
    if ConsentEvent._get_collection().find_one(same, {"_id": 1}, session=session):
        return False
    ConsentEvent._get_collection().insert_one(event, session=session)
    return True


def _event(raw: Raw, key: Raw) -> Raw:
    """The same event, under its own id, as it is stored now."""
    named = {NAMES.get(name, name): value for name, value in raw.items()}
    told = {name: value for name, value in named.items() if name in TOLD}
    by = Author._from_son(raw.get("recordedBy") or {})
    said = Statement(**{"level": "none"} | told, recorded_by=by)
    made = writing.document(raw["origin"], key, raw.get("contactId"), said, raw["recordedAt"])
    return made | {"_id": raw["_id"]}


def _uncallable(now: datetime) -> int:
    """What only the states and the contacts knew: who must not be called."""
    done = 0
    lacking = {"doNotCall": True, "dncAt": {"$exists": False}}
    said = Statement("do_not_call", "other", now, level="none")
    for raw in Number._get_collection().find(lacking):
        record(f"known:do_not_call/{raw['_id']}", raw["phone"], said, now)
        done += 1
    for contact in Contact._get_collection().find({"doNotCall": True}, {"phones": 1}):
        calling.mark(contact.get("phones", ()), Author(), now, on=True)
    return done
