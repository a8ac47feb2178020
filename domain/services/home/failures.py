"""Texts that did not arrive and that nobody has dealt with: tried again, or put aside by each."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.model import Agent, Author, Message, Number
from domain.rules.status import MessageStatus
from domain.services import messages
from domain.services.lists import pages
from domain.services.lists.pages import Page, Window
from domain.services.lists.wanted import Driver, Wanted
from domain.values import MOST_COUNTED

LATELY = timedelta(days=7)
REPEATABLE = frozenset({MessageStatus.FAILED, MessageStatus.UNDELIVERED, MessageStatus.REFUSED})
FAILED = (*sorted(REPEATABLE), MessageStatus.UNKNOWN)
UNSURE = "It is not known whether this text reached the customer."
UNSURE_HELP = "It is looked into. Ask the customer, or wait."
UNSAID = "The carrier did not say why."
UNSAID_HELP = "Try it once more, or call the customer."


def listed(agent_id: str, senders: Sequence[str], window: Window, now: datetime) -> Page:
    """Of the last days, the newest first, without what that agent has put aside."""
    return pages.page(Message, _wanted(agent_id, senders, now), window)


def count(agent_id: str, senders: Sequence[str], now: datetime) -> int:
    """How many there are, up to `MOST_COUNTED`."""
    match = _wanted(agent_id, senders, now).match
    return int(Message._get_collection().count_documents(match, limit=MOST_COUNTED, hint="status"))


def dismiss(message_id: object, agent_id: str) -> None:
    """That agent does not want to see it on their page any more; others still do."""
    found = messages.get(message_id)
    update = {"$addToSet": {"dismissedBy": agent_id}}
    Message._get_collection().update_one({"_id": found.id}, update)


def why(message: Message) -> tuple[str, str]:
    """The plain reason and the next step."""
    if message.status == MessageStatus.UNKNOWN:
        return UNSURE, UNSURE_HELP
    if message.error_message:
        return message.error_message, message.error_help or ""
    decision = message.decision
    if message.status == MessageStatus.REFUSED and decision and decision.message:
        return decision.message, ""
    return UNSAID, UNSAID_HELP


def unreachable(phones: Iterable[str]) -> frozenset[str]:
    """Those of the numbers that have said no: nothing sent again would leave."""
    blocked = {"phone": {"$in": list(phones)}, "blocked": True}
    return frozenset(one["phone"] for one in Number._get_collection().find(blocked, {"phone": 1}))


def sent_by(author: Author | None) -> str:
    """The name of whoever sent it."""
    if author is None or author.kind == "system":
        return "Threadline"
    agent = Agent.objects(user_id=author.key).first() if author.kind == "agent" else None
    return (agent.name if agent else "") or author.name or "somebody"


def _wanted(agent_id: str, senders: Sequence[str], now: datetime) -> Wanted:
    """Refusals only of people: programs are told at once."""
    points = tuple({"status": str(one), "direction": "outbound"} for one in FAILED)
    by_people: list[dict[str, Any]] = [
        {"status": {"$ne": str(MessageStatus.REFUSED)}},
        {"sentBy.kind": "agent"},
    ]
    ours = [{"from": {"$in": list(senders)}}, {"messagingServiceSid": {"$in": list(senders)}}]
    return Wanted(
        (Driver("status", points),),
        stretch={"createdAt": {"$gte": now - LATELY}},
        rest=(
            {"$or": by_people},
            {"dismissedBy": {"$ne": agent_id}},
            {"retriedAt": {"$exists": False}},
            *([{"$or": ours}] if senders else []),
        ),
    )
