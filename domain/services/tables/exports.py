"""Contacts as a CSV file with the columns that an import reads; nothing in it runs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from domain.model import Contact, Number
from domain.ports import Files, StoredFile
from domain.rules.tables import cells
from domain.rules.tables.columns import NAMES
from domain.rules.tables.sheet import MARK, written
from domain.services.consent import Entry, reading
from domain.services.tables.rows import GIVEN_BY, PATHS

Raw = Mapping[str, Any]
PAGE = 500
FETCHED_WITHIN = timedelta(hours=1)
SHOWN = dict.fromkeys(
    {path.partition(".")[0] for path in PATHS.values()}
    | {"phone", "phones", "tags", "consent", "customFields"},
    1,
)


def export(files: Files, match: dict[str, Any], now: datetime) -> StoredFile:
    """Write the contacts that match into a file and keep it for an hour."""
    name, expires_at = f"contacts-{now:%Y-%m-%d}.csv", now + FETCHED_WITHIN
    parts = table(match)
    return files.put(name, "text/csv", parts, kind="export", now=now, expires_at=expires_at)


def everybody() -> Iterator[bytes]:
    """The file of all contacts; who was merged is in the contact they became."""
    return table({"mergedInto": {"$exists": False}})


def table(match: dict[str, Any]) -> Iterator[bytes]:
    """The file, a piece at a time: the newest contact first."""
    yield MARK + written(NAMES).encode()
    found = Contact._get_collection().find(match, SHOWN, batch_size=PAGE)
    found = found.sort([("createdAt", -1), ("_id", -1)])
    with found:
        while page := list(islice(found, PAGE)):
            yield "".join(map(written, _lines(page))).encode()


def _lines(page: Sequence[Raw]) -> Iterator[list[str]]:
    """A line for each contact; what the ledger knows of them is read for all at once."""
    phones = [contact["phone"] for contact in page]
    wanted = {"phone": {"$in": phones}}
    numbers = {one["phone"]: one for one in Number._get_collection().find(wanted)}
    events = reading.latest_of(phones, "opt_in", "confirmed")
    for contact in page:
        phone = contact["phone"]
        said = _said(contact) | _consent(contact, numbers.get(phone, {}), events.get(phone))
        yield [_cell(said.get(name)) for name in NAMES]


def _said(contact: Raw) -> dict[str, Any]:
    own = {name: _at(contact, path) for name, path in PATHS.items()}
    others = [one for one in contact.get("phones") or () if one != contact["phone"]]
    own |= {"phone": contact["phone"], "otherPhones": others}
    return own | {"tags": contact.get("tags"), "customFields": contact.get("customFields")}


def _consent(contact: Raw, number: Raw, event: Entry | None) -> dict[str, Any]:
    level, note = number.get("level", "none"), (event and event.note) or ""
    how = note.removeprefix(GIVEN_BY) if note.startswith(GIVEN_BY) else event and event.method
    return {
        "smsOptIn": _at(contact, "preferences.smsOptIn"),
        "consentLevel": level if level != "none" else None,
        "consentDate": _at(contact, "consent.consentDate"),
        "consentIp": _at(contact, "consent.consentIp"),
        "consentWording": event and event.wording,
        "consentEvidence": event and event.evidence_url,
        "consentMethod": how,
        "ebrUntil": number.get("ebrUntil"),
        "optedOut": number.get("blockedAt") or True if number.get("blocked") else None,
    }


def _at(document: Any, path: str) -> Any:
    for step in path.split("."):
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _cell(value: Any) -> str:
    """As an import reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        utc = value.astimezone(UTC).replace(tzinfo=None)
        return f"{utc.isoformat(timespec='milliseconds')}Z"
    if isinstance(value, list):
        return cells.joined(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str) if value else ""
    return str(value)
