"""How a text is cut into SMS segments, which is what carriers count and bill."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MAX_BODY = 1600
"""Characters that one text may have at most."""

ALONE_UCS2, EACH_UCS2 = 70, 67
"""UTF-16 units of a text that is one segment, and of each where there are more."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[]~|€\f")  # sent as an escape and a second septet

# By code point, as most of these cannot be told apart by eye.
_LOOKALIKES = {
    "'": "\u2018\u2019\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca`\u00b4",
    '"': "\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u02ba",
    ",": "\u201a",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212",
    "...": "\u2026",
    "*": "\u2022\u2023\u2219\u25e6\u00b7",
    "/": "\u2044\u2215",
    "<": "\u2039",
    ">": "\u203a",
    "~": "\u02dc",
    "^": "\u02c6",
    "|": "\u00a6",
    "\n": "\u2028\u2029",
    " ": "\u00a0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))),
    "": "\u00ad\u200b\u2060\ufeff",
}
_SWAPS = str.maketrans({odd: plain for plain, odds in _LOOKALIKES.items() for odd in odds})


class Encoding(StrEnum):
    """The alphabet of a whole text; one character outside GSM-7 switches all of it."""

    GSM7 = "GSM7"
    UCS2 = "UCS2"


@dataclass(frozen=True, slots=True)
class Segments:
    """The measure of a text: septets or UTF-16 units, and the characters that force UCS-2."""

    units: int
    segments: int
    encoding: Encoding
    culprits: tuple[str, ...] = ()


def measure(body: str) -> Segments:
    """Units, segments and encoding of `body`; a pair of units never straddles two segments."""
    culprits = tuple(dict.fromkeys(char for char in body if _septets(char) == 0))
    if culprits:
        costs = [2 if ord(char) > 0xFFFF else 1 for char in body]
        return Segments(sum(costs), _split(costs, ALONE_UCS2, EACH_UCS2), Encoding.UCS2, culprits)
    costs = [_septets(char) for char in body]
    return Segments(sum(costs), _split(costs, 160, 153), Encoding.GSM7)


def smart(body: str) -> str:
    """The text with typographic marks made plain, if that alone brings it back to GSM-7."""
    swapped = body.translate(_SWAPS)
    return swapped if measure(swapped).encoding is Encoding.GSM7 else body


def _septets(char: str) -> int:
    """What the character costs in GSM-7; 0 when it is not in that alphabet."""
    if char in _BASIC:
        return 1
    return 2 if char in _EXTENDED else 0


def _split(costs: Iterable[int], alone: int, each: int) -> int:
    """Segments filled greedily: `alone` units in a single one, `each` when there are more."""
    costs = list(costs)
    if sum(costs) <= alone:
        return 1 if costs else 0
    count, room = 1, each
    for cost in costs:
        if cost > room:
            count, room = count + 1, each
        room -= cost
    return count
