"""The other program's indexes make room for ours."""

from domain.model import Contact, Message
from domain.model.indexes import surveyed
from domain.services.adoption.report import Report

SIDS = "twilioMessageSid"
KEPT_AS = "otherSids"


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
    texts = Message._get_collection()
    texts.update_many({SIDS: {"$in": [None, ""]}}, {"$unset": {SIDS: ""}})
    _part_twins()
    # A text that comes again from the carrier must be known by its id.
    texts.update_many({"origin": {"$exists": False}}, [{"$set": {"origin": _ORIGIN}}])


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
