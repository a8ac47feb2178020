"""The time that a restored backup has lost: what we did in it, only others know."""

from datetime import datetime, timedelta

from domain.model import Restoration

REMEMBERED = timedelta(days=30)
"""So long after a restore what may be a repetition is taken for one until it is known."""


def present() -> Restoration | None:
    """The restoration that this database went through last."""
    found: Restoration | None = Restoration.objects(place="only").first()
    return found


def since(now: datetime) -> datetime | None:
    """When it began; None when nothing was lost of late."""
    found = present()
    if found is None or found.restored_at is None or now - found.restored_at > REMEMBERED:
        return None
    return found.taken_at


def holds(at: datetime) -> bool:
    """Whether what was said to us at that moment may have been answered in it, or before."""
    found = present()
    return found is not None and found.restored_at is not None and at <= found.restored_at
