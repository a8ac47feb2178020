"""A conversation's place in the chat does not look as it should any more: its upkeep is due.

Written along with what changed it wherever that is one write or one transaction.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.client_session import ClientSession

from domain.model import Thread

Raw = dict[str, Any]
SLOT = "upkeep"
ASKED = "upkeepAsked"


def along(update: Raw, at: datetime) -> Raw:
    """The same update of a conversation, by which its upkeep becomes due as well."""
    due = {f"{SLOT}.state": "due", f"{SLOT}.due_at": at}
    return update | {
        "$set": update.get("$set", {}) | due,
        "$inc": update.get("$inc", {}) | {ASKED: 1},
    }


def with_people(
    contact_ids: Iterable[ObjectId], at: datetime, session: ClientSession | None = None
) -> None:
    """What is told of these contacts has changed."""
    _ask({"contactId": {"$in": list(contact_ids)}}, at, session)


def with_numbers(phones: Iterable[str], at: datetime, session: ClientSession | None = None) -> None:
    """What is known of these numbers has changed."""
    _ask({"phone": {"$in": list(phones)}}, at, session)


def _ask(match: Raw, at: datetime, session: ClientSession | None) -> None:
    Thread._get_collection().update_many(match, along({}, at), session=session)
