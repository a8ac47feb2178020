"""Customers' texts as Twilio would deliver them: signed webhook requests, ready to be written."""

import secrets
from collections.abc import Sequence
from urllib.parse import urlencode

from adapters.sandbox.twilio.signature import sign
from adapters.twilio.routes import INBOUND_PATH
from tests.bench.wire import request

ACCOUNT = "AC" + "5a" * 16
TOKEN = "sandbox-auth-token"
OURS = "+17605550100"
PUBLIC_URL = "https://bench.example.com"
BODY = "Is the flat in Harbour Street still free? I could come on Thursday at five."


def number(index: int) -> str:
    """A customer's number, of those that are reserved for examples."""
    area, last = divmod(index, 100)
    return f"+1{201 + area}55501{last:02d}"


def form(sender: str, body: str = BODY) -> dict[str, str]:
    """The fields that Twilio sends with a text."""
    sid = "SM" + secrets.token_hex(16)
    fields = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Body": body,
        "From": sender,
        "MessageSid": sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "To": OURS,
    }
    for side in ("From", "To"):
        fields |= {
            f"{side}City": "",
            f"{side}State": "CA",
            f"{side}Zip": "",
            f"{side}Country": "US",
        }
    return fields


def webhook(sender: str, body: str = BODY, address: str = PUBLIC_URL) -> bytes:
    """A whole request, signed for that public address."""
    fields = form(sender, body)
    return request(
        INBOUND_PATH,
        urlencode(fields).encode(),
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("i-twilio-idempotency-token", secrets.token_hex(16)),
        ("user-agent", "TwilioProxy/1.1"),
        ("x-twilio-signature", sign(TOKEN, address + INBOUND_PATH, fields)),
    )


def webhooks(count: int, senders: Sequence[str]) -> list[bytes]:
    """So many texts, the senders taking turns."""
    return [webhook(senders[index % len(senders)]) for index in range(count)]
