"""It is night for the customer: whoever answers them is asked whether it may wake them.

A yes is good until that night ends; in the next one they are asked again. Said for the day, it is
good for an hour.
"""

from datetime import datetime, timedelta
from typing import Any

from domain.model import Author, Message, Thread
from domain.policy import Policy
from domain.rules.gate import UNKNOWN, Verdict
from domain.services import channels, clocks, gate, guard
from domain.services.guard import Question

AT_OPENING = "send_at_opening"
ASKED = "It is {clock} for {name}."
UNSURE = "It may be night where {name} is."
BLIND = "Nobody knows what time it is where {name} is."
ANYWAY, THEN, NEVER = "Send anyway", "Send at {clock}", "Don't send"
LONGEST = timedelta(hours=12)
"""The longest that a night can be."""
BY_DAY = timedelta(hours=1)
"""So long a yes counts that was given for a moment of the day."""


def question(
    thread: Thread, author: Author | None, verdict: Verdict, now: datetime, policy: Policy
) -> Question:
    """What its author is asked, with the way to let it wait until the morning."""
    assert verdict.earliest
    zone = clocks.zone_of(thread)
    opening = clocks.short(verdict.earliest, zone, author, policy)
    choices = (
        (ANYWAY, guard.RELEASE),
        (THEN.format(clock=opening), AT_OPENING),
        (NEVER, guard.CALL_BACK),
    )
    key = f"{guard.NIGHT}:{int(verdict.earliest.timestamp())}"  # in another night it is asked again
    name = channels.person_of(thread)
    return Question(guard.NIGHT, told(name, zone, verdict, now), choices, key)


def told(name: str, zone: str | None, verdict: Verdict, now: datetime) -> str:
    """What time it is for them, as far as anybody knows."""
    if verdict.blind:
        return BLIND.format(name=name)
    if zone is None:
        return UNSURE.format(name=name)
    return ASKED.format(clock=clocks.plain(now, zone), name=name)


def is_asked(message: Message, said: Verdict) -> bool:
    """Whether its author can be asked: an answer that they did not plan for another time.

    Where nobody knows the time, no other time would be better.
    """
    by = message.sent_by
    by_agent = by is not None and by.kind == "agent"
    return by_agent and (message.send_at is None or said.blind)


def confirmed(message: Message, now: datetime) -> bool:
    """Whether somebody said that it may leave in this night."""
    until = message.quiet_until
    return bool(message.quiet_confirmed) and (until is None or now < until)


def confirm(message: Message, thread: Thread, now: datetime, policy: Policy) -> None:
    """Whoever made it has said so of the moment for which it is planned."""
    at = message.send_at or now
    message.quiet_confirmed = True
    message.quiet_until = good_until(at, _ends(message, thread, at, policy))


def same(message: Message, thread: Thread, at: datetime, policy: Policy) -> bool:
    """Whether that moment is in the night for which it is planned."""
    ends = _ends(message, thread, at, policy)
    planned = message.send_at
    return ends is not None and (not planned or ends == _ends(message, thread, planned, policy))


def good_until(at: datetime, ends: datetime | None) -> datetime:
    """How long a yes to that moment counts, whose night ends then, if it is in one."""
    return min(ends, at + LONGEST) if ends else at + BY_DAY


def _ends(message: Message, thread: Thread, at: datetime, policy: Policy) -> datetime | None:
    """When the night ends about which somebody would be asked at that moment; None by day."""
    by = message.sent_by
    said = gate.ask(thread.phone, thread.sender, thread.id, message.purpose, by, at, policy)
    return said.earliest if said.needs_confirmation else None


def at_opening(message: Message, opening: datetime) -> dict[str, Any]:
    """What choosing that moment says of its hour, where nobody knows the time; stored fields."""
    if message.decision is None or UNKNOWN not in message.decision.reasons:
        return {}
    return {"quietConfirmed": True, "quietUntil": good_until(opening, None)}


def yes(message: Message, now: datetime) -> dict[str, Any]:
    """What its release says of the night about which its author was asked; stored fields."""
    until = message.decision.earliest if message.decision else None
    if message.question != guard.NIGHT or until is None:
        return {}
    if until <= now:
        return at_opening(message, now)
    return {"quietConfirmed": True, "quietUntil": good_until(now, until)}
