"""Stored values of any form, read as far as they can be."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from domain.rules import phone as phones

Raw = Mapping[str, Any]


def moment(value: object) -> datetime | None:
    """A moment; a text in ISO 8601 is one too."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def made_at(raw: Raw, now: datetime) -> datetime:
    """When the document was made: as it says, else as its id does, never in the future."""
    born = getattr(raw.get("_id"), "generation_time", None)
    return min(moment(raw.get("createdAt")) or born or now, now)


def part(raw: Raw, name: str) -> Raw:
    """An embedded document; an empty one for anything else."""
    found = raw.get(name)
    return found if isinstance(found, Mapping) else {}


def word(value: object) -> str | None:
    """A text; a number is one too, as phones and ZIP codes are often kept."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return str(value) if isinstance(value, str | int) else None


def texts(value: object) -> list[str]:
    """A list of texts; a single one is a list of one, and what is no text is left out."""
    several = value if isinstance(value, list) else [value]
    return [one for one in map(word, several) if one is not None and one.strip()]


def number(value: str, region: str) -> str | None:
    """E.164, or None when it cannot be read."""
    try:
        return phones.parse(value, region)
    except phones.InvalidPhone:
        return None


def address(value: str) -> str | None:
    """A sender that is no phone number, such as a short code; None when it is nothing at all."""
    try:
        return phones.address(value)
    except phones.InvalidPhone:
        return None


def hollow(raw: Raw, changes: Raw, *empty: str) -> tuple[str, ...]:
    """The fields that hold null, and of `empty` those that hold nothing: kept nowhere of ours."""
    nulls = {name for name, value in raw.items() if value is None}
    nothing = {name for name in empty if raw.get(name, 0) == ""}
    return tuple(sorted((nulls | nothing) - changes.keys()))
