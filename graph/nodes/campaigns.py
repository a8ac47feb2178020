"""Campaigns as the API shows them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.policy import Policy
from domain.services import linting
from domain.services.campaigns.planning.previewing import Preview
from domain.services.campaigns.showing.counting import Counts
from domain.services.campaigns.showing.results import Results
from graph import enums
from graph.enums import known
from graph.nodes.gate import message_preview
from graph.nodes.people import sender
from graph.nodes.stored import Raw, identity
from graph.scalars import Phone
from graph.types.campaign import (
    Campaign,
    CampaignCounts,
    CampaignPreview,
    ExcludedRecipient,
    Exclusion,
    FailureCount,
)
from graph.types.contact import Contact
from graph.types.people import Actor
from graph.types.template import Template

UNCOUNTED = Counts(0, 0, 0, 0, 0, 0, 0, 0, 0)
"""Where nobody asks for the counts."""
UNMEASURED = Results()


def campaign(
    raw: Raw,
    policy: Policy,
    template: Template | None,
    author: Actor,
    counts: Counts | None,
    came: Results = UNMEASURED,
    left: Sequence[Exclusion] = (),
) -> Campaign:
    """A campaign, without its texts; `came` of it that, and these were `left` out."""
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
        cost=came.cost,
        value=came.value,
        roi=came.roi,
        failures=[
            FailureCount(error_code=one.code, reason=one.reason, count=one.count)
            for one in came.failed
        ],
        exclusions=list(left),
        breaker_reason=raw.get("breakerReason"),
        program_name=raw.get("programName"),
        frequency=raw.get("frequency"),
        terms_url=raw.get("termsUrl"),
        privacy_url=raw.get("privacyUrl"),
        created_by=author,
        created_at=raw["createdAt"],
        started_at=raw.get("startedAt"),
        finished_at=raw.get("finishedAt"),
        tags=list(raw.get("tags") or ()),
        shorten_links=raw.get("shorten", True),
        warnings=_warned(raw, policy),
        pages={},
    )


def exclusion(code: str, reason: str, count: int, sample: Iterable[Contact]) -> Exclusion:
    """Those who get nothing for one reason."""
    return Exclusion(reason=_code(code), message=reason, count=count, sample=list(sample))


def excluded(raw: Raw, contact: Contact | None) -> ExcludedRecipient:
    """Somebody on the list."""
    return ExcludedRecipient(
        phone=Phone(raw["phone"]),
        contact=contact,
        reason=_code(raw.get("code") or ""),
        message=raw.get("reason") or "",
    )


def campaign_preview(made: Preview, now: datetime, left: Iterable[Exclusion]) -> CampaignPreview:
    """A dry run."""
    return CampaignPreview(
        recipients=made.recipients,
        later=made.later,
        exclusions=list(left),
        segments=made.segments,
        estimated_price=made.price,
        price_unit=made.price_unit,
        finishes_at=made.finishes_at or now,
        samples=[message_preview(one) for one in made.samples],
        warnings=list(made.warnings),
        notes=list(made.notes),
    )


def _code(code: str) -> enums.ProblemCode:
    return known(enums.ProblemCode, code, enums.ProblemCode.INVALID_INPUT)


def _warned(raw: Raw, policy: Policy) -> list[str]:
    found = linting.concerns(raw["body"], raw["purpose"], policy, raw["sender"])
    return [one.message for one in found]
