"""Who gets nothing of campaigns that have begun, and why: grouped, for several at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from domain.model import Message, Noun, Recipient
from domain.model.campaign import CANCELED, EXCLUDED, WAITING
from domain.services.campaigns.sending.steering import CALLED_OFF
from domain.services.campaigns.showing.counting import LEFT_OUT

Raw = Mapping[str, Any]
SAMPLE = 3
BACK = "CONFLICT"
"""The code of a text that was called back, for which nobody refused it."""


@dataclass(frozen=True)
class Group:
    """Those who were left out for one reason; the ids of a few of them."""

    code: str
    reason: str
    count: int
    contact_ids: tuple[ObjectId, ...]


def grouped(campaigns: Sequence[Raw]) -> dict[ObjectId, list[Group]]:
    """The groups of each of these raw campaigns, the largest first: all that counts as excluded."""
    ids = [one["_id"] for one in campaigns]
    called_off = [one["_id"] for one in campaigns if one["status"] == CANCELED]
    found: dict[ObjectId, list[Group]] = defaultdict(list)
    _add(found, Recipient, {"campaignId": {"$in": ids}, "state": EXCLUDED}, "$code", "$reason")
    withdrawn = {"campaignId": {"$in": ids}, "status": {"$in": [str(one) for one in LEFT_OUT]}}
    code = {"$ifNull": ["$decision.code", BACK]}
    _add(found, Message, withdrawn, code, {"$ifNull": ["$errorMessage", CALLED_OFF]})
    waiting = {"campaignId": {"$in": called_off}, "state": WAITING}
    _add(found, Recipient, waiting, {"$literal": BACK}, {"$literal": CALLED_OFF})
    return {own: sorted(found[own], key=lambda one: -one.count) for own in ids}


def _add(
    found: dict[ObjectId, list[Group]], noun: type[Noun], match: Raw, code: Any, reason: Any
) -> None:
    key = {"campaign": "$campaignId", "code": code, "reason": reason}
    few = {"$firstN": {"input": "$contactId", "n": SAMPLE}}
    group = {"$group": {"_id": key, "count": {"$sum": 1}, "few": few}}
    for row in noun._get_collection().aggregate([{"$match": dict(match)}, group]):
        own = row["_id"]
        few_ = tuple(filter(None, row["few"]))
        group_ = Group(own.get("code") or BACK, own.get("reason") or "", row["count"], few_)
        found[own["campaign"]].append(group_)
