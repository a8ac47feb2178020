"""Our account at Twilio: who we are, what is left, which numbers are ours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from twilio.rest import Client

from adapters.doctor.asking import Trouble, asked
from adapters.doctor.saying import failed, fine, warned
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials
from domain.ports import Finding

ACCOUNT, BALANCE, KEY, NUMBERS = (
    "twilio_account",
    "twilio_balance",
    "twilio_key",
    "twilio_numbers",
)
LOW = Decimal(5)  # in the account's currency: a few hundred texts
MOST = 50
ACCOUNT_FIX = "Copy the Account SID and the Auth Token from the Twilio console into the settings."
ADDRESS_FIX = "Copy the Account SID from the Twilio console; leave TWILIO_API_URL away."
KEY_FIX = "Make an API key in the Twilio console and put its SID and its secret into the settings."
STATUS_FIX = "Open the Twilio console: it says there why, and what Twilio wants."
BALANCE_FIX = "Add funds in the Twilio console under Billing, or switch automatic recharge on."
TRIAL_FIX = "Upgrade the account in the Twilio console: until then only verified numbers get texts."
NUMBER_FIX = "Correct TWILIO_PHONE_NUMBER, or buy the number in this Twilio account."
SMS_FIX = "Choose a number in the Twilio console whose capabilities include SMS."


@dataclass(frozen=True)
class Held:
    """A number as Twilio has it; `app` is a TwiML application that takes its texts instead."""

    sid: str
    phone: str
    url: str
    method: str
    app: str
    sms: bool


@dataclass
class Known:
    """What a look has found; without `reached` there is no use in asking on.

    `unread`: why nobody knows which numbers are ours.
    """

    findings: list[Finding] = field(default_factory=list)
    numbers: dict[str, Held] = field(default_factory=dict)
    reached: bool = True
    unread: str | None = None


def client(credentials: Credentials, http: HttpClient) -> Client:
    """Twilio's own library, acting as that account or key."""
    return Client(
        credentials.username, credentials.password, credentials.account_sid, http_client=http
    )


async def look(by_token: Client, own: Client, sid: str, phones: Sequence[str]) -> Known:
    """The account, its balance, the API key if there is one, and our numbers."""
    known = Known()
    told = await asked(by_token.api.v2010.accounts(sid).fetch_async())
    known.findings.append(_account(told))
    if isinstance(told, Trouble):
        known.reached = told.status is not None and not told.unauthorized
        if not known.reached and (own.username == sid or not told.unauthorized):
            known.unread = told.reason
            return known
    else:
        balance = await asked(by_token.api.v2010.accounts(sid).balance.fetch_async())
        known.findings.append(_balance(balance))
    found = [await asked(_number(own, phone)) for phone in phones]
    if own.username != sid:
        known.findings.append(_key(found, await _probe(own) if not found else None))
    refused = next((one for one in found if isinstance(one, Trouble)), None)
    known.reached = refused is None or not refused.unauthorized
    known.unread = refused.reason if refused else None
    if known.reached and phones:
        known.numbers = {one.phone: one for one in found if isinstance(one, Held)}
        known.findings.append(_numbers(phones, known.numbers, refused))
    return known


async def _number(own: Client, phone: str) -> Held | None:
    """Ours under exactly that number."""
    if not phone.startswith("+"):
        codes = await own.short_codes.list_async(short_code=phone, limit=MOST)
        found = [one for one in codes if one.short_code == phone]
    else:
        listed = await own.incoming_phone_numbers.list_async(phone_number=phone, limit=MOST)
        found = [one for one in listed if one.phone_number == phone]
    return _held(found[0], phone) if found else None


def _held(told: Any, phone: str) -> Held:
    capable = getattr(told, "capabilities", None)
    able = capable.get("sms") if isinstance(capable, dict) else getattr(capable, "sms", True)
    return Held(
        sid=str(told.sid),
        phone=phone,
        url=str(told.sms_url or ""),
        method=str(told.sms_method or ""),
        app=str(getattr(told, "sms_application_sid", "") or ""),
        sms=able is not False,
    )


async def _probe(own: Client) -> object:
    """Any call by the API key, where there is no number to ask for."""
    return await asked(own.incoming_phone_numbers.list_async(limit=1))


def _account(told: Any) -> Finding:
    match told:
        case Trouble(unauthorized=True):
            return failed(ACCOUNT, "Twilio does not accept our Auth Token.", ACCOUNT_FIX)
        case Trouble(missing=True):
            return failed(ACCOUNT, "There is no such Twilio account at this address.", ADDRESS_FIX)
        case Trouble():
            return told.told(ACCOUNT, "The Twilio account")
        case _ if told.status != "active":
            return failed(ACCOUNT, f"The Twilio account is {told.status or 'unknown'}.", STATUS_FIX)
        case _ if told.type == "Trial":
            return warned(ACCOUNT, "The Twilio account is a trial account.", TRIAL_FIX)
    return fine(ACCOUNT, "The Twilio account is active, and Twilio accepts our Auth Token.")


def _balance(told: Any) -> Finding:
    if isinstance(told, Trouble):
        return told.told(BALANCE, "The balance at Twilio")
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,9})?", str(told.balance)):
        return warned(BALANCE, "Twilio does not say what is left.", STATUS_FIX)
    left, currency = Decimal(str(told.balance)), str(told.currency or "")
    words = f"{left:.2f} {currency} are left at Twilio.".replace("  ", " ")
    if left <= 0:
        return failed(BALANCE, f"{words} No text leaves.", BALANCE_FIX)
    return warned(BALANCE, words, BALANCE_FIX) if left < LOW else fine(BALANCE, words)


def _key(found: Sequence[object], probed: object) -> Finding:
    """The API key with which texts are sent, by how its calls went."""
    troubles = [one for one in (*found, probed) if isinstance(one, Trouble)]
    if any(one.unauthorized for one in troubles):
        return failed(KEY, "Twilio does not accept our API key.", KEY_FIX)
    if troubles:
        return troubles[0].told(KEY, "The API key")
    return fine(KEY, "Twilio accepts our API key.")


def _numbers(phones: Sequence[str], found: dict[str, Held], refused: Trouble | None) -> Finding:
    if refused:
        return refused.told(NUMBERS, "Our numbers")
    if strange := [one for one in phones if one not in found]:
        told = f"This Twilio account does not have {', '.join(strange)}."
        return failed(NUMBERS, told, NUMBER_FIX)
    if mute := [one.phone for one in found.values() if not one.sms]:
        return failed(NUMBERS, f"{', '.join(mute)} cannot send or receive texts.", SMS_FIX)
    return fine(NUMBERS, f"Twilio has {', '.join(phones)} for us.")
