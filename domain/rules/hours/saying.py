"""Why a text waits and until when, as an agent is told it: by the recipient's own clock."""

from datetime import datetime, timedelta

from domain.rules.hours.days import Refusal
from domain.rules.hours.judging import Hours
from domain.rules.zones import clock, local, told

A_DAY = timedelta(hours=24)


def why(refusal: Refusal, hours: Hours, now: datetime) -> str:
    """What is in the way now: "It is 9:40 PM EST for them."."""
    if refusal.because == "zone_unknown":
        return "Their time zone is not known."
    if refusal.because == "daily_cap":
        return "They have had as many advertisements as one person may get in 24 hours."
    if refusal.because == "holiday":
        return f"It is {refusal.name} for them."
    there = local(now, refusal.zone or hours.zones[0])
    if refusal.because == "closed_day":
        return f"It is {there:%A} for them, when their state wants no advertising."
    at = clock(now, refusal.zone or hours.zones[0])
    if not hours.place.zones:
        return f"Their time zone is not known, and it is {at} where they may be."
    return f"It is {at} for them."


def unknown(at: datetime, hours: Hours) -> str:
    """Nobody knows the time there, so this is ours: "Our day begins at 8:00 AM EST."."""
    begins = clock(at, hours.home)
    return f"Nobody knows what time it is where they are. Our day begins at {begins}."


def until(at: datetime, hours: Hours, now: datetime) -> str:
    """When it may leave: "This text may leave at 9:00 AM EST."; with the day if that is far."""
    zone = (hours.zones or ("UTC",))[0]
    when = f"at {clock(at, zone)}" if at - now < A_DAY else f"on {told(at, zone)}"
    return f"This text may leave {when}."
