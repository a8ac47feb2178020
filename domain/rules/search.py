"""The words under which a contact is found: one index serves them and the order."""

import re
import unicodedata
from collections.abc import Iterable

SHORTEST_PART = 3
LONGEST_WORD = 24
MOST_TERMS = 400
_WORD = re.compile(r"[^\W_]+")


def terms(words: Iterable[str | None], phones: Iterable[str]) -> list[str]:
    """Every beginning of every word, and every run of at least three digits of every number."""
    named = {part for text in words if text for word in _words(text) for part in _beginnings(word)}
    dialled = {part for phone in phones for part in _runs(_digits(phone))} - named
    return [*sorted(named), *sorted(dialled)][:MOST_TERMS]


def wanted(query: str) -> list[str]:
    """The terms that a contact must have to match what somebody typed; [] asks for nothing."""
    digits = _digits(query)
    if len(digits) >= SHORTEST_PART and not re.search(r"[^\d\s()+.\-/]", query):
        return [digits]
    return [word[:LONGEST_WORD] for word in _words(query)]


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
