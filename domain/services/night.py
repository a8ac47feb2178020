"""It is night for the customer: whoever answers them is asked whether it may wake them.

A yes is good until that night ends; in the next one they are asked again.
"""

from datetime import datetime, timedelta
from typing import Any

from domain.model import Author, Message, Thread
from domain.policy import Policy
from domain.rules.gate import Verdict
from domain.services import channels, clocks, guard
from domain.services.guard import Question

AT_OPENING = "send_at_opening"
ASKED = "It is {clock} for {name}."
UNSURE = "It may be night where {name} is."
ANYWAY, THEN, NEVER = "Send anyway", "Send at {clock}", "Don't send"
LONGEST = timedelta(hours=12)
"""So long a yes counts that was given before the night began."""


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
    return Question(guard.NIGHT, told(channels.person_of(thread), zone, now), choices, key)


def told(name: str, zone: str | None, now: datetime) -> str:
    """What time it is for them, as far as anybody knows."""
    if zone is None:
        return UNSURE.format(name=name)
    return ASKED.format(clock=clocks.plain(now, zone), name=name)


def is_asked(message: Message) -> bool:
    """Whether its author can be asked: an answer that they did not plan for another time."""
    by = message.sent_by
    return by is not None and by.kind == "agent" and message.send_at is None


def confirmed(message: Message, now: datetime) -> bool:
    """Whether somebody said that it may leave in this night."""
    until = message.quiet_until
    return bool(message.quiet_confirmed) and (until is None or now < until)


def confirm(message: Message, now: datetime) -> None:
    """Whoever made it has said so, though the night may only be coming."""
    message.quiet_confirmed = True
    message.quiet_until = (message.send_at or now) + LONGEST


def yes(message: Message, now: datetime) -> dict[str, Any]:
    """What its release says of the night about which its author was asked; stored fields."""
    until = message.decision.earliest if message.decision else None
    if message.question != guard.NIGHT or until is None or until <= now:
        return {}
    return {"quietConfirmed": True, "quietUntil": until}
