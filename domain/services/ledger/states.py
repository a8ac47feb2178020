"""Every number that the ledger knows: its events, folded, against its stored state."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bson import ObjectId
from pymongo.client_session import ClientSession

from domain.model import ConsentEvent, Number, NumberKey
from domain.rules.consent.ledger import fold
from domain.services import stale
from domain.services.consent import standing
from domain.services.ledger.pages import Raw, at_once, pages

LACKING = "number {}: its ledger lacks events, so its state was left alone"
DIFFERS = "number {}: {} differs from the ledger"


def found(seen: Callable[[int], None], *, mend: bool) -> Iterator[str]:
    """A line for each number whose state is another, or whose ledger is not whole."""
    for page in pages(NumberKey, {"current": True}):
        yield from _of(page, mend=mend)
        seen(len(page))


def _of(page: Sequence[Raw], *, mend: bool) -> Iterator[str]:
    known, events = _stored([raw["phone"] for raw in page]), _events([raw["_id"] for raw in page])
    for raw in page:
        if _line(raw, known.get(raw["phone"]), events[raw["_id"]]):
            # Something may have been said between the two looks: this one is undisturbed.
            line = at_once(partial(_settled, number_id=raw["_id"], mend=mend))
            yield from [line] if line else []


def _settled(session: ClientSession, number_id: ObjectId, *, mend: bool) -> str | None:
    """The line about one number, if it still holds; its state is mended along with it."""
    key = NumberKey._get_collection().find_one({"_id": number_id}, session=session)
    if key is None or not key.get("current"):
        return None
    number = _stored([key["phone"]], session).get(key["phone"])
    events = _events([number_id], session)[number_id]
    line = _line(key, number, events)
    if line and mend and _is_whole(key, events):
        change = standing.update(fold(map(standing.recalled, events)))
        match = {"phone": key["phone"]}
        Number._get_collection().update_one(match, change, upsert=True, session=session)
        stale.with_numbers([key["phone"]], events[-1]["recordedAt"], session)
    return line


def _line(key: Raw, number: Raw | None, events: Sequence[Raw]) -> str | None:
    if not _is_whole(key, events):
        return LACKING.format(key["_id"])
    now, told = standing.read(number), fold(map(standing.recalled, events))
    names = [name for name in standing.NAMES if getattr(now, name) != getattr(told, name)]
    return DIFFERS.format(key["_id"], ", ".join(names)) if names else None


def _is_whole(key: Raw, events: Sequence[Raw]) -> bool:
    """Whether all events are there: places from one, or less, to the key's own without a gap."""
    last = key["place"]
    places = [one["place"] for one in events] or [0]
    return places[0] <= 1 and places == list(range(places[0], last + 1))


def _stored(phones: Sequence[str], session: ClientSession | None = None) -> dict[str, Raw]:
    found_ = Number._get_collection().find({"phone": {"$in": list(phones)}}, session=session)
    return {raw["phone"]: raw for raw in found_}


def _events(
    ids: Sequence[ObjectId], session: ClientSession | None = None
) -> defaultdict[ObjectId, list[Raw]]:
    """The events of these numbers, each in the order in which they took effect."""
    told: defaultdict[ObjectId, list[Raw]] = defaultdict(list)
    found_ = ConsentEvent._get_collection().find({"number": {"$in": list(ids)}}, session=session)
    for raw in found_.sort([("number", 1), ("place", 1)]):
        told[raw["number"]].append(raw)
    return told
