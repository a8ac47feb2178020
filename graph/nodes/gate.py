"""Verdicts, previews and what is known of a number."""

from datetime import datetime

from domain.rules.gate import RULES_VERSION, Verdict
from domain.rules.phone import PhoneFacts
from domain.services.programs.previews import Preview
from graph import enums
from graph.nodes.stored import Raw
from graph.problems import Problem, problem
from graph.scalars import Phone
from graph.types.gate import GateDecision, MessagePreview, PhoneInfo


def phone_info(facts: PhoneFacts) -> PhoneInfo:
    """A number as typed, formatted and checked."""
    return PhoneInfo(
        valid=facts.valid,
        e164=Phone(facts.e164) if facts.e164 else None,
        national=facts.national,
        country=facts.country,
        kind=facts.kind,
        timezones=list(facts.timezones),
        problem=problem("INVALID_PHONE", facts.problem) if facts.problem else None,
    )


def message_preview(made: Preview) -> MessagePreview:
    """A text that was not sent."""
    return MessagePreview(
        body=made.body,
        units=made.size.units,
        segments=made.size.segments,
        encoding=enums.Encoding(made.size.encoding.value),
        unicode_culprits=list(made.size.culprits),
        smart_body=made.smart,
        smart_segments=made.smart_size.segments,
        estimated_price=made.price,
        price_unit=made.price_unit,
        missing_variables=list(made.missing),
        decision=verdict(made.verdict),
        warnings=list(made.warnings),
        send_at=made.send_at,
    )


def verdict(said: Verdict) -> GateDecision:
    """The gate's answer of this moment."""
    no = _no(said.code, said.message, said.help, said.earliest)
    return GateDecision(
        allowed=said.allowed,
        problem=None if said.allowed else no,
        earliest=said.earliest,
        needs_confirmation=said.needs_confirmation,
        reasons=list(said.reasons),
        rules_version=said.rules_version,
    )


def decision(raw: Raw | None, help: str | None) -> GateDecision | None:
    """The gate's answer as a message keeps it."""
    if not raw:
        return None
    allowed = bool(raw.get("allowed"))
    no = _no(raw.get("code"), raw.get("message"), help, raw.get("earliest"))
    return GateDecision(
        allowed=allowed,
        problem=None if allowed else no,
        earliest=raw.get("earliest"),
        needs_confirmation=bool(raw.get("needsConfirmation")),
        reasons=list(raw.get("reasons") or ()),
        rules_version=raw.get("rulesVersion") or RULES_VERSION,
    )


def _no(
    code: str | None, message: str | None, help: str | None, earliest: datetime | None
) -> Problem:
    return problem(code or "", message or "", help=help, retry_at=earliest)
