"""What may stand as proof of an agreement: tidied, or InvalidInput that says what to give."""

import ipaddress
import unicodedata
from urllib.parse import urlsplit

from domain.rules.words.visible import has_controls, seen
from domain.services.people.fields import wrong

LONGEST_LINK, LONGEST_NOTE, LONGEST_BROWSER = 2_000, 2_000, 1_000
SHORTEST_WORDING, LONGEST_WORDING = 10, 5_000
NO_ADDRESS = "This is not an IP address (e.g., 203.0.113.7)."
NO_LINK = "Give the whole http or https address under which the proof is kept."
NO_WORDING = "Give the whole sentence that was shown: at least {least} visible characters."
TOO_LONG = "This can have at most {most:,} characters."
UNREADABLE = "This cannot hold control characters: remove them."


def text(value: str | None, field: str, most: int) -> str | None:
    """Trimmed; what is empty is nothing."""
    if not value:
        return None
    if len(value.strip()) > most:
        raise wrong(field, TOO_LONG.format(most=most))
    if has_controls(value) or any(unicodedata.category(char) == "Cs" for char in value):
        raise wrong(field, UNREADABLE)
    return value.strip() or None


def ip(value: str | None, field: str) -> str | None:
    """The address by which the person was connected."""
    if not value:
        return None
    try:
        found = ipaddress.ip_address(value.strip())
    except ValueError as error:
        raise wrong(field, NO_ADDRESS) from error
    if "%" in str(found):
        raise wrong(field, NO_ADDRESS)
    return str(found)


def link(value: str | None, field: str) -> str | None:
    """Where it can be looked at, by a browser."""
    plain = text(value, field, LONGEST_LINK)
    if not value:
        return None
    if plain is None or any(char.isspace() for char in plain) or not _is_link(plain):
        raise wrong(field, NO_LINK)
    return plain


def _is_link(plain: str) -> bool:
    try:
        parts = urlsplit(plain)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def wording(value: str | None, field: str) -> str | None:
    """What the person read, long enough to say anything."""
    plain = text(value, field, LONGEST_WORDING)
    if value and (plain is None or seen(plain) < SHORTEST_WORDING):
        raise wrong(field, NO_WORDING.format(least=SHORTEST_WORDING))
    return plain
