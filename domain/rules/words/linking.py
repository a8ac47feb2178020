"""Addresses in the words of a text: where they stand, what of them may be made short, and how.

A place that is replaced becomes `<origin of links>/l/<code>`, always of the same length.
"""

import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from domain.rules.linting.hosts import SHORTENERS, among

PATH = "/l/"
LETTERS = string.digits + string.ascii_letters
CODE_LENGTH = 11
"""Of 62 letters: 65 bits, which nobody guesses."""
LONGEST = 2_000

_ADDRESS = re.compile(r"(?<![A-Za-z0-9_=/&?%#@])https?://[^\s<>\"“”„«»]+", re.IGNORECASE)
_CODE = re.compile(rf"[0-9A-Za-z]{{{CODE_LENGTH}}}")
_SCHEMES, _DEFAULT = ("http", "https"), (80, 443)
_AFTER = ".,;:!?…'‘’。、，；：！？"
_PAIRS = {")": "(", "]": "[", "}": "{", "）": "（", "】": "【"}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}|localhost")
_LONGEST_HOST = 253
_PLAIN = "/%:@!$&'()*+,;=?[]~"
"""What stays as it is in an address; other signs are written as %XX."""


@dataclass(frozen=True)
class Place:
    """An address stands at these positions of the text; `target` is the same in plain letters."""

    start: int
    end: int
    target: str


def places(text: str, base: str) -> tuple[Place, ...]:
    """The addresses that may become short ones beneath `base`, an origin; none without one.

    What is short already stays: our own links, and those of public shorteners, which carriers
    would not like any better behind ours.
    """
    return tuple(_places(text, base)) if base else ()


def replaced(text: str, base: str, code: Callable[[str], str]) -> str:
    """The text with each of them made short; `code` names a target. The rest is as it was."""
    pieces, end = [], 0
    for place in places(text, base):
        pieces += [text[end : place.start], short(base, code(place.target))]
        end = place.end
    return "".join((*pieces, text[end:]))


def measured(text: str, base: str) -> str:
    """A text as long as that one would be, of the same alphabet elsewhere."""
    return replaced(text, base, lambda _: "0" * CODE_LENGTH)


def short(base: str, code: str) -> str:
    """The short address of that name."""
    return f"{base}{PATH}{code}"


def is_code(said: str) -> bool:
    """Whether it has the form of a name that we give."""
    return _CODE.fullmatch(said) is not None


def target(address: str) -> str | None:
    """Where that leads, in plain letters; None for what is no address of a page for everybody."""
    if len(address) > LONGEST or not address.isprintable() or "\\" in address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = _host(parts.hostname or "")
    if parts.scheme not in _SCHEMES or not host or port == 0 or "@" in parts.netloc:
        return None
    netloc = host if port is None else f"{host}:{port}"
    rest = (quote(one, safe=_PLAIN) for one in (parts.path, parts.query, parts.fragment))
    found = urlunsplit((parts.scheme, netloc, *rest))
    return found if len(found) <= LONGEST else None


def _places(text: str, base: str) -> Iterator[Place]:
    for found in _ADDRESS.finditer(text):
        address = _trimmed(found[0])
        leads = target(address)
        if leads and not _is_short(leads, base):
            yield Place(found.start(), found.start() + len(address), leads)


def _trimmed(address: str) -> str:
    """Without what belongs to the sentence: marks at its end, brackets opened before it."""
    while address:
        last = address[-1]
        opening = _PAIRS.get(last)
        alone = opening is not None and address.count(last) > address.count(opening)
        if not alone and last not in _AFTER:
            break
        address = address[:-1]
    return address


def _is_short(leads: str, base: str) -> bool:
    parts, ours = urlsplit(leads), urlsplit(base)
    own = _place(parts) == _place(ours) and parts.path.startswith(PATH)
    return own or among((parts.hostname or "").removeprefix("www."), SHORTENERS)


def _place(parts: SplitResult) -> tuple[str | None, int | None]:
    """Host and port, which are one site by either scheme: 80 and 443 go without saying."""
    return parts.hostname, None if parts.port in _DEFAULT else parts.port


def _host(name: str) -> str | None:
    """In plain letters; None where that would be another's name, or is nobody's."""
    try:
        plain = name if name.isascii() else name.encode("idna").decode()
        if not name.isascii() and plain.encode().decode("idna") != name:  # ß would become ss
            return None
    except UnicodeError:
        return None
    fits = len(plain) <= _LONGEST_HOST and _HOST.fullmatch(plain)
    return plain if fits or _is_ip(plain) else None


def _is_ip(name: str) -> bool:
    try:
        return str(IPv4Address(name)) == name
    except AddressValueError:
        return False
