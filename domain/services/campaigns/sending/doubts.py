"""News that may stop a campaign is counted when it comes, and weighed before its next text leaves.

Whoever hears the news only counts it; whoever is about to make or send a text of the campaign and
finds a doubt that nobody has weighed looks at the figures (`breaking`). A crash in between leaves
the doubt where it is, and weighing it twice comes to the same.
"""

from datetime import datetime

from domain.model import Campaign
from domain.model.campaign import RUNNING, STOPPED_BY_BREAKER
from domain.policy import Policy
from domain.services.campaigns.sending import breaking

NEEDED = ("status", "doubts", "weighed", "breaker_since", "unsure_since")


def raised(campaign_id: object) -> None:
    """A text of it was filtered, or somebody who got one opted out. Nobody sees it change."""
    Campaign._get_collection().update_one({"_id": campaign_id}, {"$inc": {"doubts": 1}})


def weighed(found: Campaign, now: datetime, policy: Policy) -> str:
    """Its status, once all doubts are weighed: stopped if they are well founded."""
    if found.status != RUNNING or found.doubts == found.weighed:
        return found.status
    if breaking.stopped(found, now, policy):
        return STOPPED_BY_BREAKER
    mine = {"_id": found.id, "weighed": {"$lt": found.doubts}}
    Campaign._get_collection().update_one(mine, {"$set": {"weighed": found.doubts}})
    return found.status
