"""What time it is for a customer, in the words that an agent reads."""

from datetime import datetime

from domain.model import Author, Contact, Thread
from domain.policy import Policy
from domain.rules import hours, zones
from domain.services import agents
from domain.services.people import contacts


def zone_of(thread: Thread) -> str | None:
    """The customer's time zone; None where it may be several, or any."""
    return zone_at(thread.phone, contacts.find(thread.contact_id))


def zone_at(phone: str, contact: Contact | None) -> str | None:
    """The same of a number and who has it: by what was said of them, else by the number."""
    zone = contact.timezone if contact else None
    address = contact.address if contact else None
    state, code = (address.state, address.zip) if address else (None, None)
    found = hours.find(phone, zone, state, code).zones
    return found[0] if len(found) == 1 else None


def agents_zone(author: Author | None) -> str | None:
    """An agent's own time zone, if the chat says it."""
    agent = agents.known(author.key) if author and author.kind == "agent" else None
    return zones.known(agent.timezone) if agent else None


def whole(at: datetime, theirs: str | None, author: Author | None, policy: Policy) -> str:
    """The moment for the customer, in whose zone it is told, and for whoever wrote to them."""
    ours = agents_zone(author)
    return zones.for_both(at, theirs, ours or (None if theirs else policy.consent.zone))


def short(at: datetime, theirs: str | None, author: Author | None, policy: Policy) -> str:
    """The time of day where the customer is; where that is not known, where we are."""
    return zones.clock(at, theirs or agents_zone(author) or policy.consent.zone)


def plain(at: datetime, zone: str) -> str:
    """The time of day there, without the zone's name: 8:05 AM."""
    return zones.clock(at, zone).rpartition(" ")[0]
