"""Sending through Twilio: the one place from which a text can leave.

Every call is made once. The outcome says exactly what is known: accepted, refused, surely not
processed, or unclear.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.base.values import unset
from twilio.rest import Client

from adapters.twilio.client import Failure, HttpClient, Lost, NotSent
from adapters.twilio.codes import advice
from adapters.twilio.failures import MALFORMED, UNREADABLE, later, refused
from domain.rules.status import MessageStatus, report
from domain.values import (
    Accepted,
    CarriedText,
    OutgoingText,
    Postponed,
    Rejected,
    SmsOutcome,
    Unclear,
)

STATUS_PATH = "/api/crm/sms/status"
RETRIES = "#rc=5&rp=all"  # Twilio repeats a report five times, on any failure of ours
PAGE = 1000
MOST_LISTED = 5000
_WHATSAPP = "whatsapp:"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The account, and what proves it: its own token, or an API key with the key's secret."""

    account_sid: str
    username: str
    password: str = field(repr=False)


class Gateway:
    """`domain.ports.Sms` over Twilio's own library."""

    def __init__(self, credentials: Credentials, public_url: str, http: HttpClient) -> None:
        self._http = http
        self._public_url = public_url.rstrip("/")
        self._client = Client(
            credentials.username,
            credentials.password,
            credentials.account_sid,
            http_client=http,
        )

    async def send(self, text: OutgoingText) -> SmsOutcome:
        """Hand one text over, once, without any hidden repetition."""
        try:
            created = await self._client.messages.create_async(
                to=text.to,
                body=text.body or unset,
                from_=_sender(text) or unset,
                messaging_service_sid=text.service_sid or unset,
                media_url=list(text.media_urls) or unset,
                status_callback=self._callback(text.message_id),
            )
        except NotSent as failure:
            return later(failure)
        except Lost as failure:
            return Unclear(str(failure))
        except (TwilioRestException, TwilioServiceException) as refusal:
            return refused(refusal.status, refusal.code)
        except (TwilioException, *MALFORMED):
            return Unclear(UNREADABLE)
        return _accepted(created)

    async def sent_to(self, recipient: str) -> Sequence[CarriedText] | Postponed | None:
        """Our texts to that recipient as Twilio has them, newest first; None: it will not say."""
        try:
            async with asyncio.timeout(2 * self._http.deadline):
                stream = await self._client.messages.stream_async(
                    to=recipient, page_size=PAGE, limit=MOST_LISTED
                )
                return [carried(one) async for one in stream if _outbound(one)]
        except Failure as failure:
            return later(failure)
        except TimeoutError:
            return Postponed("Twilio's list took too long")
        except (TwilioException, *MALFORMED):
            return None

    async def fetch(self, sid: str) -> CarriedText | Postponed | Rejected | None:
        """One text as Twilio has it; None when it has none under that sid."""
        try:
            found = carried(await self._client.messages(sid).fetch_async())
            return found if found.sid == sid else Postponed(UNREADABLE)
        except Failure as failure:
            return later(failure)
        except (TwilioRestException, TwilioServiceException) as refusal:
            if refusal.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
                return None
            told = refused(refusal.status, refusal.code)
            return told if isinstance(told, Rejected) else Postponed(told.reason)
        except (TwilioException, *MALFORMED):
            return Postponed(UNREADABLE)

    def _callback(self, message_id: str) -> str:
        """Where reports go: with our id, as one may come before the sid is known."""
        return f"{self._public_url}{STATUS_PATH}?m={quote(message_id, safe='')}{RETRIES}"


def _sender(text: OutgoingText) -> str | None:
    """Both sides of a WhatsApp message carry the channel's prefix."""
    sender = text.from_phone
    if sender and text.to.startswith(_WHATSAPP) and not sender.startswith(_WHATSAPP):
        return f"{_WHATSAPP}{sender}"
    return sender


def _accepted(created: Any) -> SmsOutcome:
    """The text's sid is what proves that Twilio has it."""
    if not isinstance(created.sid, str) or not created.sid:
        return Unclear("Twilio's answer has no sid")
    word = str(created.status or "accepted")
    found = report(word)
    return Accepted(
        sid=created.sid,
        status=found.status if found else MessageStatus.QUEUED,
        rank=found.rank if found else 0,
        word=word,
        segments=_segments(created.num_segments),
    )


def _outbound(one: Any) -> bool:
    return str(one.direction or "").startswith("outbound")


def carried(one: Any) -> CarriedText:
    """A text as the library read it from the records."""
    word = str(one.status or "")
    found = report(word)
    code = one.error_code if isinstance(one.error_code, int) else None
    return CarriedText(
        sid=one.sid,
        to=one.to or "",
        from_phone=one.from_ or None,
        service_sid=one.messaging_service_sid or None,
        body=one.body or "",
        status=found.status if found else None,
        rank=found.rank if found else None,
        word=word,
        created_at=one.date_created,
        segments=_segments(one.num_segments),
        price=_price(one.price),
        price_unit=one.price_unit or None,
        error_code=code,
        advice=advice(code) if code else None,
        updated_at=one.date_updated,
    )


def _segments(told: Any) -> int | None:
    """Zero means that a Messaging Service has not chosen the number yet."""
    count = str(told or "")
    return int(count) if re.fullmatch(r"[1-9][0-9]{0,3}", count) else None


def _price(told: Any) -> Decimal | None:
    """What it cost: Twilio writes it as a negative amount."""
    amount = str(told)
    return abs(Decimal(amount)) if re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", amount) else None
