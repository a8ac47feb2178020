"""A dry run: who would be texted and who not, what it costs, and when it will be over.

Nothing is made or changed. Everybody is judged as the campaign's own turns will judge them, by the
consent of now and the hours of its beginning; each is judged again when their text is made, and
when it leaves.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.errors import Conflict
from domain.model import Campaign
from domain.policy import Policy
from domain.rules import linting, pricing, segments
from domain.rules.analytics import forecast
from domain.rules.gate import Purpose
from domain.rules.hours import Hours, Place
from domain.rules.segments import Segments
from domain.services.campaigns.planning import drafting, heeding, surveying
from domain.services.campaigns.planning.judging import Ready
from domain.services.campaigns.planning.surveying import Exclusion, Survey
from domain.services.programs.previews import Preview as Sample

__all__ = ["Exclusion", "Preview", "Sample", "preview"]

BEGUN = "This campaign has begun."
COUNTS = "Its counts say how far it is, and its exclusions who was left out."


@dataclass(frozen=True)
class Preview:
    """`recipients` may be texted, `later` of them not at the beginning. `finishes_at` None: nobody.

    `samples`: the longest text, and some of the others. `warnings` are to be heeded, `notes` are
    good to know. `looked_at` stands for the campaign as it was judged.
    """

    recipients: int
    later: int
    exclusions: tuple[Exclusion, ...]
    segments: int
    price: Decimal
    price_unit: str
    finishes_at: datetime | None
    samples: tuple[Sample, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    looked_at: str


def preview(campaign_id: object, now: datetime, policy: Policy) -> Preview:
    """What would come of it if it were started now; NotFound, or Conflict once it has begun."""
    found = drafting.get(campaign_id)
    if found.started_at:
        raise Conflict(BEGUN, help=COUNTS)
    found.body = drafting.current(found)
    start = max(found.start_at or now, now)
    made = surveying.survey(found, start, policy)
    return Preview(
        recipients=made.recipients,
        later=made.later,
        exclusions=made.exclusions,
        segments=made.segments,
        price=pricing.estimate(made.segments, 0, policy.rates),
        price_unit=policy.rates.unit,
        finishes_at=_end(found, made, start, policy),
        samples=_samples(found, made, policy),
        warnings=heeding.warnings(found, made, policy),
        notes=heeding.notes(made, now),
        looked_at=drafting.stamp(found),
    )


def _end(found: Campaign, made: Survey, start: datetime, policy: Policy) -> datetime | None:
    """When the last text leaves, at the slower of the two paces, after those who go between."""
    if not made.waits:
        return None

    def opens(place: Place, at: datetime) -> datetime:
        consent = policy.consent
        hours = Hours(consent.rules, consent.hours, place, home=consent.zone)
        advertises = found.purpose == Purpose.MARKETING
        return (hours.advertising(at) if advertises else hours.ordinary(at)).at or at

    begins = start + heeding.delay(found, made, policy)
    return forecast.ends(begins, heeding.every(found, policy), made.waits, opens)


def _samples(found: Campaign, made: Survey, policy: Policy) -> tuple[Sample, ...]:
    shown = ([made.longest] if made.longest else []) + made.bodies
    alone = {body: (size, ready) for body, size, ready in shown}
    return tuple(
        _sample(found, body, size, ready, policy)
        for body, (size, ready) in list(alone.items())[: surveying.SHOWN]
    )


def _sample(found: Campaign, body: str, size: Segments, ready: Ready, policy: Policy) -> Sample:
    smart = segments.smart(body)
    concerns = linting.lint(body, found.purpose, policy.business_name, found.sender)
    return Sample(
        body=body,
        size=size,
        smart=smart,
        smart_size=segments.measure(smart),
        price=pricing.estimate(size.segments, 0, policy.rates),
        price_unit=policy.rates.unit,
        verdict=ready.verdict,
        warnings=tuple(one.message for one in concerns),
    )
