"""A template's words with what they stand for: `{first_name|there}`.

A variable is a name between braces, with what is said instead after a bar. `{{` and `}}` are
braces. Names are compared without case; spaces and hyphens count as underscores.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.rules.segments import ALONE_UCS2, EACH_UCS2, Segments, measure

LONGEST = 25
"""So long a value is taken to be in the worst case, in UTF-16 units (an emoji is two)."""
_WIDE = "Ł"  # a sign that makes the whole text a Unicode one
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"[^\W\d]\w{0,49}")
OPEN = "A brace stands alone. Write a variable as {first_name}, and a brace itself as {{ or }}."
NAMELESS = "`{name}` is no name of a variable: use letters, digits and underscores."


class Malformed(ValueError):
    """These words are no template; the message says what to write instead."""


class Missing(ValueError):
    """Variables that have no value and nothing to be said instead."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True, slots=True)
class Slot:
    """A variable; `fallback` None: without a value there is no text."""

    name: str
    fallback: str | None


def parse(body: str) -> tuple[str | Slot, ...]:
    """Words and variables in turn; Malformed when braces do not fit."""
    pieces: list[str | Slot] = []
    end = 0
    for found in _PIECE.finditer(body):
        pieces.append(body[end : found.start()])
        pieces.append(_piece(found))
        end = found.end()
    return tuple(one for one in (*pieces, body[end:]) if one != "")


def variables(body: str) -> tuple[str, ...]:
    """The names of its variables, each once, in the order of the text."""
    named = (one.name for one in parse(body) if isinstance(one, Slot))
    return tuple(dict.fromkeys(named))


def render(body: str, values: Mapping[str, str]) -> str:
    """The words with the values put in; Missing names all that has none. Values are not read."""
    known = {named(name): value for name, value in values.items() if value.strip()}
    pieces = parse(body)
    slots = [one for one in pieces if isinstance(one, Slot)]
    lacking = tuple(one.name for one in slots if one.name not in known and one.fallback is None)
    if lacking:
        raise Missing(tuple(dict.fromkeys(lacking)))
    return "".join(
        one if isinstance(one, str) else known.get(one.name, one.fallback or "") for one in pieces
    )


def worst(body: str) -> Segments:
    """What it takes when every value is long and one of them needs Unicode.

    No value of at most LONGEST units takes more: where an emoji falls on the end of a segment, that
    segment has one unit less.
    """
    pieces = parse(body)
    filled = "".join(one if isinstance(one, str) else _longest(one) for one in pieces)
    size = measure(filled)
    if size.units <= ALONE_UCS2 or not any(isinstance(one, Slot) for one in pieces):
        return size
    return replace(size, segments=-(-size.units // (EACH_UCS2 - 1)))


def named(name: str) -> str:
    """A variable's name as it is compared."""
    return re.sub(r"[\s-]+", "_", name.strip()).casefold()


def _longest(slot: Slot) -> str:
    return _WIDE * max(LONGEST, _units(slot.fallback or ""))


def _units(words: str) -> int:
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def _piece(found: re.Match[str]) -> str | Slot:
    if found[0] in ("{{", "}}"):
        return found[0][0]
    if found[1] is None:
        raise Malformed(OPEN)
    name, bar, fallback = found[1].partition("|")
    if not _NAME.fullmatch(named(name)):
        raise Malformed(NAMELESS.format(name=name.strip()[:50]))
    return Slot(named(name), fallback.strip() if bar else None)
