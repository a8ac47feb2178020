"""Contacts that show something else of consent than their numbers say."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bson import ObjectId
from pymongo.client_session import ClientSession

from domain.model import Contact, Number
from domain.services.consent import mirror
from domain.services.ledger.pages import Raw, at_once, pages

HERE = {"mergedInto": {"$exists": False}, "phones": {"$exists": True}}
DIFFERS = "contact {}: {} differs from its numbers"


def found(seen: Callable[[int], None], *, mend: bool) -> Iterator[str]:
    """A line for each contact that shows something else."""
    for page in pages(Contact, HERE):
        known = _numbers([phone for raw in page for phone in raw["phones"]])
        for raw in page:
            if _wrong(raw, known):
                line = at_once(partial(_settled, contact_id=raw["_id"], mend=mend))
                yield from [line] if line else []
        seen(len(page))


def _settled(session: ClientSession, contact_id: ObjectId, *, mend: bool) -> str | None:
    people = Contact._get_collection()
    raw = people.find_one({"_id": contact_id, **HERE}, session=session)
    known = _numbers(raw["phones"], session) if raw else {}
    names = _wrong(raw, known) if raw else []
    if raw and names and mend:
        change = mirror.update(_view(raw, known))
        people.update_one({"_id": contact_id}, change, session=session)
    return DIFFERS.format(contact_id, ", ".join(names)) if names else None


def _wrong(raw: Raw, known: dict[str, Number]) -> list[str]:
    return mirror.wrong(raw, _view(raw, known))


def _view(raw: Raw, known: dict[str, Number]) -> Raw:
    theirs = [known[phone] for phone in raw["phones"] if phone in known]
    return mirror.view(raw.get("phone") or "", theirs)


def _numbers(phones: Sequence[str], session: ClientSession | None = None) -> dict[str, Number]:
    found_ = Number._get_collection().find({"phone": {"$in": list(phones)}}, session=session)
    return {raw["phone"]: Number._from_son(raw) for raw in found_}
