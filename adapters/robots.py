"""Business hours and two rules for the demo, so that a text to try them is answered."""

from datetime import datetime

from domain.policy import Policy
from domain.rules.replying.autoreply import Match
from domain.services.automation import hours, replies
from domain.services.automation.hours import Opening
from domain.services.automation.replies import Wish

WEEKDAYS, SATURDAY = range(1, 6), 6
WEEK = (
    *(Opening(day, "09:00", "17:00") for day in WEEKDAYS),
    Opening(SATURDAY, "10:00", "14:00"),
)
RULES = (
    Wish(
        "Opening hours",
        ("hours", "open", "when are you open"),
        "Hi {first_name|there}, we are open Monday to Friday 9 to 5 and Saturday 10 to 2.",
    ),
    Wish(
        "Where we are",
        ("where are you", "address", "directions"),
        "We are at 12 Maple Street, Carlsbad. Parking is behind the house.",
        Match.STARTS_WITH,
    ),
)


def answers(now: datetime, zone: str, policy: Policy) -> int:
    """Keep them; how many rules there are. Nothing is said by itself while the demo is closed."""
    hours.set_to(hours.Wish(zone, WEEK, ("12-24", "12-31"), "US-CA"), now, policy)
    for place, wish in enumerate(RULES):
        replies.create(wish, now, policy, f"seed:{place}")
    return len(RULES)
