"""The words under which a contact is found: one index serves them and the order."""

import re
import unicodedata
from collections.abc import Iterable

SHORTEST_PART = 3
LONGEST_WORD = 24
MOST_TERMS = 1_000  # of twenty numbers
MOST_NAMES = 400
MOST_WORDS = 400
NOTHING = ""
_WORD = re.compile(r"[^\W_]+")


def found_by(
    words: Iterable[str | None], phones: Iterable[str], notes: str | None
) -> dict[str, list[str]]:
    """All that a contact is found by, under the names of the fields that keep it."""
    called = list(words)
    return {"terms": terms(called, phones), "names": names(called), "words": spoken(notes)}


def terms(words: Iterable[str | None], phones: Iterable[str]) -> list[str]:
    """Every beginning of every word, and every run of at least three digits of every number."""
    named = names(words)
    dialled = {part for phone in phones for part in _runs(_digits(phone))}.difference(named)
    return [*named, *sorted(dialled)][:MOST_TERMS]


def names(words: Iterable[str | None]) -> list[str]:
    """Every beginning of every word."""
    found = {part for text in words if text for word in _words(text) for part in _beginnings(word)}
    return sorted(found)[:MOST_NAMES]


def wanted(query: str) -> list[str]:
    """The terms that a contact must have to match what somebody typed; [] asks for nothing."""
    digits = _digits(query)
    if len(digits) >= SHORTEST_PART and not re.search(r"[^\d\s()+.\-/]", query):
        return [digits]
    return [word[:LONGEST_WORD] for word in _words(query)]


def spoken(text: str | None) -> list[str]:
    """The words of a text, each once, as its full-text index keeps them."""
    return sorted({word[:LONGEST_WORD] for word in _words(text or "")})[:MOST_WORDS]


def sought(query: str | None) -> list[str]:
    """What is `wanted`, the longest (and so the rarest) first; nobody has NOTHING."""
    return _asked(query, wanted(query or ""))


def said(query: str | None) -> list[str]:
    """The words that a text must have to match, the longest first; no text has NOTHING."""
    return _asked(query, spoken(query))


def _asked(query: str | None, found: Iterable[str]) -> list[str]:
    """A query of signs alone finds nothing; an empty one asks for nothing."""
    if not (query or "").strip():
        return []
    return sorted(set(found), key=lambda word: (-len(word), word)) or [NOTHING]


def says(text: str | None, query: str | None) -> bool:
    """Whether a text has all words of the query."""
    return set(said(query)) <= set(spoken(text))


def _words(text: str) -> list[str]:
    flat = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(char for char in flat if not unicodedata.combining(char)))


def _beginnings(word: str) -> Iterable[str]:
    return (word[:end] for end in range(1, min(len(word), LONGEST_WORD) + 1))


def _digits(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isdecimal())


def _runs(digits: str) -> Iterable[str]:
    length = len(digits)
    return (
        digits[start:end]
        for start in range(length)
        for end in range(start + SHORTEST_PART, length + 1)
    )
