"""What a text would be and cost, and whether it may be sent; nothing is made or changed."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from domain.errors import DomainError
from domain.policy import Policy
from domain.rules import linting, pricing, segments
from domain.rules.gate import Verdict
from domain.rules.segments import Segments
from domain.services import compose, links, optout
from domain.services.automation import filling
from domain.services.programs import drafts, sending, settling
from domain.services.programs.drafts import Draft


@dataclass(frozen=True)
class Preview:
    """`smart` is the body with typographic marks made plain, `smart_size` what that would take.

    Variables that are `missing` stand in the body in braces. `send_at`: when it would leave.
    """

    body: str
    size: Segments
    smart: str
    smart_size: Segments
    price: Decimal
    price_unit: str
    verdict: Verdict
    warnings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    send_at: datetime | None = None


def preview(
    draft: Draft, now: datetime, policy: Policy, rates: pricing.Rates | None = None
) -> Preview:
    """The draft as it would leave; InvalidInput or NotFound when it means nobody."""
    whom = sending.addressee(draft, policy)
    draft, missing = settling.tried(draft, whom.phone, whom.contact_id)
    verdict = sending.judged(whom, draft, now, policy)
    body, verdict = _fit(draft, whom.phone, verdict, now, policy)
    if missing and not verdict.refused:
        verdict = _unfit(filling.lacking(missing))
    size, smart = segments.measure(body), segments.smart(body)
    rates = rates or policy.rates
    return Preview(
        body=body,
        size=size,
        smart=smart,
        smart_size=segments.measure(smart),
        price=pricing.estimate(size.segments, len(draft.media), rates),
        price_unit=rates.unit,
        verdict=verdict,
        warnings=_warned(body, draft.purpose, policy, whom.sender),
        missing=missing,
        send_at=draft.send_at,
    )


def _fit(
    draft: Draft, phone: str, verdict: Verdict, now: datetime, policy: Policy
) -> tuple[str, Verdict]:
    """The words as they would leave; a text that no carrier would take may not be sent either."""
    try:
        drafts.tidied(replace(draft, wording=None), now, policy.region)
        drafts.check_ahead(draft.send_at, now)
        body = draft.body
        if draft.shorten:
            body = links.measured(body, policy)
            compose.check_body(body, draft.media)
        return optout.worded(body, phone, draft.purpose, policy), verdict
    except DomainError as error:
        return draft.body, verdict if verdict.refused else _unfit(error)


def _unfit(error: DomainError) -> Verdict:
    return Verdict(False, ("unfit",), error.code, error.message)


def _warned(body: str, purpose: str, policy: Policy, sender: str) -> tuple[str, ...]:
    found = linting.lint(body, purpose, policy.business_name, sender)
    return tuple(one.message for one in found)
