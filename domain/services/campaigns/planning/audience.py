"""Whom a campaign is for: as it is asked for, as it is kept, and page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from bson import ObjectId
from pymongo.errors import ExecutionTimeout

from domain.model import Audience, Contact
from domain.services.lists import pages
from domain.services.lists.filters import ContactFilter, Range
from domain.services.lists.orders import NEWEST
from domain.services.lists.pages import Window
from domain.services.lists.wanted import Driver
from domain.services.people.fields import wrong
from domain.services.tables import imports

Raw = dict[str, Any]
PAGE = 200
MOST_LISTED = 10_000
LONGEST_COUNT = 300
"""Milliseconds."""
SHOWN = {"phone": 1, "phones": 1}
NOBODY = "Say whom it is for: give filter, search, contactIds or importId."
TOO_MANY = f"A list can name at most {MOST_LISTED:,} contacts."
STRANGERS = "There are no contacts with these ids: {ids}."
MOST_TOLD = 5
DRY_RUN = "This was a dry run, which makes no contacts: give the id of the import itself."


@dataclass(frozen=True)
class Wish:
    """People; every part that is given must hold."""

    filter: ContactFilter | None = None
    contact_ids: tuple[str, ...] = ()
    import_id: str | None = None


@dataclass(frozen=True)
class Listed:
    """Some of the people, as raw contacts; `cursor` leads to the next, None: these are the last."""

    contacts: Sequence[Raw]
    cursor: str | None


def kept(wish: Wish) -> Audience:
    """The wish as it is stored; InvalidInput for nobody and NotFound for what is not there."""
    if wish == Wish():
        raise wrong("audience", NOBODY)
    found = imports.get(wish.import_id) if wish.import_id else None
    if found and found.dry_run:
        raise wrong("audience.importId", DRY_RUN)
    return Audience(
        filter=_plain(wish.filter) if wish.filter else {},
        contact_ids=_people(wish.contact_ids),
        import_id=found.id if found else None,
    )


def asked(stored: Audience) -> Wish:
    """The wish that was kept so."""
    everybody = not (stored.filter or stored.contact_ids or stored.import_id)
    wanted = _filter(stored.filter) if stored.filter or everybody else None
    table = str(stored.import_id) if stored.import_id else None
    return Wish(wanted, tuple(map(str, stored.contact_ids)), table)


def size(wanted: ContactFilter, most: int) -> int | None:
    """How many fit, up to so many; None when counting them takes too long."""
    options = {"limit": most, "maxTimeMS": LONGEST_COUNT}
    try:
        return int(Contact._get_collection().count_documents(wanted.match(), **options))
    except ExecutionTimeout:
        return None


def unknown_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Which of them no contact has, written exactly so."""
    contacts = Contact._get_collection()
    alone = dict.fromkeys(tags)
    return tuple(one for one in alone if not contacts.find_one({"tags": one}, {"_id": 1}))


def spelled(tag: str) -> tuple[str, ...]:
    """How contacts have it: as it is written, or with the usual capitals; itself if nobody has."""
    usual = (tag, tag.lower(), tag.capitalize(), tag.title(), tag.upper())
    lacking = unknown_tags(usual)
    return tuple(one for one in dict.fromkeys(usual) if one not in lacking) or (tag,)


def page(audience: Audience, cursor: str | None) -> Listed:
    """The people after that cursor, the newest first, or in the order in which they were named."""
    wanted = _filter(audience.filter)
    if audience.contact_ids:
        return _named(audience, wanted, int(cursor or 0))
    condition = wanted.wanted(NEWEST)
    if audience.import_id:
        table = Driver("imports", ({"importIds": audience.import_id},))
        condition = replace(condition, drivers=(table, *condition.drivers))
    found = pages.page(Contact, condition, Window(NEWEST, PAGE, cursor), _shown())
    return Listed(found.documents, found.end if found.has_next else None)


def _named(audience: Audience, wanted: ContactFilter, start: int) -> Listed:
    """Who was merged meanwhile is whom they became."""
    end = start + PAGE
    found = pages.by_key(Contact, "_id", audience.contact_ids[start:end])
    into = [one["mergedInto"] for one in found if one.get("mergedInto")]
    found += pages.by_key(Contact, "_id", into)
    table = audience.import_id
    chosen = [
        one
        for one in found
        if wanted.admits(one) and (table is None or table in one.get("importIds", ()))
    ]
    return Listed(chosen, str(end) if end < len(audience.contact_ids) else None)


def _shown() -> Mapping[str, int]:
    return SHOWN | dict.fromkeys(NEWEST.keys, 1)


def _people(ids: tuple[str, ...]) -> list[ObjectId]:
    if len(ids) > MOST_LISTED:
        raise wrong("audience.contactIds", TOO_MANY)
    given = [ObjectId(one) for one in ids if ObjectId.is_valid(one)]
    known = {one["_id"] for one in pages.by_key(Contact, "_id", given, {"_id": 1})}
    strange = [one for one in ids if not ObjectId.is_valid(one) or ObjectId(one) not in known]
    if strange:
        told = ", ".join(one[:24] for one in strange[:MOST_TOLD])
        raise wrong("audience.contactIds", STRANGERS.format(ids=told))
    return list(dict.fromkeys(given))


def _plain(wanted: ContactFilter) -> Raw:
    """The conditions that are given, by their names."""
    found = {one.name: getattr(wanted, one.name) for one in fields(wanted)}
    told = {name: value for name, value in found.items() if value not in (None, Range())}
    return {name: _value(value) for name, value in told.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Range):
        return {"since": value.since, "until": value.until}
    return list(value) if isinstance(value, tuple) else value


def _filter(stored: Mapping[str, Any]) -> ContactFilter:
    said: Raw = {}
    for name, value in stored.items():
        many = tuple(value) if isinstance(value, list) else value
        said[name] = Range(**value) if isinstance(value, dict) else many
    return ContactFilter(**said)
