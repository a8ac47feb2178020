"""A lively start for the demo: people, and conversations that happen before one's eyes.

The people are stored; everything else is said on the sandbox's phones and in its Slack, so that
it takes the same way through the product as any other text.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2
import structlog

from adapters import robots
from domain.model import Address, Contact
from domain.policy import Policy
from domain.rules.zones import local
from domain.services import consent
from domain.services.automation import hours
from domain.services.consent import Statement
from domain.services.people import contacts

PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.2
DANA, SAM, PRIYA = "U0DANA", "U0SAM", "U0PRIYA"
AWAKE = (
    "America/Los_Angeles",
    "America/New_York",
    "America/Sao_Paulo",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Pacific/Auckland",
)
"""Between them it is between 9:00 and 17:00 somewhere at any moment."""
WORKDAY = range(9, 17)
WORDING = (
    "By checking this box, I consent to receive automated texts with offers from Threadline at "
    "the phone number provided. Msg & data rates may apply. Reply STOP to opt-out."
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Guest:
    """One person of the demo, and what they and our agents say to one another, in turn.

    A line is (who, text); who is None for the customer, else the agent's user id.
    """

    first: str
    last: str
    phone: str
    status: str
    tags: tuple[str, ...]
    city: str
    opted_in: bool = False
    lines: tuple[tuple[str | None, str], ...] = ()


GUESTS = (
    Guest(
        "Jane",
        "Doe",
        "+17605550101",
        "qualified",
        ("buyer", "first home"),
        "Carlsbad",
        lines=(
            (None, "Hi! Is the bungalow on Maple Street still available?"),
            (DANA, "Hi Jane, it is. Would you like to see it this week?"),
            (None, "Yes please! Thursday after 5 would be perfect 🙂"),
            (DANA, "Thursday at 5:30 it is. I'll meet you at the door."),
            (None, "Great, see you then!"),
        ),
    ),
    Guest(
        "Marcus",
        "Lee",
        "+16195550102",
        "contacted",
        ("seller",),
        "San Diego",
        lines=(
            (None, "What would you list my condo for?"),
            (SAM, "Two like yours sold for about $640k this fall. Can I come by to see it?"),
            (None, "Sunday works. Bring the numbers 😄"),
        ),
    ),
    Guest(
        "Aisha",
        "Rahman",
        "+18585550103",
        "client",
        ("buyer", "relocation"),
        "La Jolla",
        opted_in=True,
        lines=(
            (None, "The inspector found a leak under the sink. Is that a problem?"),
            (PRIYA, "A small one. I'll ask the seller to fix it before closing."),
        ),
    ),
    Guest(
        "Tom",
        "Becker",
        "+17605550104",
        "new",
        ("open house",),
        "Oceanside",
        lines=((None, "Are dogs allowed at the open house on Saturday?"),),
    ),
    Guest(
        "Lucía",
        "Fernández",
        "+16195550105",
        "nurturing",
        ("renter",),
        "Chula Vista",
        lines=(
            (None, "¿Todavía tienen el apartamento de dos habitaciones?"),
            (SAM, "Sí, está libre desde el 1 de diciembre. ¿Quiere verlo?"),
            (None, "Sí, mañana por la tarde si es posible"),
        ),
    ),
    Guest(
        "Robert",
        "Hayes",
        "+18585550106",
        "inactive",
        ("seller",),
        "Del Mar",
        lines=((None, "We decided to stay. Thanks for everything."), (None, "STOP")),
    ),
    Guest(
        "Nora",
        "Quinn",
        "+15005530005",
        "contacted",
        ("buyer",),
        "Vista",
        lines=(
            (None, "Please send me the floor plan"),
            (DANA, "Of course, it is on its way to your inbox."),
        ),
    ),
    Guest("Priscilla", "Okoye", "+17605550108", "new", ("web form",), "Encinitas", opted_in=True),
    Guest("Daniel", "Kim", "+16195550109", "qualified", ("investor",), "San Diego", opted_in=True),
    Guest(
        *("Hannah", "Weiss", "+18585550110", "nurturing", ("buyer", "school"), "Poway"),
        opted_in=True,
    ),
    Guest("Omar", "Haddad", "+17605550111", "client", ("past client",), "Carlsbad", opted_in=True),
    Guest("Grace", "Liu", "+16195550112", "new", ("open house",), "Coronado", opted_in=True),
)


def is_needed() -> bool:
    """Only a database without people is seeded."""
    return Contact.objects.first() is None


def daylight(now: datetime) -> str:
    """A zone where it is day now, California's if it can be: the demo is shown at any hour."""
    return next(zone for zone in AWAKE if local(now, zone).hour in WORKDAY)


def clock() -> str:
    """Whose clock the demo has: its people's and the business's, where it was day at its start."""
    found = hours.kept()
    return f"contacts and business hours are in {found.timezone}" if found else "as you set it"


def begin(now: datetime, policy: Policy) -> None:
    """All that is there before anybody says a word."""
    people(now)
    robots.answers(now, daylight(now), policy)


def people(now: datetime) -> int:
    """Store the people, with the consent that some of them gave; how many there are."""
    for guest in GUESTS:
        contacts.add(_contact(guest, daylight(now)), now)
        if guest.opted_in:
            said = Statement("opt_in", "form", now, "written", wording=WORDING, ip="203.0.113.7")
            consent.record(f"seed:{guest.phone}", guest.phone, said, now)
    return len(GUESTS)


async def conversations(sandbox_url: str, thinking: float = 0.0) -> None:
    """Let them all talk at once, each waiting for the other's words to arrive.

    Agents answer after so many seconds: who writes at the same moment as the customer is asked.
    """
    async with httpx2.AsyncClient(base_url=sandbox_url, timeout=PATIENCE_SECONDS) as http:
        await _until(lambda: _answers(http))
        talks = [_talk(http, guest, thinking) for guest in GUESTS if guest.lines]
        for told in await asyncio.gather(*talks, return_exceptions=True):
            gone = isinstance(told, httpx2.ConnectError)  # the demo was stopped meanwhile
            if isinstance(told, Exception) and not gone:
                log.warning("seed.incomplete", reason=type(told).__name__)


async def _answers(http: httpx2.AsyncClient) -> str | None:
    """Whether the server accepts connections yet."""
    try:
        return "yes" if (await http.get("/texts")).is_success else None
    except httpx2.TransportError:
        return None


async def _talk(http: httpx2.AsyncClient, guest: Guest, thinking: float) -> None:
    for who, text in guest.lines:
        if who is None:
            sent = await http.post("/texts", json={"from": guest.phone, "body": text})
            sent.raise_for_status()
            channel = await _shown(http, guest, text)
        else:
            await asyncio.sleep(thinking)
            wrote = {"channel": channel, "user": who, "text": text}
            (await http.post("/slack/messages", json=wrote)).raise_for_status()
            await _arrived(http, guest, text)


async def _shown(http: httpx2.AsyncClient, guest: Guest, text: str) -> str:
    """The id of the channel where the customer's text is to be seen."""

    async def look() -> str | None:
        slack = (await http.get("/slack")).json()
        for channel in slack["channels"]:
            topic = channel.get("topic") or ""
            if guest.phone in topic and _has(channel, text):
                return str(channel["id"])
        return None

    return await _until(look)


async def _arrived(http: httpx2.AsyncClient, guest: Guest, text: str) -> None:
    """Until the carrier has said what became of the answer."""

    async def look() -> str | None:
        texts = (await http.get("/texts", params={"phone": guest.phone})).json()["texts"]
        ended = {"delivered", "undelivered", "failed"}
        found = [one for one in texts if one["body"] == text and one["status"] in ended]
        return "yes" if found else None

    await _until(look)


async def _until(look: Any) -> str:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (found := await look()) is None:  # noqa: ASYNC110 - the sandbox has no event for it
            await asyncio.sleep(PAUSE_SECONDS)
    return str(found)


def _has(channel: dict[str, Any], text: str) -> bool:
    return any(text[:20] in message.get("text", "") for message in channel["messages"])


def _contact(guest: Guest, zone: str) -> Contact:
    return Contact(
        first_name=guest.first,
        last_name=guest.last,
        phone=guest.phone,
        phones=[guest.phone],
        email=f"{guest.last}@example.com".lower(),
        address=Address(city=guest.city, state="CA"),
        status=guest.status,
        tags=list(guest.tags),
        timezone=zone,
        source="demo",
    )
