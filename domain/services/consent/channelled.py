"""A STOP by WhatsApp or RCS is the no of the number behind that channel too.

Whoever leaves cannot be expected to know how our texts travel. A yes counts only where it was said.
"""

from collections.abc import Callable
from datetime import datetime

from pymongo.client_session import ClientSession

from domain.rules import phone as phones
from domain.services import numbers
from domain.services.consent import late
from domain.services.consent.keywords import origin
from domain.services.consent.recording import record
from domain.services.consent.silencing import call_back
from domain.services.consent.statement import Statement
from domain.values import InboundText

Also = Callable[[ClientSession, str], None]


def stopped(text: InboundText, now: datetime, also: Also) -> str | None:
    """Block the number behind the address that this STOP came from, once per text.

    The number; None where there is none behind, or it has come back since. `also` does in the
    same transaction what else follows for that number.
    """
    number = phones.behind(text.sender)
    if number is None:
        return None
    method = "twilio" if text.opt_out_type else "keyword"
    at = text.sent_at or now
    said = Statement("opt_out", method, at, level="none", message_sid=text.sid)
    place = f"{origin(text.sid)}/{number}"
    keep = late.record if text.sent_at else record
    keep(place, number, said, now, lambda session: also(session, number))
    if not numbers.state_of(number).blocked:
        return None
    call_back(number, now)
    return number
