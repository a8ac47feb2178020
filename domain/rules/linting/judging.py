"""A text is held against the lists. Pure; words are found whole, in any case, width and accent."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from domain.rules.linting import form
from domain.rules.linting.concern import Concern
from domain.rules.linting.subjects import Subject, read
from domain.rules.phone import is_toll_free

REMEMBERED = 1_000
MOST_NAMED = 3
_FOUND = "Looks like {name} ({words}): {advice}."
_APOSTROPHES = str.maketrans("", "", "'’`´")


@lru_cache(REMEMBERED)
def lint(
    body: str, purpose: str, business_name: str, sender: str | None = None
) -> tuple[Concern, ...]:
    """All concerns, subjects first; a word in `{braces}` is a variable and no word."""
    plain = _folded(body)
    return (
        *_subjects(re.sub(r"\{[^{}]*\}", " ", plain), sender),
        *form.about_sender(body, plain, purpose, business_name, sender),
        *form.about_links(plain),
        *form.about_weight(body),
    )


def _subjects(plain: str, sender: str | None) -> Iterator[Concern]:
    said = plain.translate(_APOSTROPHES)
    for subject, unless, words in _COMPILED:
        if subject.toll_free and not is_toll_free(sender or ""):
            continue
        rest = unless.sub(" ", said) if unless else said
        found = list(dict.fromkeys(" ".join(one[0].split()) for one in words.finditer(rest)))
        if found:
            named = ", ".join(f"“{one}”" for one in found[:MOST_NAMED])
            text = _FOUND.format(name=subject.name, words=named, advice=subject.advice)
            yield Concern(subject.code, text)


def _folded(text: str) -> str:
    whole = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    return "".join(char for char in whole if not unicodedata.combining(char))


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these as whole words; `(s)` may be there or not, a blank may be a hyphen."""
    endings = (re.sub(r"\((s|es|e)\)", r"(?:\1)?", word) for word in words)
    spaced = (re.sub(r" (?!\?)", r"[\\s-]+", one) for one in endings)
    return re.compile(rf"(?<![\w])(?:{'|'.join(spaced)})(?![\w])")


_COMPILED: tuple[tuple[Subject, re.Pattern[str] | None, re.Pattern[str]], ...] = tuple(
    (one, _pattern(one.unless) if one.unless else None, _pattern(one.words)) for one in read()
)
