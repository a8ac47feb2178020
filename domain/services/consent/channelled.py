"""A STOP by WhatsApp or RCS is the no of the number behind that channel too.

Whoever leaves cannot be expected to know how our texts travel. A yes counts only where it was said.
"""

from datetime import datetime

from domain.rules import phone as phones
from domain.services import numbers
from domain.services.consent.keywords import origin
from domain.services.consent.recording import record
from domain.services.consent.silencing import call_back
from domain.services.consent.statement import Statement
from domain.values import InboundText


def stopped(text: InboundText, now: datetime) -> str | None:
    """Block the number behind the address that this STOP came from, once per text.

    The number; None where there is none behind, or it has come back since.
    """
    number = phones.behind(text.sender)
    if number is None:
        return None
    method = "twilio" if text.opt_out_type else "keyword"
    said = Statement("opt_out", method, now, level="none", message_sid=text.sid)
    record(f"{origin(text.sid)}/{number}", number, said, now)
    if not numbers.state_of(number).blocked:
        return None
    call_back(number, now)
    return number
