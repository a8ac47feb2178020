"""What one row of a table says of a contact, or what is wrong with it, cell by cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from bson import Decimal128

from domain.errors import InvalidInput
from domain.rules import phone
from domain.rules.phone import InvalidPhone
from domain.rules.tables import cells
from domain.rules.tables.cells import BadCell
from domain.rules.tables.columns import Column
from domain.rules.tables.sheet import Row
from domain.services.consent import Statement
from domain.services.people import evidence, fields

LONGEST_TEXT = 200
LONGEST_WORDING = 2_000
MOST_ITEMS = 50
SKEW = timedelta(days=1)
GIVEN_BY = "Given by: "
TOO_MANY_CELLS = "This row has more cells than the header has columns."
NO_PHONE = "A phone number is needed."
AHEAD = "This moment has not come yet."


@dataclass(frozen=True)
class Fault:
    """One line of the report: a column by its name, or none when it is about the whole row."""

    row: int
    field: str | None
    message: str


@dataclass(frozen=True)
class Entry:
    """What is said of the person with that number: stored paths, and what is added to lists.

    `related_until`: they are a customer of ours, or asked about something, for so long.
    """

    row: int
    phone: str
    others: tuple[str, ...] = ()
    stored: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    said: Statement | None = None
    related_until: datetime | None = None


@dataclass(frozen=True)
class Reader:
    """Reads rows of one file: its columns, the country of its numbers, when it was handed in."""

    columns: Sequence[Column]
    region: str
    at: datetime

    def read(self, row: Row) -> Entry | tuple[Fault, ...]:
        """What the row says; every fault of it when it has any."""
        said: dict[str, Any] = {}
        custom: dict[str, Any] = {}
        faults: list[Fault] = []
        for column, cell in zip(self.columns, row.cells, strict=False):
            name = column.field or column.custom
            if not cell or name is None:
                continue
            try:
                if column.custom:
                    custom[name] = _text(name, fields.LONGEST_NOTES)(cell, self.region)
                else:
                    said[name] = CELLS[name](cell, self.region)
            except (BadCell, InvalidPhone, InvalidInput) as error:
                faults.append(Fault(row.number, name, str(error)))
        if any(row.cells[len(self.columns) :]):
            faults.append(Fault(row.number, None, TOO_MANY_CELLS))
        if "phone" not in said and not any(one.field == "phone" for one in faults):
            faults.append(Fault(row.number, "phone", NO_PHONE))
        if said.get("consentDate", self.at) > self.at + SKEW:
            faults.append(Fault(row.number, "consentDate", AHEAD))
        return tuple(faults) or self._entry(row.number, said, custom)

    def _entry(self, row: int, said: dict[str, Any], custom: dict[str, Any]) -> Entry:
        first, _, last = said.get("name", "").rpartition(" ")
        named = {"firstName": first or last, "lastName": last} if first or last else {}
        named |= {} if first else {"lastName": ""} if named else {}
        named = {} if "firstName" in said or "lastName" in said else named
        stored = {PATHS[name]: value for name, value in (named | said).items() if name in PATHS}
        custom = said.get("customFields", {}) | custom
        stored |= {f"customFields.{name}": value for name, value in custom.items()}
        return Entry(
            row=row,
            phone=said["phone"],
            others=tuple(one for one in said.get("otherPhones", ()) if one != said["phone"]),
            stored=stored,
            tags=tuple(said.get("tags", ())),
            said=self._statement(said),
            related_until=said.get("ebrUntil"),
        )

    def _statement(self, said: Mapping[str, Any]) -> Statement | None:
        """A no if there is one, else a yes; that somebody did not tick a box says nothing."""
        out = said.get("optedOut")
        if out:
            at = out if isinstance(out, datetime) else said.get("consentDate", self.at)
            return Statement("opt_out", "import", min(at, self.at), level="none", **_proof(said))
        if not said.get("smsOptIn"):
            return None
        level, at = said.get("consentLevel", "express"), said.get("consentDate", self.at)
        return Statement("opt_in", "import", min(at, self.at), level=level, **_proof(said))


def _proof(said: Mapping[str, Any]) -> dict[str, Any]:
    how = said.get("consentMethod")
    return {
        "wording": said.get("consentWording"),
        "ip": said.get("consentIp"),
        "evidence_url": said.get("consentEvidence"),
        "note": f"{GIVEN_BY}{how}" if how else None,
    }


def _text(name: str, most: int) -> Callable[[str, str], Any]:
    return lambda cell, _: fields.text(cell, name, most)


def _items(cell: str, _: str) -> list[str]:
    found = cells.items(cell)
    if len(found) > MOST_ITEMS or any(len(item) > LONGEST_TEXT for item in found):
        raise BadCell(f"This can have at most {MOST_ITEMS} items, each a few words.")
    return found


def _phones(cell: str, region: str) -> list[str]:
    return list(dict.fromkeys(phone.parse(one, region) for one in cells.items(cell)))


def _price(cell: str, _: str) -> Decimal128:
    return Decimal128(cells.price(cell))


def _flag(cell: str, _: str) -> bool:
    return cells.flag(cell)


def _out(cell: str, region: str) -> datetime | bool:
    """When somebody said no, or only that they did."""
    try:
        return cells.flag(cell)
    except BadCell:
        return cells.moment(cell, region)


def _custom(cell: str, _: str) -> Any:
    return fields.custom(cells.record(cell))


Read = Callable[[str, str], Any]
_WORDS = ("street", "city", "state", "zip", "source", "assignedAgent", "timeframe", "consentMethod")
_FLAGS = ("emailOptIn", "callOptIn", "doNotCall", "buying", "selling", "smsOptIn")
_OTHERS: dict[str, Read] = {
    "phone": phone.parse,
    "otherPhones": _phones,
    "name": lambda cell, _: fields.name(cell, "name"),
    "firstName": lambda cell, _: fields.name(cell, "firstName"),
    "lastName": lambda cell, _: fields.name(cell, "lastName"),
    "email": lambda cell, _: fields.email(cell),
    "status": lambda cell, _: cells.one_of(cell, cells.STATUSES),
    "tags": lambda cell, _: fields.tidy_tags(cells.items(cell), "tags"),
    "notes": _text("notes", fields.LONGEST_NOTES),
    "timezone": lambda cell, _: fields.timezone(cell),
    "preferredContactMethod": lambda cell, _: cells.one_of(cell, cells.METHODS),
    "propertyTypes": _items,
    "locations": _items,
    "priceMin": _price,
    "priceMax": _price,
    "customFields": _custom,
    "consentLevel": lambda cell, _: cells.one_of(cell, cells.LEVELS),
    "consentDate": cells.moment,
    "ebrUntil": cells.moment,
    "consentIp": lambda cell, _: evidence.ip(cell, "consentIp"),
    "consentWording": _text("consentWording", LONGEST_WORDING),
    "consentEvidence": _text("consentEvidence", LONGEST_WORDING),
    "optedOut": _out,
}
_PLAIN = ("firstName", "lastName", "email", "source", "status", "notes", "assignedAgent")
_INSIDE = {
    "address": ("street", "city", "state", "zip"),
    "preferences": ("preferredContactMethod", "emailOptIn", "callOptIn"),
    "interests": ("buying", "selling", "propertyTypes", "locations", "timeframe"),
}
CELLS: Mapping[str, Read] = MappingProxyType(
    _OTHERS | {name: _text(name, LONGEST_TEXT) for name in _WORDS} | dict.fromkeys(_FLAGS, _flag)
)
"""How the cells of each column are read, given the country of its numbers."""
PATHS: Mapping[str, str] = MappingProxyType(
    {name: name for name in (*_PLAIN, "timezone", "doNotCall")}
    | {name: f"{part}.{name}" for part, names in _INSIDE.items() for name in names}
    | {"priceMin": "interests.priceRange.min", "priceMax": "interests.priceRange.max"}
)
"""Where the value of a column is stored; the other columns are added to lists or the ledger."""
