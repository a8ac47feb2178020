"""The words by which people leave, come back or ask for help, and phrases that may mean leaving.

A keyword counts only when it is the whole message. A phrase is never acted on by itself: the
thread is held and a person decides.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from domain.rules import phrases


class Keyword(StrEnum):
    """What a one-word message asks for; YES means START only to somebody who has left."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    YES = "yes"


STOP_WORDS: Mapping[str, frozenset[str]] = {
    "en": frozenset(
        {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
        | {"opt out", "stop all", "stop please", "please stop", "stop stop", "unsubscribe all"}
        | {"unsubscribe please", "please unsubscribe", "opt me out", "opt out please"}
    ),
    "fr": frozenset({"arret", "arrete", "arrett", "arretez", "arret svp", "arretez svp"}),
}
START_WORDS: Mapping[str, frozenset[str]] = {"en": frozenset({"start", "unstop"})}
HELP_WORDS: Mapping[str, frozenset[str]] = {
    "en": frozenset({"help", "info"}),
    "fr": frozenset({"aide"}),
}
YES_WORDS: Mapping[str, frozenset[str]] = {"en": frozenset({"yes"})}

_FAMILIES = (
    (Keyword.STOP, STOP_WORDS),
    (Keyword.START, START_WORDS),
    (Keyword.HELP, HELP_WORDS),
    (Keyword.YES, YES_WORDS),
)
_MEANINGS = {
    word: keyword
    for keyword, languages in _FAMILIES
    for words in languages.values()
    for word in words
}

_APOSTROPHES = re.compile("['`\u2018\u2019\u02bc\u00b4]")
_NOT_WORDS = re.compile(r"[\W_]+")


def read(body: str) -> Keyword | None:
    """The keyword that the whole message is, or None for an ordinary message."""
    return _MEANINGS.get(_words(body))


def phrase(body: str) -> bool:
    """Whether the message sounds like "no more texts", so that a person should decide.

    A keyword that stands alone in the first line, above a signature, counts as well.
    """
    if read(body) is not None:
        return False
    lines = body.strip().splitlines()
    if lines and read(lines[0]) is Keyword.STOP:
        return True
    words = _words(body)
    return phrases.leaving(words) or phrases.wrong_number(words)


def wrong_number(body: str) -> bool:
    """Whether a phrase says that the number is not the person's whom we mean."""
    return read(body) is None and phrases.wrong_number(_words(body))


def _words(body: str) -> str:
    """The bare words: one case, width and spacing, no accents, apostrophes or punctuation."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", body)).casefold()
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return _NOT_WORDS.sub(" ", _APOSTROPHES.sub("", letters)).strip()
