"""The other program's indexes make room for ours."""

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from bson import ObjectId
from mongoengine import get_connection
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from domain.model import Contact, Message, Noun
from domain.model.indexes import surveyed
from domain.rules.legacy.shapes import ASIDE
from domain.services.adoption.report import Report

SIDS = "twilioMessageSid"
KEPT_AS = "otherSids"
OURS = "^(twilio|adopted):"
FOREIGN: Mapping[type[Noun], dict[str, Any]] = MappingProxyType(
    {Contact: {"terms": {"$exists": False}}, Message: {"position": {"$exists": False}}}
)


def survey(report: Report) -> None:
    """Which indexes stand in the way."""
    for noun in (Contact, Message):
        found = surveyed(noun._get_collection(), noun.INDEXES)
        report.indexes += [f"{found.collection.name}.{name}" for name in found.clashing]


def clear_way() -> None:
    """Take away what stands in the way, and what our unique indexes would stumble over."""
    for noun in (Contact, Message):
        collection = noun._get_collection()
        for name in surveyed(collection, noun.INDEXES).clashing:
            collection.drop_index(name)
        _identify(collection)
        strange = {"origin": {"$exists": True, "$not": {"$regex": OURS}}, **FOREIGN[noun]}
        collection.update_many(strange, {"$rename": {"origin": f"{ASIDE}.origin"}})
    texts = Message._get_collection()
    texts.update_many({SIDS: {"$in": [None, ""]}}, {"$unset": {SIDS: ""}})
    _part_twins()
    # A text that comes again from the carrier must be known by its id.
    texts.update_many({"origin": {"$exists": False}}, [{"$set": {"origin": _ORIGIN}}])


def _identify(collection: Collection[dict[str, Any]]) -> None:
    """Documents whose id is none of ours get one, always the same; theirs is kept."""
    for raw in collection.find({"_id": {"$not": {"$type": "objectId"}}}):
        own = ObjectId(sha256(repr(raw["_id"]).encode()).digest()[:12])
        kept = {ASIDE: {"_id": raw["_id"]}} | raw | {"_id": own}
        with get_connection().start_session() as session:
            session.with_transaction(
                lambda txn, old=raw, new=kept: _replace(collection, old, new, txn)
            )


def _replace(
    collection: Collection[dict[str, Any]],
    old: dict[str, Any],
    new: dict[str, Any],
    session: ClientSession,
) -> None:
    collection.delete_one({"_id": old["_id"]}, session=session)
    collection.insert_one(new, session=session)


_INBOUND = {"$eq": [{"$substrCP": [{"$toLower": {"$ifNull": ["$direction", ""]}}, 0, 2]}, "in"]}
_ORIGIN = {
    "$cond": [
        {"$and": [_INBOUND, {"$ne": [{"$type": f"${SIDS}"}, "missing"]}]},
        {"$concat": ["twilio:", {"$toString": f"${SIDS}"}]},
        {"$concat": ["adopted:", {"$toString": "$_id"}]},
    ]
}


def _part_twins() -> None:
    """Of texts with one carrier's id only the first keeps it; a unique index did so before."""
    texts = Message._get_collection()
    twins = texts.aggregate(
        [
            {"$match": {SIDS: {"$exists": True}}},
            {"$group": {"_id": f"${SIDS}", "ids": {"$push": "$_id"}, "n": {"$sum": 1}}},
            {"$match": {"n": {"$gt": 1}}},
        ],
        allowDiskUse=True,
    )
    for twin in twins:
        for own in sorted(twin["ids"])[1:]:
            change = {"$unset": {SIDS: ""}, "$set": {KEPT_AS: [twin["_id"]]}}
            texts.update_one({"_id": own}, change)
