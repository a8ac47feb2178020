"""Whom a campaign is for is written down once, page by page, when it begins.

A page that was cut short is written again: who is on the list already stays as they are.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import BulkWriteError

from domain.model import Campaign, Recipient
from domain.model.campaign import EXCLUDED, WAITING
from domain.rules.phone import FORMAT_HINT, is_phone
from domain.services.campaigns.planning import audience
from domain.services.campaigns.sending.leases import LEASE, held_by, leased
from domain.services.compose import DUPLICATE

UNREADABLE = {"code": "INVALID_PHONE", "reason": FORMAT_HINT}


def page(held: Campaign, now: datetime, lease: timedelta = LEASE) -> None:
    """Write the next people down; after the last, the list is frozen. Raises Lost."""
    found = audience.page(held.audience, held.cursor)
    _write([_recipient(held, one, now) for one in found.contacts])
    done = {"frozen": True} if found.cursor is None else {"cursor": found.cursor}
    seen = {"$inc": {"rev": 1}} if found.cursor is None else {}
    held_by(held, {"$set": done | leased(now + lease)} | seen)
    held.cursor, held.frozen = found.cursor, found.cursor is None


def _recipient(held: Campaign, contact: dict[str, Any], now: datetime) -> dict[str, Any]:
    phone = contact["phone"]
    state = {"state": WAITING} if is_phone(phone) else {"state": EXCLUDED} | UNREADABLE
    whom = {"campaignId": held.id, "phone": phone, "contactId": contact["_id"]}
    return whom | state | {"dueAt": now, "rev": 1}


def _write(recipients: Sequence[dict[str, Any]]) -> None:
    if not recipients:
        return
    try:
        Recipient._get_collection().insert_many(recipients, ordered=False)
    except BulkWriteError as error:
        if any(one["code"] != DUPLICATE for one in error.details["writeErrors"]):
            raise
