"""Whether a text in a form may be sent, in the words that stand below it."""

from dataclasses import dataclass
from datetime import datetime

from bot.views.compose import Night
from domain.policy import Policy
from domain.rules import phone
from domain.rules.gate import Verdict
from domain.services import clocks, deferral, initiating, night
from domain.services.programs import previews, sending
from domain.services.programs.drafts import Draft

AWAITS, WAITS, NIGHT = "⚠️", "⏳", "🌙"
UNLESS = "It will not leave then unless they write again:"
REASONS = {"wrote_recently": "they wrote recently", "opted_in": "they agreed to texts"}


@dataclass(frozen=True)
class Judged:
    """What is to be said of it; `night`: a person may let it leave all the same.

    `put_off`: it leaves later than it was planned.
    """

    said: str = ""
    night: Night | None = None
    put_off: bool = False


def judged(draft: Draft, now: datetime, policy: Policy) -> Judged:
    """The gate's word on the draft as it stands; an empty one may still be written."""
    draft = initiating.addressed(draft, policy)
    whom, at = sending.addressee(draft, policy), draft.send_at or now
    seen = previews.preview(draft, now, policy, policy.rates).verdict
    if seen.code == "MESSAGE_EMPTY" and not draft.body:
        seen = sending.judged(whom, draft, now, policy)
    if seen.refused:
        return Judged(no(seen.message, seen.help))
    if seen.earliest and seen.deferred:
        return _put_off(draft, seen, seen.earliest, now, policy)
    then = sending.ask(whom, draft.purpose, draft.author, at, policy)
    if then.refused:
        return Judged(f"{AWAITS} {UNLESS} {then.message}")
    return Judged(_yes(then, whom.sender))


def no(message: str | None, help_: str | None) -> str:
    """Why it cannot be sent."""
    return " ".join(filter(None, ("❗ Cannot be sent.", message, help_)))


def _put_off(
    draft: Draft, seen: Verdict, earliest: datetime, now: datetime, policy: Policy
) -> Judged:
    """It is a bad hour: whether a person may say so all the same, or when it will leave."""
    person = initiating.person(draft, policy.region)
    if seen.needs_confirmation:
        clock = clocks.short(earliest, person.zone, draft.author, policy)
        told = night.told(person.name, person.zone, seen, now)
        return Judged(f"{NIGHT} {told}", Night(earliest, clock))
    when = clocks.whole(earliest, person.zone, draft.author, policy)
    return Judged(f"{WAITS} {deferral.told(when, seen)}", put_off=True)


def _yes(verdict: Verdict, sender: str) -> str:
    why = next((REASONS[one] for one in verdict.reasons if one in REASONS), "")
    return f"✅ May be sent{f': {why}' if why else ''}. From {phone.national(sender)}."
