"""What a text would be and cost, and whether it may be sent; nothing is made or changed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.errors import DomainError
from domain.policy import Policy
from domain.rules import pricing, segments
from domain.rules.gate import Verdict
from domain.rules.segments import Segments
from domain.services.programs import drafts, sending
from domain.services.programs.drafts import Draft


@dataclass(frozen=True)
class Preview:
    """`smart` is the body with typographic marks made plain, `smart_size` what that would take."""

    body: str
    size: Segments
    smart: str
    smart_size: Segments
    price: Decimal
    price_unit: str
    verdict: Verdict


def preview(
    draft: Draft, now: datetime, policy: Policy, rates: pricing.Rates | None = None
) -> Preview:
    """The draft as it would leave now; InvalidInput or NotFound when it means nobody."""
    verdict = sending.ask(
        sending.addressee(draft, policy), draft.purpose, draft.author, now, policy
    )
    size, smart = segments.measure(draft.body), segments.smart(draft.body)
    rates = rates or policy.rates
    return Preview(
        body=draft.body,
        size=size,
        smart=smart,
        smart_size=segments.measure(smart),
        price=pricing.estimate(size.segments, len(draft.media), rates),
        price_unit=rates.unit,
        verdict=_fit(draft, verdict, now, policy),
    )


def _fit(draft: Draft, verdict: Verdict, now: datetime, policy: Policy) -> Verdict:
    """A text that no carrier would take may not be sent either."""
    try:
        drafts.tidied(draft, now, policy.region)
    except DomainError as error:
        return Verdict(False, ("unfit",), error.code, error.message) if verdict.allowed else verdict
    return verdict
