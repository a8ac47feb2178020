"""What happened to a contact, the newest first: one list made of three collections.

Each is read by its own index from the same place on, so a page costs the same wherever it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from domain.model import Activity, ConsentEvent, Contact, Message, Noun, NumberKey
from domain.services.consent import reading
from domain.services.lists.orders import Order, Raw
from domain.services.lists.pages import OWN, Page, Window
from domain.services.lists.wanted import any_of

PHONES: Raw = {"$ifNull": ["$phones", ["$phone"]]}
TIMELINE = Order("timeline", ("at", "_id"), -1)


@dataclass(frozen=True)
class Source:
    """One collection: which of the contact's fields names its documents by which of theirs."""

    name: str
    noun: type[Noun]
    of: str
    link: str
    time: str

    @property
    def order(self) -> Order:
        """The timeline's order, over this collection's time."""
        return Order(TIMELINE.name, (self.time, "_id"), -1)

    def lookup(self, inner: Sequence[Raw]) -> Raw:
        """What each contact has there, under the source's own name."""
        collection = self.noun._get_collection().name
        links = {"localField": self.of, "foreignField": self.link}
        return {"$lookup": {"from": collection, **links, "pipeline": [*inner], "as": self.name}}


# A STOP may come before there is a contact, and a number may be given up: both ways lead to it.
SOURCES = (
    Source("activity", Activity, "own", "contactId", "at"),
    Source("text", Message, "own", "contactId", "createdAt"),
    Source("said", ConsentEvent, "numbers._id", "number", "recordedAt"),
    Source("consent", ConsentEvent, "own", "contactId", "recordedAt"),
)


def entry(source: str, raw: Raw, time: str) -> Raw:
    """A line of the timeline: its id and time, and the document that it tells of."""
    kind = "consent" if source == "said" else source
    return {"_id": raw["_id"], "at": raw[time], "source": kind, "raw": raw}


def _opened(found: Iterable[Page]) -> None:
    """What was said is there in clear, too: `said`."""
    lines = [one for page in found for one in page.documents if one["source"] == "consent"]
    for line, said in zip(lines, reading.opened(one["raw"] for one in lines), strict=True):
        line["said"] = said


def pages_of(
    ids: Sequence[ObjectId], window: Window, hidden: Mapping[type[Noun], Iterable[str]]
) -> dict[ObjectId, Page]:
    """The page of each contact, in one command; another opens what was said."""
    lookups = []
    for source in SOURCES:
        order = source.order
        inner: list[Raw] = [{"$match": any_of(order.spans(window.place, None))}]
        inner += [{"$sort": dict(order.sort)}, {"$limit": window.first + 1}]
        unseen = dict.fromkeys(hidden.get(source.noun, ()), 0)
        lookups.append(source.lookup(inner + ([{"$project": unseen}] if unseen else [])))
    rows = _people(ids, lookups)
    found = {each: _page(rows.get(each, {}), window) for each in ids}
    _opened(found.values())
    return found


def counts_of(ids: Sequence[ObjectId]) -> dict[ObjectId, int]:
    """How many lines each contact's timeline has, in one command."""
    alone: list[Raw] = [{"$project": {"_id": 1}}]
    total: list[Raw] = [{"$count": "n"}]
    inner = {"activity": total, "text": total, "said": alone, "consent": alone}
    rows = _people(ids, [source.lookup(inner[source.name]) for source in SOURCES])
    return {own: _total(row) for own, row in rows.items()}


def _people(ids: Sequence[ObjectId], lookups: list[Raw]) -> dict[ObjectId, Raw]:
    stages: list[Raw] = [
        {"$match": {"_id": {"$in": list(ids)}}},
        {"$project": {"own": OWN, "phones": PHONES}},
        _numbers(),
        *lookups,
    ]
    return {row["_id"]: row for row in Contact._get_collection().aggregate(stages)}


def _numbers() -> Raw:
    """What the ledger calls each contact's numbers."""
    links = {"localField": "phones", "foreignField": "phone"}
    inner: list[Raw] = [{"$project": {"_id": 1}}]
    own = NumberKey._get_collection().name
    return {"$lookup": {"from": own, **links, "pipeline": inner, "as": "numbers"}}


def _page(row: Raw, window: Window) -> Page:
    lines = {
        raw["_id"]: entry(source.name, raw, source.time)
        for source in SOURCES
        for raw in row.get(source.name, ())
    }
    found = TIMELINE.sorted([*lines.values()])
    return Page(
        documents=found[: window.first],
        order=TIMELINE,
        has_next=len(found) > window.first,
        has_previous=window.after is not None,
    )


def _total(row: Raw) -> int:
    events = {raw["_id"] for name in ("said", "consent") for raw in row[name]}
    plain: Any = sum(one["n"] for name in ("activity", "text") for one in row[name])
    return int(plain) + len(events)
