"""Who may answer customers, who may set things up, and what everybody else is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ADMIN, AGENT, NONE = "admin", "agent", "none"
WORKING = (ADMIN, AGENT)
FLAGS = ("deleted", "bot", "foreign", "guest")
"""What shuts somebody out whatever lists they are in; the first that is set is told."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Why somebody may not text customers: one word, a sentence, what to do."""

    reason: str
    message: str
    help: str


_COLLEAGUE = "Ask a colleague to send it."
BARS = {
    "deleted": Bar(
        "author_deactivated",
        "This Slack account is deactivated, so it cannot text customers.",
        _COLLEAGUE,
    ),
    "bot": Bar("author_is_bot", "Bots cannot text customers.", "Ask a person to send it."),
    "foreign": Bar(
        "author_foreign",
        "People of another organisation cannot text our customers.",
        "Ask somebody of this workspace to send it.",
    ),
    "guest": Bar("author_is_guest", "Guests of this workspace cannot text customers.", _COLLEAGUE),
    NONE: Bar(
        "author_no_agent",
        "Only agents can text customers, and you are not one of them.",
        "Ask an admin to add you to the agents.",
    ),
}


def role(*, barred: bool, admin: bool, agent: bool) -> str:
    """What somebody is; an admin answers customers as well."""
    if barred:
        return NONE
    if admin:
        return ADMIN
    return AGENT if agent else NONE


def bar(person: Mapping[str, Any]) -> Bar | None:
    """Why that person (flags and role, as stored) may not text customers; None: they may."""
    flag = next((one for one in FLAGS if person.get(one)), None)
    if flag:
        return BARS[flag]
    return None if (person.get("role") or AGENT) in WORKING else BARS[NONE]
