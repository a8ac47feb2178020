"""Builders for automatic answers: rules, business hours, and texts that are answered."""

from datetime import datetime
from typing import Any

from domain.model import AutoReply, BusinessHours, Message
from domain.policy import Policy
from domain.rules.replying.autoreply import Match
from domain.services.automation import hours, replies, responding
from domain.services.automation.hours import Opening
from domain.services.automation.replies import Wish
from tests.clock import NOON
from tests.domain.build import POLICY, received

AWAY = "We are closed and back {opens|soon}."
WEEKDAYS = tuple(Opening(day, "09:00", "17:00") for day in range(1, 6))


def wish(*keywords: str, **changes: Any) -> Wish:
    """A rule that says when we are open."""
    told: dict[str, Any] = {"name": "Hours", "body": "Hi {first_name|there}, we open at nine."}
    return Wish(keywords=keywords or ("hours",), **(told | changes))


def rule(
    *keywords: str, policy: Policy = POLICY, now: datetime = NOON, **changes: Any
) -> AutoReply:
    """The same, kept; by its first keyword, unless it has another name."""
    named = {"name": keywords[0]} if keywords else {}
    return replies.create(wish(*keywords, **(named | changes)), now, policy)


def shut(away: str | None = AWAY, now: datetime = NOON, **changes: Any) -> BusinessHours:
    """The business never opens, unless intervals are given."""
    return hours.set_to(hours.Wish("America/New_York", away=away, **changes), now, POLICY)


def respond(
    body: str, now: datetime = NOON, policy: Policy = POLICY, **changes: Any
) -> Message | None:
    """A customer's text is taken in, and answered by itself or not."""
    return responding.answer(received(body, now, policy=policy, **changes), now, policy)


def outgoing() -> list[Message]:
    """All texts of ours, in their order."""
    return list(Message.objects(direction="outbound").order_by("position"))


CONTAINS = Match.CONTAINS
