"""What may be said of a contact, field by field: tidied, or InvalidInput that names the field."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from domain.errors import FieldError, InvalidInput
from domain.model import Agent
from domain.model.contact import Address, Interests
from domain.rules import email as emails
from domain.rules import zones
from domain.rules.words.visible import has_controls

LONGEST_NAME = 100
LONGEST_NOTES = 20_000
LONGEST_TAG = 50
MOST_CUSTOM_DEPTH = 6


class Keep(Enum):
    """Says of a field that nothing was said of it."""

    KEEP = "keep"


KEEP = Keep.KEEP


def tidy_tags(tags: Iterable[str], field: str) -> list[str]:
    """Trimmed, each once, none empty."""
    plain = [" ".join(tag.split()) for tag in tags]
    if any(len(tag) > LONGEST_TAG for tag in plain):
        raise wrong(field, f"A tag can have at most {LONGEST_TAG} characters.")
    return [tag for tag in dict.fromkeys(plain) if tag]


def name(value: str | Keep | None, field: str) -> str | Keep:
    """Required, with single spaces."""
    if isinstance(value, Keep):
        return value
    plain = " ".join((value or "").split())
    if not plain:
        raise wrong(field, "This is required.")
    _check_signs(plain, field)
    if len(plain) > LONGEST_NAME:
        raise wrong(field, f"This can have at most {LONGEST_NAME} characters.")
    return plain


def text(value: str | Keep | None, field: str, most: int) -> str | Keep | None:
    """Trimmed; what is empty is nothing."""
    if value is None or isinstance(value, Keep):
        return value
    if len(value) > most:
        raise wrong(field, f"This can have at most {most:,} characters.")
    _check_signs(value, field)
    return value.strip() or None


def _check_signs(value: str, field: str) -> None:
    if has_controls(value):
        raise wrong(field, "This cannot hold control characters: remove them.")


def email(value: str | Keep | None) -> str | Keep | None:
    """Lower-case; an empty one is none."""
    if value is None or isinstance(value, Keep) or not value.strip():
        return value if isinstance(value, Keep) else None
    try:
        return emails.parse(value)
    except emails.InvalidEmail as error:
        raise wrong("email", str(error)) from error


def timezone(value: str | Keep | None) -> str | Keep | None:
    """The zone of a region, whose clocks change as they do there."""
    if value is None or isinstance(value, Keep):
        return value
    found = zones.meant(value)
    if found is None:
        reason = "This is not the time zone of a region (e.g., America/Los_Angeles)."
        raise wrong("timezone", reason)
    return found


def agent(value: str | Keep | None) -> str | Keep | None:
    """The id of an agent who is on record."""
    if isinstance(value, str) and not Agent.objects(user_id=value).first():
        raise wrong("assignedAgent", "There is no agent with this id.")
    return value


def flag(value: bool | Keep | None) -> bool | Keep:
    """Nothing said for good is no."""
    return value if isinstance(value, Keep) else bool(value)


def part(value: Address | Interests | Keep | None) -> dict[str, Any] | Keep | None:
    """An embedded part as it is stored; an empty one is none."""
    if value is None or isinstance(value, Keep):
        return value
    return dict(value.to_mongo()) or None


def custom(value: object) -> dict[str, Any] | Keep | None:
    """An object that MongoDB can keep."""
    if value is None or isinstance(value, Keep):
        return value
    if not isinstance(value, dict) or not _storable(value, MOST_CUSTOM_DEPTH):
        reason = (
            "This must be an object; names in it must not be empty, begin with $ or have a dot."
        )
        raise wrong("customFields", reason)
    return value


def _storable(value: object, depth: int) -> bool:
    """Whether MongoDB can keep it and query by it."""
    if isinstance(value, dict):
        named = all(_good_key(key) for key in value)
        return depth > 0 and named and all(_storable(one, depth - 1) for one in value.values())
    if isinstance(value, list):
        return depth > 0 and all(_storable(one, depth - 1) for one in value)
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def _good_key(key: object) -> bool:
    return isinstance(key, str) and bool(key) and not (set(key) & {".", "\0"} or key[0] == "$")


def wrong(field: str, message: str) -> InvalidInput:
    """InvalidInput about one field, by the API's name of it."""
    return InvalidInput(message, fields=(FieldError(field, message),))
