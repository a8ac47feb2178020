"""What people write into the cells of a table: yes and no, moments, prices, lists."""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from io import StringIO
from math import isfinite
from types import MappingProxyType
from typing import Any

YES = frozenset({"yes", "y", "true", "t", "1", "x", "on"})
NO = frozenset({"no", "n", "false", "f", "0", "off"})
NOT_A_FLAG = "This must be yes or no."
NOT_A_MOMENT = "This must be a date such as 2026-03-31 or 2026-03-31T18:05:00Z."
NOT_A_PRICE = "This must be a price such as 250000 or 1,250.50."
NOT_AN_OBJECT = "This must be a JSON object."
HIGHEST_PRICE = Decimal(10) ** 15
MONTH_FIRST = frozenset({"US"})
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_PRICE = re.compile(r"[$€£]?\s*(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)")
STATUSES: Mapping[str, str] = MappingProxyType(
    {one: one for one in ("new", "contacted", "qualified", "nurturing", "client", "inactive")}
)
METHODS: Mapping[str, str] = MappingProxyType(
    {
        "sms": "sms",
        "text": "sms",
        "email": "email",
        "phone": "phone",
        "call": "phone",
        "inperson": "in-person",
    }
)
LEVELS: Mapping[str, str] = MappingProxyType({"express": "express", "written": "written"})


class BadCell(ValueError):
    """The cell does not say what its column is for; the message tells people what would."""


def flag(cell: str) -> bool:
    """Yes or no, in any usual way."""
    word = cell.strip().lower()
    if word not in YES | NO:
        raise BadCell(NOT_A_FLAG)
    return word in YES


def one_of(cell: str, known: Mapping[str, str]) -> str:
    """The value that this word stands for, however it is spaced."""
    word = re.sub(r"[\W_]+", "", cell.casefold())
    if word not in known:
        raise BadCell(f"This must be one of: {', '.join(dict.fromkeys(known.values()))}.")
    return known[word]


def moment(cell: str, region: str) -> datetime:
    """A moment in UTC to the millisecond: ISO 8601, or with slashes as that region has them."""
    try:
        slashed = _SLASHED.fullmatch(cell.strip())
        read = _dated(slashed, region) if slashed else datetime.fromisoformat(cell.strip())
        utc = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
        return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
    except (ValueError, OverflowError) as error:
        raise BadCell(NOT_A_MOMENT) from error


def _dated(found: re.Match[str], region: str) -> datetime:
    one, other, year, hour, minute, second = (int(part) for part in found.groups(default="0"))
    month, day = (one, other) if region in MONTH_FIRST else (other, one)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def price(cell: str) -> Decimal:
    """An amount, with or without a sign of money and commas between thousands."""
    found = _PRICE.fullmatch(cell.strip())
    try:
        read = Decimal(found[1].replace(",", "")) if found else None
    except InvalidOperation:
        read = None
    if read is None or abs(read) > HIGHEST_PRICE or len(read.as_tuple().digits) > 30:
        raise BadCell(NOT_A_PRICE)
    return read


def items(cell: str) -> list[str]:
    """A list's items: between semicolons if there are any, else between commas; each once."""
    delimiter = ";" if ";" in cell else ","
    rows = csv.reader(cell.splitlines(keepends=True), delimiter=delimiter, skipinitialspace=True)
    found = [item.strip() for row in rows for item in row]
    return [item for item in dict.fromkeys(found) if item]


def joined(words: Iterable[str]) -> str:
    """A list in one cell, as `items` reads it."""
    line = StringIO()
    csv.writer(line, delimiter=";", lineterminator="").writerow(words)
    cell = line.getvalue()
    return f"{cell};" if "," in cell and ";" not in cell else cell


def _no_number(word: str) -> float:
    raise ValueError(word)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _no_number(digits)


def record(cell: str) -> dict[str, Any]:
    """A JSON object."""
    try:
        read = json.loads(cell, parse_constant=_no_number, parse_float=_finite)
        json.dumps(read, ensure_ascii=False).encode()  # half a character is none
    except (ValueError, RecursionError) as error:
        raise BadCell(NOT_AN_OBJECT) from error
    if not isinstance(read, dict):
        raise BadCell(NOT_AN_OBJECT)
    return read
