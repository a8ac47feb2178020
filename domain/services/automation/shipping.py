"""The templates that come with the product, each once: what was removed stays away."""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from domain.model import Template
from domain.rules.words import rendering
from domain.services.automation import templates

SHIPPED = {
    "New Listing Alert": (
        "Hi {first_name|there}, a new listing may be what you are looking for: {listing}. "
        "Would you like to see it?"
    ),
    "Open House Reminder": (
        "Hi {first_name|there}, a reminder of our open house at {address_of_house} on {day}. "
        "Reply here if you have questions."
    ),
    "Price Drop Notification": (
        "Hi {first_name|there}, the price of {listing} has dropped to {price}. "
        "Shall I send you the details?"
    ),
}


def ship(now: datetime) -> list[str]:
    """Bring those that come with the product, each once: what was removed stays away."""
    made = []
    for name, body in SHIPPED.items():
        origin = f"shipped:{rendering.named(name)}"
        fields = templates.stored(name, body, True, "")
        stored = fields | {"createdAt": now, "updatedAt": now, "timesUsed": 0, "rev": 1}
        try:
            done = Template._get_collection().update_one(
                {"origin": origin}, {"$setOnInsert": stored}, upsert=True
            )
        except DuplicateKeyError:
            continue  # somebody here has one of that name
        made += [name] if done.upserted_id else []
    return made
