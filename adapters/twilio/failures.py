"""What became of a call to Twilio that did not do what it should, as the domain is told."""

from http import HTTPStatus
from typing import Any

from adapters.twilio.client import Busy, Failure, NotSent
from adapters.twilio.codes import Kind, advice, link
from domain.values import Declined, Postponed, Rejected

UNREADABLE = "Twilio's answer could not be read"
SMALLEST_CODE = 10_000  # what is less is an HTTP status that the library put in its place
MALFORMED = (ValueError, TypeError, LookupError, AttributeError)
"""What the library raises over an answer that is JSON and yet not what was promised."""


def refused(http_status: int, named: Any) -> Rejected | Postponed:
    """A plain no; one that only asks for patience is no refusal."""
    code = named if isinstance(named, int) and named >= SMALLEST_CODE else None
    unauthorized = code is None and http_status == HTTPStatus.UNAUTHORIZED
    told = advice(20003 if unauthorized else code, at_create=True)
    if told.kind == Kind.SOFT:
        return Postponed(told.sentence)
    return Rejected(code, told)


def later(failure: Failure) -> Postponed:
    """What may always be repeated, such as reading."""
    seconds = failure.seconds if isinstance(failure, NotSent) else None
    return Postponed(str(failure), seconds, busy=isinstance(failure, Busy))


def declined(http_status: int, named: Any) -> Declined | Postponed:
    """The same for what is no text: what an admin reads, with Twilio's own explanation."""
    told = refused(http_status, named)
    if isinstance(told, Postponed):
        return told
    if http_status == HTTPStatus.UNAUTHORIZED:
        return Declined(advice(20003).sentence)
    code = f", error {told.error_code}. {link(told.error_code)}" if told.error_code else "."
    missing = http_status == HTTPStatus.NOT_FOUND
    return Declined(f"Twilio refused it: HTTP {http_status}{code}", missing)
