"""The ledger in clear, as tests look at it."""

from domain.model import ConsentEvent
from domain.services.consent import Entry, reading


def entries(phone: str | None = None) -> list[Entry]:
    """All events, or those of one number, in the order of their recording."""
    raws = ConsentEvent._get_collection().find().sort([("recordedAt", 1), ("_id", 1)])
    return [one for one in reading.opened(raws) if phone in (None, one.phone)]


def only() -> Entry:
    """The one event that there is."""
    (entry,) = entries()
    return entry
