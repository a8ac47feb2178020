"""Time zones: an agent's own, and those that somebody may mean."""

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from domain.model import Agent

ELSEWHERE = "UTC"
USUAL = tuple(
    f"America/{city}"
    for city in ("New_York", "Chicago", "Denver", "Phoenix", "Los_Angeles", "Anchorage")
)
FIRST = (*USUAL, "Pacific/Honolulu")
HIDDEN = ("Etc/", "posix/", "right/", "SystemV/", "US/")


def of(agent: Agent) -> ZoneInfo:
    """Where the agent is, as their chat has it."""
    try:
        return ZoneInfo(agent.timezone or ELSEWHERE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(ELSEWHERE)


def like(query: str) -> list[str]:
    """Names that contain what was typed, the country's own first."""
    wanted = query.strip().casefold().replace(" ", "_")
    return [name for name in (*FIRST, *_others()) if wanted in name.casefold()]


@cache
def _others() -> tuple[str, ...]:
    names = (one for one in available_timezones() if "/" in one and not one.startswith(HIDDEN))
    return tuple(sorted(set(names).difference(FIRST)))
