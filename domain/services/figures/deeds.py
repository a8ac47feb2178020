"""What customers did beside writing, as counts: they left, came further with us, brought something.

Leaving and coming further belong to their own hour, and to the last text of ours before.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from domain.model import Activity, Campaign, ConsentEvent, Contact, Message, NumberKey
from domain.model.contact import STATUSES
from domain.rules.analytics.figures import Cell, hour_of, millionths
from domain.services.campaigns.sending.echoes import ASKING, WITHIN
from domain.services.campaigns.showing.counting import SENT
from domain.services.figures.texts import Count, cell_of

Raw = dict[str, Any]
CONVERTS_WITHIN = timedelta(days=30)
SPOKE = ("opt_in", "confirmed", "opt_out")
ROAD = STATUSES[: STATUSES.index("inactive")]
"""Further along is nearer to doing business; who is inactive stands where the new ones do."""


def count(into: Count, begin: datetime, end: datetime) -> None:
    """All that was done between two moments."""
    within = {"$gte": begin, "$lt": end}
    for left in _left(within):
        _add(into, left["at"], _before(_to(left), left["at"], WITHIN), "opt_outs")
    done = Activity._get_collection().find({"kind": {"$in": ["status", "value"]}, "at": within})
    for deed in done.sort("at", 1):
        if deed["kind"] == "value":
            _value(into, deed)
        elif further(deed.get("before"), deed.get("after")):
            text = _before(_with(deed["contactId"]), deed["at"], CONVERTS_WITHIN)
            if text:
                _add(into, deed["at"], text, "conversions")


def further(before: str | None, after: str | None) -> bool:
    """Whether a change of status is a step towards doing business."""
    if before is None or after not in ROAD:
        return False
    return ROAD.index(after) > (ROAD.index(before) if before in ROAD else 0)


def _add(into: Count, at: datetime, text: Raw | None, name: str) -> None:
    hour = hour_of(at, into.zone)
    into.know([text] if text else [])
    cell = cell_of(text, into.zone, into.senders)._replace(at=hour) if text else Cell(hour)
    into.tally[cell][name] += 1


def _left(within: Raw) -> Iterator[Raw]:
    """Those who said no where they had not before; each person once, however many numbers."""
    seen = set()
    left = ConsentEvent._get_collection().find({"action": "opt_out", "at": within}).sort("at", 1)
    for one in left:
        earlier = {"number": one["number"], "place": {"$lt": one["place"]}}
        before = ConsentEvent._get_collection().find_one(
            earlier | {"action": {"$in": SPOKE}}, {"action": 1}, sort=[("place", -1)]
        )
        who = (one.get("contactId") or one["number"], one["at"])
        if who not in seen and (before or {}).get("action") != "opt_out":
            seen.add(who)
            yield one


def _to(event: Raw) -> Raw:
    key = NumberKey._get_collection().find_one({"_id": event["number"]}, {"phone": 1})
    return {"to": key["phone"] if key else None}


def _with(contact_id: ObjectId) -> Raw:
    """The texts with somebody, and with whom they were merged with."""
    known = Contact._get_collection().find_one({"_id": contact_id}, {"mergedIds": 1}) or {}
    return {"contactId": {"$in": [contact_id, *known.get("mergedIds", ())]}}


def _before(theirs: Raw, at: datetime, within: timedelta) -> Raw | None:
    """The last text of ours to them before that moment."""
    recent = {"createdAt": {"$gte": at - within, "$lte": at}, "direction": "outbound"}
    asking = {
        "status": {"$in": [str(one) for one in SENT]},
        "purpose": {"$in": ASKING},
    }
    found: Raw | None = Message._get_collection().find_one(
        theirs | recent | asking, sort=[("createdAt", -1)]
    )
    return found


def _value(into: Count, deed: Raw) -> None:
    """Of the campaign that was named, with its template and sender; by whom it was recorded."""
    by = deed.get("author") or {}
    named = deed.get("campaignId")
    campaign: Raw = (Campaign._get_collection().find_one({"_id": named}) if named else None) or {}
    template = campaign.get("templateId")
    cell = Cell(
        hour_of(deed["at"], into.zone),
        by.get("key") if by.get("kind") == "agent" else None,
        str(template) if template else None,
        str(named) if named else None,
        campaign.get("sender"),
    )
    into.tally[cell]["value"] += millionths(deed["amount"].to_decimal())
