"""After a no nothing waits to leave any more, to whichever number of that person."""

from datetime import datetime

from domain.model import Contact
from domain.services.consent.recording import silence


def call_back(phone: str, now: datetime) -> int:
    """Call back all that has not begun to leave; how many texts it was."""
    person = Contact.objects(phones=phone).only("phones").first()
    theirs = [phone, *(person.phones if person else ())]
    return sum(silence(one, "all", now) for one in dict.fromkeys(theirs))
