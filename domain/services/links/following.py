"""Somebody follows a short link: where it leads, and that they did."""

from dataclasses import dataclass
from datetime import datetime

from domain.model import Link, Message
from domain.policy import Policy
from domain.rules.words import linking
from domain.services import messages


@dataclass(frozen=True)
class Followed:
    """It leads there; `origin` is the text in which it stands."""

    code: str
    target: str
    origin: str


@dataclass(frozen=True)
class Expired:
    """It led somewhere once."""


def follow(code: str, now: datetime, policy: Policy) -> Followed | Expired | None:
    """Where that link leads; None when there is none of that name. One read of one document.

    Only where its time seems to be over the text is read too: one that waited, in a campaign that
    was paused or for a better hour, has links that live from when it left.
    """
    found = Link._get_collection().find_one({"code": code}) if linking.is_code(code) else None
    if found is None:
        return None
    if "target" not in found:
        return Expired()
    if found["expiresAt"] <= now and not _left_since(found["origin"], now, policy):
        return Expired()
    return Followed(code, found["target"], found["origin"])


def _left_since(origin: str, now: datetime, policy: Policy) -> bool:
    """Whether that text left so short a time ago that its links still live."""
    since = {"origin": origin, "attemptedAt": {"$gt": now - policy.automation.link_life}}
    return Message._get_collection().find_one(since, {"_id": 1}) is not None


def clicked(link: Followed, now: datetime) -> bool:
    """Count it: each time for the link, once for its text, by the code for its recipient alone.

    Before the text has begun to leave nobody can have it, and nothing is counted. Whether it was.
    """
    left = {"origin": link.origin, "attemptedAt": {"$exists": True}}
    text = Message._get_collection().find_one(left, {"clickedAt": 1})
    if text is None:
        return False
    times = {"$min": {"firstAt": now}, "$max": {"lastAt": now}}
    match = {"code": link.code, "target": {"$exists": True}}
    counted = Link._get_collection().update_one(match, times | {"$inc": {"clicks": 1, "rev": 1}})
    if counted.matched_count and "clickedAt" not in text:
        # The first is news for whoever follows the text or its campaign; the chat shows no clicks.
        first = {"_id": text["_id"], "clickedAt": {"$exists": False}}
        messages.change(first, now, fields={"clickedAt": now}, show=False)
    return bool(counted.matched_count)
