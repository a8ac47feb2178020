"""After a no nothing waits to leave any more, to whichever number of that person."""

from datetime import datetime

from domain.model import Contact
from domain.rules.gate import AFTER_A_NO
from domain.services import messages
from domain.services.consent.recording import STOPPED


def call_back(phone: str, now: datetime) -> int:
    """Call back all that has not begun to leave; how many texts it was.

    Not what answers the no itself: that is no text that anybody wrote.
    """
    person = Contact.objects(phones=phone).only("phones").first()
    theirs = [phone, *(person.phones if person else ())]
    match = {
        "to": {"$in": theirs},
        "direction": "outbound",
        "purpose": {"$nin": [str(one) for one in AFTER_A_NO]},
    }
    return messages.cancel_all(match, now, STOPPED)
