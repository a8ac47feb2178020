"""Documents of an earlier version get what this one finds them by; safe to end and to repeat."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from domain.model import Contact, Message, Noun
from domain.rules.search import spoken
from domain.services.ledger import former
from domain.services.people import contacts

Raw = dict[str, Any]
BATCH = 500


def is_behind() -> bool:
    """Whether something must be brought up to date before anybody may read it."""
    return former.is_behind()


def complete(now: datetime) -> int:
    """How many documents lacked something; what was never adopted is left to `adopt`.

    The ledger comes first: whoever reads it reads all of it.
    """
    carried = former.bring(now)
    unnamed = {"names": {"$exists": False}, "terms": {"$exists": True}}
    unspoken = {"words": {"$exists": False}, "position": {"$exists": True}}
    return carried + _filled(Contact, unnamed, _person) + _filled(Message, unspoken, _text)


def _person(raw: Raw) -> Raw:
    return contacts.found_by(Contact._from_son(raw))


def _text(raw: Raw) -> Raw:
    return {"words": spoken(raw.get("body"))}


def _filled(noun: type[Noun], lacking: Raw, fields: Callable[[Raw], Raw]) -> int:
    """Nothing of it can be seen, so `rev` stays; each batch is one command."""
    collection, done = noun._get_collection(), 0
    while batch := list(collection.find(lacking).limit(BATCH)):
        updates = [UpdateOne({"_id": raw["_id"]}, {"$set": fields(raw)}) for raw in batch]
        done += collection.bulk_write(updates, ordered=False).matched_count
    return done
