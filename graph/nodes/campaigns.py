"""Campaigns as the API shows them."""

from domain.policy import Policy
from domain.services import linting
from domain.services.campaigns.counting import Counts
from graph import enums
from graph.enums import known
from graph.nodes.people import sender
from graph.nodes.stored import Raw, identity
from graph.types.campaign import Campaign, CampaignCounts
from graph.types.people import Actor
from graph.types.template import Template

UNCOUNTED = Counts(0, 0, 0, 0, 0, 0, 0, 0, 0)
"""Where nobody asks for the counts."""


def campaign(
    raw: Raw, policy: Policy, template: Template | None, author: Actor, counts: Counts | None
) -> Campaign:
    """A campaign, without its texts."""
    return Campaign(
        id=identity(raw),
        name=raw["name"],
        status=known(enums.CampaignStatus, raw["status"], enums.CampaignStatus.DRAFT),
        template=template,
        body=raw["body"],
        purpose=known(enums.Purpose, raw["purpose"], enums.Purpose.MARKETING),
        sender=sender({"sender": raw["sender"]}, policy),
        start_at=raw.get("startAt"),
        per_minute=raw["perMinute"],
        counts=CampaignCounts(**vars(counts or UNCOUNTED)),
        created_by=author,
        created_at=raw["createdAt"],
        started_at=raw.get("startedAt"),
        finished_at=raw.get("finishedAt"),
        tags=list(raw.get("tags") or ()),
        shorten_links=raw.get("shorten", True),
        warnings=_warned(raw, policy),
        pages={},
    )


def _warned(raw: Raw, policy: Policy) -> list[str]:
    found = linting.concerns(raw["body"], raw["purpose"], policy, raw["sender"])
    return [one.message for one in found]
