"""Which blocks a consent form was opened for, as it remembers them until it comes back."""

import json
from datetime import datetime

from bot import memory
from bot.reading import Json
from domain.errors import InvalidInput
from domain.services.desk.agreements import Known
from domain.services.desk.blocks import Blocks

MOST = 30
"""What a form remembers is at most 3,000 characters; a person has at most 20 numbers."""


def kept(known: Known) -> str:
    """As the form carries them; empty when there is none."""
    first = list(known.blocks.items())[:MOST]
    told = {phone: since.isoformat() if since else "" for phone, since in first}
    return json.dumps(told, separators=(",", ":")) if told else ""


def recalled(body: Json) -> Blocks:
    """The blocks that the form was opened for; none where it does not say."""
    found = memory.read(memory.recalled(body).get("blocks") or "{}")
    if not isinstance(found, dict):
        raise InvalidInput(memory.UNREADABLE)
    return {phone: _moment(since) for phone, since in found.items()}


def _moment(since: object) -> datetime | None:
    if since == "":
        return None
    try:
        moment = datetime.fromisoformat(str(since))
    except ValueError as error:
        raise InvalidInput(memory.UNREADABLE) from error
    if moment.tzinfo is None:
        raise InvalidInput(memory.UNREADABLE)
    return moment
