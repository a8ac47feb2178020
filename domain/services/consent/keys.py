"""Numbers by the ids under which the ledger knows them."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument, UpdateOne
from pymongo.client_session import ClientSession

from domain.model import NumberKey
from domain.rules import sealing

Raw = dict[str, Any]


def current(phone: str) -> ObjectId | None:
    """The id under which events of that number are written now; None if there are none yet."""
    found = NumberKey._get_collection().find_one({"phone": phone, "current": True}, {"_id": 1})
    return found["_id"] if found else None


def of(phones: Iterable[str]) -> list[Raw]:
    """All that these numbers have or had, the oldest first."""
    wanted = {"phone": {"$in": list(phones)}}
    # They are few: sorted here, the server has no reason to walk all of them in their order.
    return sorted(NumberKey._get_collection().find(wanted), key=itemgetter("_id"))


def by_id(ids: Iterable[ObjectId]) -> dict[ObjectId, Raw]:
    """The same by their ids."""
    found = NumberKey._get_collection().find({"_id": {"$in": list(ids)}})
    return {raw["_id"]: raw for raw in found}


def taken(phone: str, contact_id: ObjectId | None, session: ClientSession) -> Raw:
    """The number's document with the place of its next event, made if need be.

    Whoever writes of the same number at the same time has to wait: both go by its `place`.
    """
    own = f"keys.{owner(contact_id)}"
    change = {
        "rev": {"$ifNull": ["$rev", 1]},
        "place": {"$add": [{"$ifNull": ["$place", 0]}, 1]},
        own: {"$ifNull": [f"${own}", sealing.fresh()]},
    }
    found: Raw = NumberKey._get_collection().find_one_and_update(
        {"phone": phone, "current": True},
        [{"$set": change}],
        upsert=True,
        return_document=ReturnDocument.AFTER,
        session=session,
    )
    return found


def owner(contact_id: ObjectId | None) -> str:
    """Under which name the key of that person is kept."""
    return str(contact_id or "nobody")


def opens(key: Raw, contact_id: ObjectId | None) -> bytes | None:
    """What opens the events of that person; None once they are forgotten."""
    found: bytes | None = (key.get("keys") or {}).get(owner(contact_id))
    return found


def blank(phone: str) -> Raw:
    """The document of a number of which nothing was said yet, not stored."""
    return {"_id": ObjectId(), "rev": 1, "phone": phone, "current": True, "place": 0, "keys": {}}


def next_place(key: Raw, contact_id: ObjectId | None) -> Raw:
    """What `taken` does, with a document at hand that is stored later."""
    own = {owner(contact_id): opens(key, contact_id) or sealing.fresh()}
    return key | {"place": key["place"] + 1, "keys": (key.get("keys") or {}) | own}


def stored(key: Raw) -> UpdateOne:
    """The write by which that document is there.

    What others have written of the number meanwhile makes the whole transaction run again.
    """
    match = {"phone": key["phone"], "current": True}
    now = {"place": key["place"], "keys": key["keys"]}
    return UpdateOne(
        match, {"$set": now, "$setOnInsert": {"_id": key["_id"], "rev": 1}}, upsert=True
    )


def named(origin: str, phone: str, own: object) -> str:
    """What an origin is stored as: a digest that even who tries all numbers cannot undo."""
    return sealing.digest(origin.replace(phone, str(own)))
