"""The ledger in clear: the only way in which others read it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from bson import ObjectId
from pymongo.client_session import ClientSession

from domain.model import Author, ConsentEvent, Contact
from domain.rules import sealing
from domain.rules.consent.ledger import Said
from domain.services.consent import keys, standing
from domain.services.lists.orders import Order
from domain.services.lists.wanted import Driver, Wanted

Raw = dict[str, Any]
LEDGER = Order("ledger", ("recordedAt", "_id"), -1)
BY_PLACE = [("number", 1), ("place", 1)]
AT_ONCE = 500
AGREED = ("opt_in", "confirmed")


@dataclass(frozen=True)
class Entry:
    """One event with what was sealed in it; of who is forgotten, without.

    `number` is the id under which the ledger knows the number.
    """

    id: ObjectId
    number: ObjectId
    place: int
    phone: str
    contact_id: ObjectId | None
    action: str
    level: str
    scope: str
    method: str
    at: datetime
    recorded_at: datetime
    recorded_by: Author
    disclosed: bool | None
    wording_version: str | None
    wording_hash: str | None
    wording: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    evidence_url: str | None = None
    note: str | None = None
    message_sid: str | None = None
    recorded_from_ip: str | None = None
    origin: str | None = None


class Agreement(NamedTuple):
    """When somebody agreed, and how we heard of it."""

    at: datetime
    method: str


def opened(raws: Iterable[Raw]) -> list[Entry]:
    """Stored events in clear, in their order, with one more command."""
    stored = list(raws)
    if not stored:
        return []
    known = keys.by_id({raw["number"] for raw in stored})
    return [entry(raw, known.get(raw["number"], {})) for raw in stored]


def entry(raw: Raw, key: Raw) -> Entry:
    """One stored event with its number's key."""
    event = ConsentEvent._from_son(raw)
    told = sealing.unpacked(keys.opens(key, event.contact_id), event.sealed)
    return Entry(
        id=event.id,
        number=event.number,
        place=event.place,
        phone=key.get("phone", ""),
        contact_id=event.contact_id,
        action=event.action,
        level=event.level,
        scope=event.scope,
        method=event.method,
        at=event.at,
        recorded_at=event.recorded_at,
        recorded_by=event.recorded_by,
        disclosed=event.disclosed,
        wording_version=event.wording_version,
        wording_hash=event.wording_hash,
        **told,
    )


def known(origin: str, phone: str, session: ClientSession | None = None) -> Entry | None:
    """What was recorded of that number, or of another, by that cause; None when nothing was."""
    name = keys.named(origin, phone, keys.current(phone))
    raw = ConsentEvent._get_collection().find_one({"origin": name}, session=session)
    return opened([raw])[0] if raw else None


def facts(phone: str) -> list[Said]:
    """What was ever said of a number, as the fold takes it, in the order in which it took effect.

    Nothing is opened for it.
    """
    ids = [raw["_id"] for raw in keys.of([phone])]
    return [standing.recalled(raw) for raw in _by_place({"number": {"$in": ids}})]


def agreements(phones: Sequence[str]) -> dict[str, Agreement]:
    """The last yes (as it was said or confirmed) of each number that has one, in two commands."""
    known_ = {raw["_id"]: raw["phone"] for raw in keys.of(phones)}
    found = _by_place({"number": {"$in": list(known_)}, "action": {"$in": list(AGREED)}})
    return {known_[raw["number"]]: Agreement(raw["at"], raw["method"]) for raw in found}


def earlier(entry: Entry, session: ClientSession) -> list[Said]:
    """What was said of that number under the same key before that event."""
    before = {"number": entry.number, "place": {"$lt": entry.place}}
    return [standing.recalled(raw) for raw in _by_place(before, session)]


def _by_place(match: Raw, session: ClientSession | None = None) -> Iterator[Raw]:
    """A former key of the number is older than the present one."""
    found = ConsentEvent._get_collection().find(match, session=session)
    # While there is little, the server might as well take another index, and sort.
    yield from found.sort(BY_PLACE).hint(BY_PLACE)


def of_phone(phone: str) -> list[Entry]:
    """All that was said of a number, in the order in which it took effect."""
    known_ = {raw["_id"]: raw for raw in keys.of([phone])}
    found = _by_place({"number": {"$in": list(known_)}})
    return [entry(raw, known_[raw["number"]]) for raw in found]


def latest(phone: str, *actions: str) -> Entry | None:
    """The last event of that kind, or of those."""
    return latest_of([phone], *actions).get(phone)


def latest_of(phones: Sequence[str], *actions: str) -> dict[str, Entry]:
    """The same of several numbers in two commands, each by its number."""
    known_ = {raw["_id"]: raw for raw in keys.of(phones)}
    found = _by_place({"number": {"$in": list(known_)}, "action": {"$in": list(actions)}})
    last = {known_[raw["number"]]["phone"]: raw for raw in found}
    return {phone: entry(raw, known_[raw["number"]]) for phone, raw in last.items()}


def ledger_of(contact: Contact) -> Wanted:
    """The events about any of their numbers, and theirs about numbers that they gave up."""
    phones = contact.phones or [contact.phone]
    about = [{"number": raw["_id"]} for raw in keys.of(phones)]
    theirs = [{"contactId": one} for one in [contact.id, *contact.merged_ids]]
    return Wanted((Driver(None, (*about, *theirs)),))


def phones_of(contact_ids: Sequence[ObjectId]) -> set[str]:
    """The numbers with which these contacts said anything; hashes of those that are forgotten."""
    theirs = {"contactId": {"$in": list(contact_ids)}}
    ids = ConsentEvent._get_collection().distinct("number", theirs)
    return {raw["phone"] for raw in keys.by_id(ids).values()}


def of_contact(contact: Contact) -> Iterator[Entry]:
    """The same events, the oldest first, without being held together."""
    match = ledger_of(contact).match
    found = ConsentEvent._get_collection().find(match, batch_size=AT_ONCE)
    rows = iter(found.sort([("recordedAt", 1), ("_id", 1)]))
    while batch := list(islice(rows, AT_ONCE)):
        yield from opened(batch)


def written(entry: Entry) -> Raw:
    """The event as a document: by the names under which the ledger itself would have it."""
    told = {_camel(name): value for name, value in vars(entry).items() if value is not None}
    return told | {"recordedBy": entry.recorded_by.to_mongo().to_dict()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
