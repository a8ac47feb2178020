"""The words of an automatic answer: what may be kept, and what one person reads.

Nobody is there to fill in what is missing, so every variable says what stands there without it.
"""

from datetime import datetime

from domain.model import Contact, Template
from domain.policy import Policy
from domain.rules import zones
from domain.rules.replying.business import Hours
from domain.rules.words import rendering
from domain.rules.words.rendering import Slot
from domain.rules.words.visible import has_controls, is_visible
from domain.services import compose, linting
from domain.services.automation import filling
from domain.services.people.fields import wrong

LONGEST = 1_000
EMPTY = "An automatic answer needs words."
TOO_LONG = f"An automatic answer can have at most {LONGEST:,} characters."
CONTROLS = "This cannot hold control characters: remove them."
BARE = (
    "{{{name}}} may have no value, and nobody is there to fill it in: write {{{name}|something}}."
)
OPENS, BUSINESS = "opens", "business"
A_WEEK = 7


def checked(body: str, policy: Policy, field: str = "body") -> str:
    """The template as it is kept; InvalidInput at that field for what cannot be one."""
    if not is_visible(body):
        raise wrong(field, EMPTY)
    if len(body) > LONGEST:
        raise wrong(field, TOO_LONG)
    if has_controls(body):
        raise wrong(field, CONTROLS)
    try:
        pieces = rendering.parse(body)
    except rendering.Malformed as error:
        raise wrong(field, str(error)) from error
    for one in pieces:
        if isinstance(one, Slot) and one.fallback is None and one.name != BUSINESS:
            raise wrong(field, BARE.format(name=one.name))
    linting.check(body, policy, field=field)
    return body.strip()


def spoken(body: str, contact: Contact | None, hours: Hours, now: datetime, policy: Policy) -> str:
    """What that person reads; InvalidInput when it is no text by now."""
    opens = hours.opens_at(now)
    values = {BUSINESS: policy.business_name, OPENS: opening(opens, hours, now) if opens else ""}
    words = filling.rendered(Template(name="", body=body), contact, values)
    compose.check_body(words)
    return words


def opening(at: datetime, hours: Hours, now: datetime) -> str:
    """When it opens, as one says it: today at 1:00 PM, Monday at 9:00 AM."""
    there, here = zones.local(at, hours.zone), zones.local(now, hours.zone)
    clock = zones.clock(at, hours.zone).rpartition(" ")[0]
    days = (there.date() - here.date()).days
    if days < A_WEEK:
        day = {0: "today", 1: "tomorrow"}.get(days, f"{there:%A}")
        return f"{day} at {clock}"
    return f"{there:%a, %b} {there.day} at {clock}"
