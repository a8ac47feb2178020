"""A campaign stops itself where carriers filter its texts, or too many of those who get them leave.

Each is a share of the texts that have left, of all and of the latest alone, so that trouble late in
a long campaign is seen as well. A few are no share yet: one bad text of ten is chance.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain import outbox
from domain.model import Campaign, Message
from domain.model.campaign import RUNNING, STOPPED_BY_BREAKER
from domain.policy import Policy
from domain.rules.status import MessageStatus
from domain.services.campaigns.showing.stirring import stirred

FEWEST = 3
LATEST = timedelta(minutes=15)
LEFT = [
    str(one)
    for one in (
        MessageStatus.SENT,
        MessageStatus.DELIVERED,
        MessageStatus.UNDELIVERED,
        MessageStatus.FAILED,
    )
]
FILTERED = (
    "Carriers filtered {bad:,} of {all:,} texts{when} ({share:.0%}), more than the {most:g} % that "
    "you allow. Carriers dislike short links of others, sales words, and texts that do not say who "
    "writes: if it is the words, call it off and make a new one for those who have had nothing yet."
)
OPTED_OUT = (
    "{bad:,} of {all:,} people who got it opted out{when} ({share:.0%}), more than the {most:g} % "
    "that you allow. Look at whom it is for, and whether they expect it, before you resume it."
)
LATELY = " in the last quarter of an hour"
Raw = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of trouble: what marks a text, what to say, and what share of them is allowed."""

    mark: Raw
    told: str
    share: float


def stopped(found: Campaign, now: datetime, policy: Policy) -> bool:
    """Stop it if its figures say so, once; whether it is stopped now."""
    why = reason(found, now, policy)
    if why is None:
        return False
    change = outbox.closed("run")
    change["$set"] |= {"status": STOPPED_BY_BREAKER, "breakerReason": why} | stirred()
    own = {"_id": found.id, "status": RUNNING, "breakerSince": found.breaker_since}
    Campaign._get_collection().update_one(own, change | {"$inc": {"rev": 1}})
    return Campaign.objects(id=found.id, status=STOPPED_BY_BREAKER).first() is not None


def reason(found: Campaign, now: datetime, policy: Policy) -> str | None:
    """Why it should stop, in a sentence with the figures; None when all is well."""
    limits = policy.automation
    kinds = (
        Kind({"filtered": True}, FILTERED, limits.filtered_share),
        Kind({"leftAt": {"$exists": True}}, OPTED_OUT, limits.opt_out_share),
    )
    since = found.breaker_since
    spans = [(since, "")]
    if since is None or since < now - LATEST:
        spans.append((now - LATEST, LATELY))
    told = (_trouble(found, kind, span) for kind in kinds if kind.share for span in spans)
    return next(filter(None, told), None)


def _trouble(found: Campaign, kind: Kind, span: tuple[datetime | None, str]) -> str | None:
    since, when = span
    theirs: Raw = {"campaignId": found.id} | ({"createdAt": {"$gte": since}} if since else {})
    bad = _count(theirs | kind.mark)
    if bad < FEWEST:
        return None
    everybody = max(_count(theirs | {"status": {"$in": LEFT}}), bad)
    if bad <= kind.share * everybody:
        return None
    share, most = bad / everybody, kind.share * 100
    return kind.told.format(bad=bad, all=everybody, share=share, most=most, when=when)


def _count(match: Raw) -> int:
    return int(Message._get_collection().count_documents(match))
