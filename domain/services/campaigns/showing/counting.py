"""How far campaigns are, counted anew from their lists and texts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from domain.model import Message, Noun, Recipient
from domain.model.campaign import CANCELED, EXCLUDED, WAITING
from domain.rules.status import MessageStatus

Raw = Mapping[str, Any]
LEFT_OUT = (MessageStatus.REFUSED, MessageStatus.CANCELED)
SENT = (MessageStatus.SENT, MessageStatus.DELIVERED)
FAILED = (MessageStatus.FAILED, MessageStatus.UNDELIVERED)


@dataclass(frozen=True)
class Counts:
    """Everybody of the audience is excluded, queued, sent or failed; who has it was sent it too."""

    audience: int
    excluded: int
    queued: int
    sent: int
    delivered: int
    failed: int
    replies: int
    opt_outs: int
    clicks: int = 0


def counted(campaigns: Sequence[Raw]) -> dict[ObjectId, Counts]:
    """The counts of each of these raw campaigns, in a few commands for all."""
    ids = [one["_id"] for one in campaigns]
    listed, texts = _by(Recipient, ids, "state"), _by(Message, ids, "status")
    seen = [marked(ids, field) for field in ("repliedAt", "leftAt", "clickedAt")]
    return {
        one["_id"]: _counts(
            one["status"] == CANCELED,
            listed[one["_id"]],
            texts[one["_id"]],
            *(found.get(one["_id"], 0) for found in seen),
        )
        for one in campaigns
    }


def _counts(
    canceled: bool,
    listed: Mapping[str, int],
    texts: Mapping[str, int],
    replies: int,
    left: int,
    clicks: int,
) -> Counts:
    waiting = listed.get(WAITING, 0)
    withdrawn, sent, failed = (
        sum(texts.get(str(status), 0) for status in kinds) for kinds in (LEFT_OUT, SENT, FAILED)
    )
    under_way = sum(texts.values()) - withdrawn - sent - failed
    return Counts(
        audience=sum(listed.values()),
        excluded=listed.get(EXCLUDED, 0) + withdrawn + (waiting if canceled else 0),
        queued=under_way + (0 if canceled else waiting),
        sent=sent,
        delivered=texts.get(str(MessageStatus.DELIVERED), 0),
        failed=failed,
        replies=replies,
        opt_outs=left,
        clicks=clicks,
    )


def _by(noun: type[Noun], ids: Sequence[ObjectId], field: str) -> Mapping[ObjectId, dict[str, int]]:
    """How many of each campaign have each value of a field, read from an index alone."""
    key = {"campaign": "$campaignId", "value": f"${field}"}
    rows = noun._get_collection().aggregate(
        [
            {"$match": {"campaignId": {"$in": list(ids)}}},
            {"$project": {"_id": 0, "campaignId": 1, field: 1}},
            {"$group": {"_id": key, "count": {"$sum": 1}}},
        ]
    )
    found: dict[ObjectId, dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row["_id"]["campaign"]][row["_id"]["value"]] = row["count"]
    return found


def marked(ids: Sequence[ObjectId], field: str) -> dict[ObjectId, int]:
    """How many of each campaign's texts were followed by that."""
    match = {"campaignId": {"$in": list(ids)}, field: {"$exists": True}}
    count = {"$group": {"_id": "$campaignId", "count": {"$sum": 1}}}
    rows = Message._get_collection().aggregate([{"$match": match}, count])
    return {row["_id"]: row["count"] for row in rows}
