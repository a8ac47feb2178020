"""The blocks of a person's numbers: proof lifts those that it was given for, never a newer one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo.client_session import ClientSession

from domain.errors import Conflict, FieldError
from domain.model import Number

Blocks = Mapping[str, datetime | None]
"""Blocked numbers, each with since when, where that is known."""
AGAIN = "They have opted out again since you opened this form."
AGAIN_HELP = "Open the form again to see where they stand."


def held(phones: Sequence[str], session: ClientSession | None = None) -> dict[str, datetime | None]:
    """Those of the numbers that are blocked now."""
    match = {"phone": {"$in": list(phones)}, "blocked": True}
    found = Number._get_collection().find(match, session=session)
    return {one.phone: one.blocked_at for one in map(Number._from_son, found)}


def check(phones: Sequence[str], seen: Blocks, session: ClientSession) -> None:
    """Conflict OPTED_OUT where a number is blocked otherwise than it was `seen` to be.

    Inside the transaction that lifts: a STOP that comes meanwhile makes all of it run again.
    """
    now = held(phones, session)
    if any(phone not in seen or seen[phone] != since for phone, since in now.items()):
        fields = (FieldError("evidence", AGAIN),)
        raise Conflict(AGAIN, code="OPTED_OUT", help=AGAIN_HELP, fields=fields)
