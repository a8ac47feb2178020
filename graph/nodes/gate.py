"""Verdicts, previews and what is known of a number."""

from collections.abc import Sequence

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
        missing_variables=[],
        decision=verdict(made.verdict),
    )


def verdict(said: Verdict) -> GateDecision:
    """The gate's answer of this moment."""
    no = None if said.allowed else problem(said.code or "", said.message or "", help=said.help)
    return _judged(said.allowed, no, said.reasons, said.rules_version)


def decision(raw: Raw | None, help: str | None) -> GateDecision | None:
    """The gate's answer as a message keeps it."""
    if not raw:
        return None
    allowed = bool(raw.get("allowed"))
    no = None if allowed else problem(raw.get("code") or "", raw.get("message") or "", help=help)
    return _judged(allowed, no, raw.get("reasons") or (), raw.get("rulesVersion") or RULES_VERSION)


def _judged(
    allowed: bool, no: Problem | None, reasons: Sequence[str], version: str
) -> GateDecision:
    return GateDecision(
        allowed=allowed,
        problem=no,
        earliest=None,
        needs_confirmation=False,
        reasons=list(reasons),
        rules_version=version,
    )
