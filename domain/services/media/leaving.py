"""Files leave with a text: it waits until we have them, then the carrier is told where they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain import outbox
from domain.errors import Refused
from domain.model import Message, Wanted
from domain.ports import Links
from domain.services.media.uploads import MOST, TOO_MANY
from domain.values import FileRef

FETCHED_WITHIN = timedelta(hours=24)
"""So long the carrier may fetch it."""
PATIENCE = timedelta(seconds=30)
"""How often a text looks by itself whether its files are there; as a rule it is told."""
NO_ADDRESS = "The carrier cannot fetch our files from here."


def addresses(message: Message, links: Links | None, now: datetime) -> tuple[str, ...]:
    """Where the carrier fetches what goes with a text; Refused when our files have no address."""
    if message.media and links is None:
        raise Refused(NO_ADDRESS, code="NOT_CONFIGURED")
    until = now + FETCHED_WITHIN
    own = [links.link(str(one.file_id), until) for one in message.media if links]
    return (*own, *message.media_urls)


def wanted(files: Sequence[FileRef]) -> list[Wanted]:
    """What an agent put into the chat, as a text holds it until we have it."""
    return [
        Wanted(place=place, source=one.id, content_type=one.content_type, name=one.name or None)
        for place, one in enumerate(files)
    ]


def objection(files: Sequence[FileRef]) -> tuple[str, str] | None:
    """Why these cannot go with one text: a code and a sentence; None when they can."""
    return ("MEDIA_REJECTED", TOO_MANY) if len(files) > MOST else None


def without(files: Sequence[FileRef]) -> dict[str, Any]:
    """What an agent took out of a message is to be pulled from the text."""
    others = {"$nin": [one.id for one in files]}
    copied = {"place": {"$exists": True}, "source": others}
    return {"wanted": {"source": others}, "media": copied}


def same(message: Message, files: Sequence[FileRef]) -> bool:
    """Whether these are the files that went with it."""
    copied = [one.source for one in message.media if one.place is not None]
    have = {*copied, *(one.source for one in message.wanted)}
    return have == {one.id for one in files}


def hold(message: Message, slot: str, now: datetime) -> None:
    """Those behind it wait as well; nothing changes if its last file has come meanwhile."""
    outbox.put_off(slot, [message], now + PATIENCE, match={"wanted.0": {"$exists": True}})
