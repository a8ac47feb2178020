"""What campaigns cost and brought: their texts, the replies to them, and what was recorded.

A text that left costs what the carrier says, or until it says so what it should cost; so do texts
that came within a week after one. One that came after two campaigns is a cost of both.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bson import Decimal128, ObjectId

from domain.model import Message
from domain.policy import Policy
from domain.rules.pricing import Rates
from domain.rules.status import MessageStatus
from domain.services.campaigns.sending.echoes import WITHIN
from domain.services.campaigns.showing import counting
from domain.services.people import values

Raw = Mapping[str, Any]
NOTHING = Decimal(0)
UNKNOWN = "The carrier gives no reason."
PARTS = ("cost", "value", "failures", "clicks")
PAID = [str(one) for one in (*counting.SENT, MessageStatus.UNDELIVERED)]
FAILED = [str(one) for one in counting.FAILED]


@dataclass(frozen=True)
class Failure:
    """Texts that failed for one reason: the carrier's code if it gave one, and a sentence."""

    code: int | None
    reason: str
    count: int


@dataclass(frozen=True)
class Results:
    """Money in the unit of the prices; `roi` is what came back for each unit, None for no cost."""

    cost: Decimal = NOTHING
    value: Decimal = NOTHING
    failed: tuple[Failure, ...] = ()
    clicks: int = 0

    @property
    def roi(self) -> float | None:
        """The return on what it cost: 1.0 is twice the cost brought back."""
        return float((self.value - self.cost) / self.cost) if self.cost else None

    @property
    def failures(self) -> Mapping[str, int]:
        """How many failed, by the sentence, most first."""
        found: dict[str, int] = defaultdict(int)
        for one in self.failed:
            found[one.reason] += one.count
        return found


def of(
    campaigns: Sequence[Raw], policy: Policy, parts: Collection[str] = PARTS
) -> dict[ObjectId, Results]:
    """Those parts of it for each of these raw campaigns, in a few commands for all."""
    ids = [one["_id"] for one in campaigns]
    spent = costs(ids, policy.rates) if "cost" in parts else {}
    brought = values.of_campaigns(ids) if "value" in parts else {}
    broken = failures(ids) if "failures" in parts else {}
    clicks = counting.marked(ids, "clickedAt") if "clicks" in parts else {}
    return {
        own: Results(
            spent.get(own, NOTHING),
            brought.get(own, NOTHING),
            tuple(broken.get(own, ())),
            clicks.get(own, 0),
        )
        for own in ids
    }


def costs(ids: Sequence[ObjectId], rates: Rates) -> dict[ObjectId, Decimal]:
    """What their texts and the replies cost."""
    theirs = {"campaignId": {"$in": list(ids)}}
    out = _sums([{"$match": theirs | {"status": {"$in": PAID}}}, *_priced("$$ROOT", rates.segment)])
    back = _sums([*_replies(theirs), *_priced("$reply", rates.inbound)])
    return {own: out.get(own, NOTHING) + back.get(own, NOTHING) for own in ids}


def failures(ids: Sequence[ObjectId]) -> dict[ObjectId, list[Failure]]:
    """Why their texts failed, the most frequent reason first."""
    match = {"campaignId": {"$in": list(ids)}, "status": {"$in": FAILED}}
    why = {"campaign": "$campaignId", "code": "$errorCode", "reason": "$errorMessage"}
    group = {"$group": {"_id": why, "count": {"$sum": 1}}}
    found: dict[ObjectId, list[Failure]] = defaultdict(list)
    for row in Message._get_collection().aggregate([{"$match": match}, group]):
        key = row["_id"]
        one = Failure(key.get("code"), key.get("reason") or UNKNOWN, row["count"])
        found[key["campaign"]].append(one)
    return {own: sorted(ones, key=_rank) for own, ones in found.items()}


def _rank(one: Failure) -> tuple[int, int, str]:
    return (-one.count, one.code or 0, one.reason)


def _replies(theirs: dict[str, Any]) -> list[dict[str, Any]]:
    """Texts that came in a conversation within a week after theirs."""
    until = {"$dateAdd": {"startDate": "$createdAt", "unit": "day", "amount": WITHIN.days}}
    within = [
        {"$gte": ["$createdAt", "$$since"]},
        {"$lte": ["$createdAt", "$$until"]},
    ]
    lookup = {
        "from": Message._get_collection().name,
        "localField": "threadId",
        "foreignField": "threadId",
        "let": {"since": "$createdAt", "until": until},
        "pipeline": [
            {"$match": {"direction": "inbound", "$expr": {"$and": within}}},
            {"$project": {"price": 1, "segments": 1}},
        ],
        "as": "reply",
    }
    answered = [
        {"$match": theirs | {field: {"$exists": True}}} for field in ("repliedAt", "leftAt")
    ]
    few = {"$project": {"campaignId": 1, "threadId": 1, "createdAt": 1}}
    both = {"$unionWith": {"coll": Message._get_collection().name, "pipeline": [answered[1], few]}}
    alone = {"$group": {"_id": "$_id", **{one: {"$first": f"${one}"} for one in few["$project"]}}}
    return [answered[0], few, both, alone, {"$lookup": lookup}, {"$unwind": "$reply"}]


def _priced(text: str, each: Decimal) -> list[dict[str, Any]]:
    """Their sum: what the carrier took, else what so many segments cost."""
    field = "$" if text == "$$ROOT" else f"{text}."
    guess = {"$multiply": [{"$max": [f"{field}segments", 1]}, Decimal128(each)]}
    price = {"$ifNull": [{"$abs": {"$toDecimal": f"{field}price"}}, guess]}
    return [{"$group": {"_id": "$campaignId", "cost": {"$sum": price}}}]


def _sums(steps: list[dict[str, Any]]) -> dict[ObjectId, Decimal]:
    rows = Message._get_collection().aggregate(steps)
    return {row["_id"]: row["cost"].to_decimal() for row in rows}
