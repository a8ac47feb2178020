"""The rows of the tab about automatic answers: the business hours, then the rules."""

from datetime import datetime

from domain.model import Agent, AutoReply
from domain.rules.replying import week
from domain.services.automation import hours, replies
from domain.values import Responder, Week

LONGEST = 200
UNSET = "Nobody has said when the business is open, so it always is"
MATCHED = {"exact": "is", "starts_with": "starts with", "contains": "contains"}
DURING = {True: "while the business is open", False: "while the business is closed"}


def listed(agent: Agent, now: datetime, start: int, most: int) -> list[Responder | Week]:
    """So many of them from that place on, and one more where there are more."""
    found = replies.listed()[max(0, start - 1) : start + most]
    rows: list[Responder | Week] = [] if start else [opened(agent, now)]
    return [*rows, *(responder(one, agent) for one in found)]


def opened(agent: Agent, now: datetime) -> Week:
    """When the business is open, with the calendar and the days on which it is not."""
    kept = hours.kept()
    if kept is None:
        return Week(f"{UNSET}.", editable=agent.is_admin)
    found = hours.of(kept)
    told = [f"{week.told(found.intervals)} ({kept.timezone.replace('_', ' ')})"]
    told += [f"public holidays of {kept.holiday_calendar}"] if kept.holiday_calendar else []
    told += [f"closed on {', '.join(kept.holidays)}"] if kept.holidays else []
    said = f"{' · '.join(told)[: 5 * LONGEST]}."
    return Week(said, kept.away_body, found.is_open(now), agent.is_admin)


def responder(one: AutoReply, agent: Agent) -> Responder:
    """A rule in words."""
    words = " or ".join(f"“{word}”" for word in one.keywords)
    when = [f"When a text {MATCHED[one.match]} {words}"[:LONGEST]]
    when += [] if one.during_hours is None else [DURING[one.during_hours]]
    when += [f"priority {one.priority}"] if one.priority else []
    return Responder(str(one.id), one.name, ", ".join(when), one.body, one.enabled, agent.is_admin)
