"""Twilio's errors, and the magic numbers that call for them.

A recipient `+150055NNNNN` meets error NNNNN: refused at creation when the code is one of REFUSED,
failed on the way when it is one of FAILED. So does `+150A55NNNNN` for any digit A, where several
are wanted. Twilio's own test numbers `+1500555000N` mean the same.
"""

import re
from dataclasses import dataclass

from adapters.sandbox.ledger import Json

REFUSED: dict[int, tuple[int, str]] = {
    20001: (400, "Invalid parameter: {detail}"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {detail} was not found"),
    20429: (429, "Too Many Requests"),
    21211: (400, "Invalid 'To' Phone Number: {detail}"),
    21212: (400, "Invalid From Number (caller ID): {detail}"),
    21266: (400, "'To' and 'From' number cannot be the same: {detail}"),
    21408: (403, "Permission to send an SMS has not been enabled for the region of {detail}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' number {detail} cannot send a message to this 'To' number."),
    21608: (403, "The number {detail} is unverified. Trial accounts cannot text it."),
    21609: (400, "The 'StatusCallback' URL {detail} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (429, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "Message cannot be sent with the current combination of 'To' and 'From'."),
    21614: (400, "'To' number is not a valid mobile number: {detail}"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21620: (400, "Invalid media URL(s): {detail}"),
    21623: (400, "Number of media files exceeds the allowed limit of 10"),
    21659: (400, "'From' {detail} is not a Twilio phone number or short code of the account"),
    21705: (400, "The Messaging Service Sid {detail} is invalid."),
    30002: (403, "Account suspended"),
    30409: (400, "Only a scheduled message can be canceled; {detail} is not."),
    35114: (400, "SendAt must be more than 300 seconds and at most 35 days ahead."),
    35118: (400, "MessagingServiceSid is required to schedule a message."),
    60728: (429, "The hourly message limit of the account is reached"),
}

FAILED: dict[int, tuple[str, str]] = {
    11200: ("failed", "HTTP retrieval failure"),
    12300: ("failed", "Invalid Content-Type"),
    30001: ("failed", "Queue overflow"),
    30003: ("undelivered", "Unreachable destination handset"),
    30004: ("undelivered", "Message blocked"),
    30005: ("undelivered", "Unknown destination handset"),
    30006: ("undelivered", "Landline or unreachable carrier"),
    30007: ("undelivered", "Message filtered"),
    30008: ("undelivered", "Unknown error"),
    30019: ("failed", "Content size exceeds carrier limit"),
    30022: ("failed", "US A2P 10DLC - Rate limits exceeded"),
    30032: ("failed", "Toll-free number has not been verified"),
    30034: ("undelivered", "US A2P 10DLC - Message from an unregistered number"),
    30036: ("failed", "Validity period expired"),
    30410: ("undelivered", "Provider timeout error"),
}

HTTP_FAILURES = {500: 500, 502: 502, 503: 503, 504: 504}

_MAGIC = re.compile(r"\+150(\d)55(\d{5})")
_TWILIO_TEST = {"50001": 21211, "50002": 21612, "50003": 21408, "50004": 21610, "50009": 21614}


@dataclass(frozen=True)
class Magic:
    """What a magic recipient calls for: an error code, or a bare HTTP failure."""

    code: int

    @property
    def refused(self) -> bool:
        """Whether the text is refused when it is created."""
        return self.code in REFUSED or self.code in HTTP_FAILURES

    @property
    def failed(self) -> bool:
        """Whether the text fails on its way."""
        return self.code in FAILED and not self.refused


def magic_of(number: str) -> Magic | None:
    """The meaning of a magic number; none for an ordinary one."""
    found = _MAGIC.fullmatch(number)
    if found is None:
        return None
    area, digits = found.groups()
    code = _TWILIO_TEST.get(digits, int(digits)) if area == "0" else int(digits)
    known = code in REFUSED or code in FAILED or code in HTTP_FAILURES
    return Magic(code) if known else None


class TwilioError(Exception):
    """A call that Twilio refuses: HTTP status, code and the sentence shown."""

    def __init__(self, code: int, detail: str = "", status: int | None = None) -> None:
        known, sentence = REFUSED.get(code, (400, "Error"))
        self.code = code
        self.status = status or HTTP_FAILURES.get(code, known)
        self.sentence = sentence.format(detail=detail)
        super().__init__(self.sentence)

    def body(self) -> Json:
        """As Twilio's API shows it."""
        return {
            "code": self.code,
            "message": self.sentence,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
