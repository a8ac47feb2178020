"""When the outside world was last heard of, coarsely: a write a minute at most."""

import re
from datetime import UTC, datetime, timedelta

from domain.model import Hearing, Message

SLACK = "slack"
EVERY = timedelta(minutes=1)
NEWEST = ("-created_at", "-id")
STAMP = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")


def heard(name: str, now: datetime) -> None:
    """Something of theirs came, and was believed."""
    _note(name, "heardAt", now)


def refused(name: str, now: datetime) -> None:
    """Something that looked like theirs came, and its signature did not fit."""
    _note(name, "refusedAt", now)


def of(name: str) -> Hearing | None:
    """What is known of them."""
    found: Hearing | None = Hearing.objects(name=name).first()
    return found


def posted() -> datetime | None:
    """When the chat was last shown a customer's text; None if the newest is not shown."""
    newest: Message | None = Message.objects(direction="inbound").order_by(*NEWEST).first()
    ts = newest.shadow.ts if newest else None
    return datetime.fromtimestamp(float(ts), UTC) if ts and STAMP.fullmatch(ts) else None


def _note(name: str, field: str, now: datetime) -> None:
    Hearing._get_collection().update_one(
        {"name": name}, {"$max": {field: now}, "$setOnInsert": {"rev": 1}}, upsert=True
    )
