"""What customers brought: amounts that somebody recorded, and which campaign they are owed to.

Amounts are in the currency of the prices. A campaign has what was recorded for it by name, and
nothing else: no amount is guessed to be of the last text before it.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from bson import ObjectId

from domain.errors import NotFound
from domain.model import Activity, Author, Campaign
from domain.rules.visible import has_controls, is_visible
from domain.services.people import activities, contacts
from domain.services.people.fields import LONGEST_NOTES, wrong

KIND = "value"
MOST = Decimal(10) ** 9
CENT = Decimal("0.01")
NO_AMOUNT = "Give an amount that is not zero, such as 1200.50; what was paid back is negative."
TOO_MUCH = f"An amount can be {MOST:,} at most."
CONTROLS = "This cannot hold control characters: remove them."
TOO_LONG = f"This can have at most {LONGEST_NOTES:,} characters."
NO_CAMPAIGN = "There is no campaign with this id."


def record(
    contact_id: object,
    amount: Decimal,
    campaign_id: object | None,
    note: str | None,
    author: Author,
    now: datetime,
    *,
    origin: str | None = None,
) -> Activity:
    """Write down what a customer brought, once per `origin`; the line of their timeline.

    Whole cents are kept; what was paid back is negative. Raises InvalidInput or NotFound.
    """
    worth = _cents(amount)
    said = _note(note)
    contact = contacts.get(contact_id)
    campaign = _campaign(campaign_id) if campaign_id else None
    words = f"Value of {worth:,} recorded"
    words += f" for the campaign {campaign.name}" if campaign else ""
    made = activities.record(
        contact.id,
        KIND,
        f"{words}: {said}" if said else f"{words}.",
        author,
        now,
        origin=origin,
        amount=worth,
        campaign_id=campaign.id if campaign else None,
    )
    assert made is not None
    return made


def of_campaigns(ids: Iterable[ObjectId]) -> dict[ObjectId, Decimal]:
    """What was recorded for each of these campaigns, in one command; those without have none."""
    wanted = {"campaignId": {"$in": list(ids)}, "amount": {"$exists": True}}
    total = {"$group": {"_id": "$campaignId", "value": {"$sum": "$amount"}}}
    rows = Activity._get_collection().aggregate([{"$match": wanted}, total])
    return {row["_id"]: row["value"].to_decimal() for row in rows}


def _cents(amount: Decimal) -> Decimal:
    if not amount.is_finite():
        raise wrong("amount", NO_AMOUNT)
    if abs(amount) > MOST:
        raise wrong("amount", TOO_MUCH)
    worth = amount.quantize(CENT, ROUND_HALF_EVEN)
    if not worth:
        raise wrong("amount", NO_AMOUNT)
    return worth


def _note(note: str | None) -> str | None:
    if not note or not is_visible(note):
        return None
    if len(note) > LONGEST_NOTES:
        raise wrong("note", TOO_LONG)
    if has_controls(note):
        raise wrong("note", CONTROLS)
    return note.strip()


def _campaign(campaign_id: object) -> Campaign:
    found: Campaign | None = (
        Campaign.objects(id=str(campaign_id)).only("name").first()
        if ObjectId.is_valid(str(campaign_id))
        else None
    )
    if found is None:
        raise NotFound(NO_CAMPAIGN)
    return found
