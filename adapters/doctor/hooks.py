"""Where Twilio brings customers' texts, and how that is put right.

A number has its own webhook. In a Messaging Service the service's counts instead, unless it says
that its numbers' own do; a service without any drops what comes in and tells nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urldefrag

from twilio.rest import Client

from adapters.doctor.asking import Trouble, asked
from adapters.doctor.carrier import Held
from adapters.doctor.saying import failed, fine, warned
from adapters.twilio.gateway import RETRIES
from adapters.twilio.routes import INBOUND_PATH
from domain.ports import Finding

NAME, SERVICE = "twilio_webhook", "twilio_service"
METHOD = "POST"
MOST = 400
FIX = "Run `threadline doctor --fix`, or set it in the Twilio console: {url} with HTTP POST."
UNREAD_FIX = "Mend what is said of the account, then look again. It should be {url} with HTTP POST."
SERVICE_FIX = "Correct TWILIO_MESSAGING_SERVICE_SID: copy it from the Twilio console."
POOL_FIX = "Add the numbers to the Messaging Service's sender pool in the Twilio console."


@dataclass(frozen=True)
class Service:
    """A Messaging Service: where it brings texts, unless its numbers do; and its numbers."""

    sid: str
    url: str
    method: str
    by_number: bool
    pool: tuple[str, ...]


@dataclass(frozen=True)
class Repair:
    """One webhook that is not as it should be: whose it is, what is there, what should be.

    `minor`: it works, and could be better.
    """

    label: str
    sid: str
    before: str
    after: str
    minor: bool = False


def wanted(base_url: str) -> str:
    """What Twilio should call, with the wish that it tries again."""
    return f"{base_url}{INBOUND_PATH}{RETRIES}"


async def service(own: Client, sid: str) -> Service | Trouble:
    """The Messaging Service with its numbers."""
    found = await asked(own.messaging.v1.services(sid).fetch_async())
    if isinstance(found, Trouble):
        return found
    pool = await asked(own.messaging.v1.services(sid).phone_numbers.list_async(limit=MOST))
    if isinstance(pool, Trouble):
        return pool
    return Service(
        sid=sid,
        url=str(found.inbound_request_url or ""),
        method=str(found.inbound_method or ""),
        by_number=bool(found.use_inbound_webhook_on_number),
        pool=tuple(str(one.phone_number) for one in pool),
    )


def of_service(told: Service | Trouble, phones: Sequence[str]) -> Finding:
    """Whether it is there and has our numbers."""
    match told:
        case Trouble(missing=True):
            return failed(SERVICE, "Twilio does not know our Messaging Service.", SERVICE_FIX)
        case Trouble():
            return told.told(SERVICE, "The Messaging Service")
    if not told.pool:
        return failed(SERVICE, "Our Messaging Service has no numbers to send from.", POOL_FIX)
    if outside := [one for one in phones if one not in told.pool]:
        words = f"{', '.join(outside)} are not in our Messaging Service."
        return warned(SERVICE, words, POOL_FIX)
    return fine(SERVICE, "The Messaging Service exists and has our numbers.")


def repairs(base_url: str, numbers: Mapping[str, Held], known: Service | None) -> list[Repair]:
    """All that Twilio should be told otherwise."""
    return [one for one in _all(base_url, numbers, known) if one]


def _all(
    base_url: str, numbers: Mapping[str, Held], known: Service | None
) -> Iterator[Repair | None]:
    after = wanted(base_url)
    if known and not known.by_number:
        yield _judged("the Messaging Service", known.sid, known.url, known.method, after)
    for held in numbers.values():
        if known and held.phone in known.pool and not known.by_number:
            continue
        if held.app:
            yield Repair(held.phone, held.sid, f"the application {held.app}", after)
        else:
            yield _judged(held.phone, held.sid, held.url, held.method, after)


def _judged(label: str, sid: str, url: str, method: str, after: str) -> Repair | None:
    """None where it is as it should be."""
    before = f"{url} with HTTP {method}" if url else "nothing"
    if urldefrag(url).url != urldefrag(after).url or method.upper() != METHOD:
        return Repair(label, sid, before, after)
    given = parse_qs(urldefrag(url).fragment)
    return None if "rc" in given else Repair(label, sid, before, after, minor=True)


def finding(base_url: str, wrong: Sequence[Repair]) -> Finding:
    """Whether customers' texts are brought here."""
    fix = FIX.format(url=wanted(base_url))
    if bad := [one for one in wrong if not one.minor]:
        words = "; ".join(f"{one.label} has {one.before}" for one in bad)
        return failed(NAME, f"Twilio does not bring texts here: {words}.", fix)
    if wrong:
        labels = ", ".join(one.label for one in wrong)
        words = f"Twilio tries only once to bring a text here ({labels})."
        return warned(NAME, words, fix)
    return fine(NAME, "Twilio brings customers' texts here, and tries again when it cannot.")


def unread(base_url: str, why: str) -> Finding:
    """Where nobody could look."""
    words = f"It is not known whether Twilio brings customers' texts here: {why}."
    return warned(NAME, words, UNREAD_FIX.format(url=wanted(base_url)))


async def repair(own: Client, one: Repair) -> Trouble | None:
    """Set it; None when it is done. Safe to repeat."""
    update: Any
    if one.sid.startswith("MG"):
        update = own.messaging.v1.services(one.sid).update_async(
            inbound_request_url=one.after, inbound_method=METHOD
        )
    elif one.sid.startswith("SC"):
        update = own.short_codes(one.sid).update_async(sms_url=one.after, sms_method=METHOD)
    else:
        update = own.incoming_phone_numbers(one.sid).update_async(
            sms_url=one.after, sms_method=METHOD, sms_application_sid=""
        )
    done = await asked(update)
    return done if isinstance(done, Trouble) else None
