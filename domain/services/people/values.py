"""What customers brought: amounts that somebody recorded, and which campaign they are owed to.

Amounts are in the currency of the prices. A campaign has what was recorded for it by name, and
nothing else: no amount is guessed to be of the last text before it.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from hashlib import sha256

from bson import ObjectId

from domain.errors import Conflict, FieldError, NotFound
from domain.model import Activity, Author, Campaign, Contact, Message
from domain.rules.words.visible import has_controls, is_visible
from domain.services.people import activities, contacts
from domain.services.people.fields import LONGEST_NOTES, wrong

KIND = "value"
MOST = Decimal(10) ** 9
CENT = Decimal("0.01")
NO_AMOUNT = "Give an amount that is not zero, such as 1200.50; what was paid back is negative."
CENTS = "Give whole cents, such as 25.50."
TOO_MUCH = f"An amount can be {MOST:,} at most."
CONTROLS = "This cannot hold control characters: remove them."
TOO_LONG = f"This can have at most {LONGEST_NOTES:,} characters."
NO_CAMPAIGN = "There is no campaign with this id."
NOT_TEXTED = (
    "This contact got no text of that campaign: leave the campaign out, or choose the one that "
    "they got."
)
OTHER = "This idempotency key was already used for another value."


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

    To the cent; what was paid back is negative. Raises InvalidInput, NotFound, or Conflict where
    the `origin` stands for another value.
    """
    worth = _cents(amount)
    said = _note(note)
    contact = contacts.get(contact_id)
    campaign = _campaign(campaign_id, contact) if campaign_id else None
    asked = _digest(contact_id, worth, campaign_id, said)
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
        asked=asked,
    )
    assert made is not None
    if made.asked and made.asked != asked:
        raise Conflict(
            OTHER, fields=(FieldError("idempotencyKey", OTHER),), conflict_id=str(made.id)
        )
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
    if amount.copy_abs() > MOST:  # rounds nothing, so that nothing overflows
        raise wrong("amount", TOO_MUCH)
    worth = amount.quantize(CENT, ROUND_HALF_EVEN)
    if worth != amount:
        raise wrong("amount", CENTS)
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


def _campaign(campaign_id: object, contact: Contact) -> Campaign:
    """The campaign, of which they or somebody who became them must have a text."""
    found: Campaign | None = (
        Campaign.objects(id=str(campaign_id)).only("name").first()
        if ObjectId.is_valid(str(campaign_id))
        else None
    )
    if found is None:
        raise NotFound(NO_CAMPAIGN)
    theirs = Message.objects(contact_id__in=[contact.id, *contact.merged_ids])
    if theirs.filter(campaign_id=found.id).only("id").first() is None:
        raise wrong("campaignId", NOT_TEXTED)
    return found


def _digest(contact_id: object, worth: Decimal, campaign_id: object, said: str | None) -> str:
    """Stands for all that was asked: another wish under the same key has another."""
    asked = [str(contact_id), str(worth), str(campaign_id or ""), said]
    return sha256(json.dumps(asked).encode()).hexdigest()
