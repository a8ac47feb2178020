"""Who may work on a campaign: whoever leased it, while it runs."""

from datetime import datetime, timedelta
from typing import Any

from domain.model import Campaign
from domain.model.campaign import RUNNING, SCHEDULED
from domain.services.campaigns.sending.steering import SLOT

LEASE = timedelta(seconds=30)


class Lost(Exception):
    """The campaign was paused, called off, or is somebody else's by now: nothing more is done."""


def leased(until: datetime) -> dict[str, Any]:
    """The slot's fields until when it is nobody else's."""
    return {f"{SLOT}.due_at": until, f"{SLOT}.lease_until": until}


def held_by(held: Campaign, change: dict[str, Any]) -> None:
    """Change it if it is still held as it was claimed; Lost otherwise."""
    assert held.run
    statuses = {"$in": [SCHEDULED, RUNNING]}
    mine = {"_id": held.id, "status": statuses, f"{SLOT}.lease_id": held.run.lease_id}
    if not Campaign._get_collection().update_one(mine, change).matched_count:
        raise Lost
