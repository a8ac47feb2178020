"""People who may be advertised to, campaigns to them, and a worker's turns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoengine.connection import get_db

from adapters.mongo.pace import COLLECTION, DatabasePace
from domain.model import (
    Campaign,
    ConsentEvent,
    Contact,
    Message,
    Number,
    NumberKey,
    Recipient,
)
from domain.ports import Clock
from domain.rules.consent.optout import LINE
from domain.rules.search import found_by
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.planning.audience import Wish
from domain.services.campaigns.planning.drafting import Plan
from domain.services.campaigns.sending import freezing, running, steering
from domain.services.campaigns.sending.leases import LEASE
from domain.services.consent import keys
from domain.services.lists.filters import ContactFilter
from tests.clock import NOON, FakeClock
from tests.domain.build import POLICY, TOKEN

TAG = "campaign"
EVERYBODY = Wish(ContactFilter(tags_any=(TAG,)))
FAST = 6_000
HI = f"Hi P0!\n{POLICY.business_name}: {LINE}"
"""What the first of them gets, who has heard nothing of us before."""


def phone(place: int) -> str:
    """The number of that one of them."""
    return f"+1760{5_000_000 + place}"


def people(count: int, start: int = 0, level: str = "written") -> list[ObjectId]:
    """So many people who agreed in writing, stored at once; their ids."""
    return people_at([phone(start + place) for place in range(count)], level, start)


def people_at(phones: Sequence[str], level: str = "written", start: int = 0) -> list[ObjectId]:
    """The same for these numbers."""
    made = [_person(place, number) for place, number in enumerate(phones, start)]
    agreed = {"level": level, "blocked": False, "rev": 1, "consentAt": NOON}
    Contact._get_collection().insert_many(made)
    Number._get_collection().insert_many([{"phone": one["phone"], **agreed} for one in made])
    ledger = [keys.blank(one["phone"]) | {"place": 1} for one in made]
    NumberKey._get_collection().insert_many(ledger)
    ConsentEvent._get_collection().insert_many([_yes(one["_id"], level) for one in ledger])
    return [one["_id"] for one in made]


def strangers(count: int, start: int) -> None:
    """So many contacts who never agreed to anything."""
    made = [_person(place, phone(place)) for place in range(start, start + count)]
    Contact._get_collection().insert_many(made)


def _yes(number: ObjectId, level: str) -> dict[str, Any]:
    """What the ledger has of one who agreed."""
    said = {"action": "opt_in", "level": level, "scope": "all", "method": "form", "rev": 1}
    times = {"at": NOON, "recordedAt": NOON}
    return {"origin": str(number), "number": number, "place": 1} | said | times


def _person(place: int, number: str) -> dict[str, Any]:
    names, phones = (f"P{place}", "Doe"), [number]
    own = {"_id": ObjectId(), "phone": number, "phones": phones, "tags": [TAG]}
    said = {"firstName": names[0], "lastName": names[1], "status": "new", "rev": 1}
    times = {"createdAt": NOON, "updatedAt": NOON}
    return own | said | times | found_by(names, phones, None)


def plan(**changes: Any) -> Plan:
    """A campaign to all of them, as fast as can be."""
    told: dict[str, Any] = {"name": "Spring sale", "wish": EVERYBODY, "body": "Hi {first_name}!"}
    return Plan(**(told | {"per_minute": FAST} | changes))


def drafted(now: datetime = NOON, **changes: Any) -> Campaign:
    """A draft."""
    return drafting.create(plan(**changes), TOKEN, now, POLICY)


def started(now: datetime = NOON, **changes: Any) -> Campaign:
    """One that has been started."""
    return steering.start(drafted(now, **changes).id, now)


def claimed(now: datetime = NOON) -> Campaign:
    """The one that is due, leased: there must be one."""
    held = running.claim(now)
    assert held
    return held


def work(held: Campaign, clock: Clock) -> None:
    """One turn."""
    running.work(held, DatabasePace(get_db()[COLLECTION]), clock, POLICY)


def turn(now: datetime = NOON) -> Campaign:
    """Claim and work; the campaign afterwards."""
    held = claimed(now)
    work(held, FakeClock(now))
    return drafting.get(held.id)


def listed(now: datetime = NOON, **changes: Any) -> Campaign:
    """Started, with its list written down and no text made yet; its lease runs on."""
    made = started(now, **changes)
    while (held := claimed(now)).id != made.id:
        work(held, FakeClock(now))
    while not held.frozen:
        freezing.page(held, now)
    return held


def frozen(now: datetime = NOON, **changes: Any) -> Campaign:
    """Started, with its list written and its first texts made."""
    made = started(now, **changes)
    while not drafting.get(made.id).frozen:
        turn(now)
    return drafting.get(made.id)


def after_crash(now: datetime = NOON) -> datetime:
    """When the lease of a worker that crashed has ended."""
    return now + LEASE


def texts(campaign: Campaign) -> list[Message]:
    """Its texts, in the order of their numbers."""
    return list(Message.objects(campaign_id=campaign.id).order_by("to"))


def left(*campaigns: Campaign, status: str = "delivered", at: datetime = NOON) -> None:
    """The texts of these that waited left at that time."""
    waiting = Message.objects(campaign_id__in=[one.id for one in campaigns], status="queued")
    done = {"set__status": status, "set__attempted_at": at}
    waiting.update(unset__dispatch__due_at=True, **done)


def on_list(campaign: Campaign) -> list[str]:
    """The numbers of its recipients."""
    return sorted(one.phone for one in Recipient.objects(campaign_id=campaign.id))


def fates(campaign: Campaign) -> list[tuple[str, str | None]]:
    """What became of its recipients (state, code), in the order of their numbers."""
    listed = Recipient.objects(campaign_id=campaign.id).order_by("phone")
    return [(one.state, one.code) for one in listed]


def bodies(campaign: Campaign) -> Sequence[str]:
    """What its texts say, before the line that tells a stranger who writes and how to leave."""
    return [one.body.removesuffix(f"\n{POLICY.business_name}: {LINE}") for one in texts(campaign)]
