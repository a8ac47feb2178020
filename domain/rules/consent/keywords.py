"""The words by which people leave, come back or ask for help, and phrases that may mean leaving.

A keyword counts only when it is the whole message. Which words there are follows from the number's
country: English everywhere, French in Canada, and the owner's own. A phrase is never acted on by
itself: the thread is held and a person decides.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.rules import phone as phones
from domain.rules.consent import lookalikes, phrases


class Keyword(StrEnum):
    """What a one-word message asks for.

    YES means something only to somebody who has left, or was asked to confirm.
    """

    STOP = "stop"
    START = "start"
    HELP = "help"
    YES = "yes"
    JOIN = "join"


ByCountry = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Own:
    """The owner's words: by country code, and those that join from anywhere."""

    stop: ByCountry = field(default_factory=dict)
    start: ByCountry = field(default_factory=dict)
    help: ByCountry = field(default_factory=dict)
    join: tuple[str, ...] = ()


STOP_WORDS: Mapping[str, frozenset[str]] = {
    "en": frozenset(
        {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
        | {"opt out", "stop all", "stop please", "please stop", "stop stop", "unsubscribe all"}
        | {"unsubscribe please", "please unsubscribe", "opt me out", "opt out please"}
        | {"stop pls", "pls stop", "stop stop stop", "stop stop stop stop"}
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
_LANGUAGES: Mapping[str, frozenset[str]] = {"CA": frozenset({"en", "fr"})}
_ELSEWHERE = frozenset({"en"})
CARRIERS: Mapping[Keyword, frozenset[str]] = {
    Keyword.STOP: frozenset(
        {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
        | {"ARRET", "ARRETE"}
    ),
    Keyword.START: frozenset({"START", "YES", "UNSTOP"}),
    Keyword.HELP: frozenset({"HELP", "INFO"}),
}
"""The words that Twilio acts on by itself, from every number, if they are the bare message."""
_MEANINGS = {
    word: (keyword, language)
    for keyword, languages in _FAMILIES
    for language, words in languages.items()
    for word in words
}
_CARRIERS_OWN = {word for words in CARRIERS.values() for word in words}

_APOSTROPHES = re.compile("['`\u2018\u2019\u02bc\u00b4]")
_NOT_WORDS = re.compile(r"[\W_]+")
_SPELLED = re.compile(r"\w(?: \w)+")
_SENTENCES = re.compile(r"[.!?;:\n]+|\s[-\u2013\u2014]+\s")
_STOP_SIGNS = frozenset("\U0001f6d1\u26d4")
_FEW = 3
_NO_SIGNS = frozenset("\U0001f6ab\U0001f515\U0001f4f5\U0001f645\U0001f595")
"""They mean no only where they are all that is said."""
_KIND = frozenset(
    {"please", "pls", "plz", "now", "thanks", "thx", "ty", "ok", "okay", "sorry", "hi", "hey"}
    | {"hello", "svp", "sir", "madam", "maam", "just", "asap", "today", "immediately", "merci"}
)
_LONGEST_ASIDE = 6


def read(body: str, sender: str = "", own: Own | None = None) -> Keyword | None:
    """The keyword that the whole message is, coming from that number; None for ordinary talk."""
    return _meant(_words(body), sender, own)


def anywhere(body: str, own: Own | None = None) -> Keyword | None:
    """The keyword that these words are from some number at least, wherever that may be."""
    words, ours = _words(body), own or Own()
    if words in _MEANINGS:
        return _MEANINGS[words][0]
    families = ((Keyword.STOP, ours.stop), (Keyword.HELP, ours.help), (Keyword.START, ours.start))
    for keyword, countries in families:
        if any(_words(one) == words for theirs in countries.values() for one in theirs):
            return keyword
    return Keyword.JOIN if any(_words(one) == words for one in ours.join) else None


def bare(body: str) -> str:
    """The words as they are compared: one case and spacing, no accents, no punctuation."""
    return _words(body)


def carrier_answers(body: str) -> bool:
    """Whether Twilio knows the word, so that it answers by itself where it is let."""
    return body.strip().upper() in _CARRIERS_OWN


def language(body: str) -> str:
    """In which language the keyword is: `en` or `fr`."""
    return _MEANINGS.get(_words(body), (None, "en"))[1]


def phrase(body: str) -> bool:
    """Whether the message sounds like "no more texts", so that a person should decide.

    A keyword that is a sentence of its own, or stands above a signature, counts as well.
    """
    words = _words(body)
    if _meant(words, "", None) is not None:
        return False
    if _signed(body, words) or _aside(body, words):
        return True
    if phrases.leaving(words) or phrases.wrong_number(words):
        return True
    seen = lookalikes.folded(words)
    return seen != words and (_stops(seen) or phrases.leaving(seen))


def wrong_number(body: str) -> bool:
    """Whether a phrase says that the number is not the person's whom we mean."""
    return read(body) is None and phrases.wrong_number(_words(body))


def _meant(words: str, sender: str, own: Own | None) -> Keyword | None:
    meaning, language = _MEANINGS.get(words, (None, ""))
    if meaning and (_spoken(language, sender) or words.upper() in _CARRIERS_OWN):
        return meaning
    return _owners(words, sender, own) if own and words else None


def _signed(body: str, words: str) -> bool:
    """Whether signs say it, with hardly a word."""
    if body.isascii():
        return False
    few = len(words.split()) <= _FEW and not _STOP_SIGNS.isdisjoint(body)
    return few or (not words and not _NO_SIGNS.isdisjoint(body))


def _aside(body: str, words: str) -> bool:
    """Whether a sentence of its own is a keyword, as it is written or as it looks."""
    parts = _SENTENCES.split(body)
    alone = [_words(part) for part in parts] if len(parts) > 1 else [words]
    masked = lookalikes.unmasked(body)
    if masked != body:
        alone += [lookalikes.folded(_words(part)) for part in _SENTENCES.split(masked)]
    return any(map(_stops, alone))


def _stops(words: str) -> bool:
    """Whether it is a word of leaving, but for courtesies around it."""
    if _is_stop(words):
        return True
    said = words.split()
    left = [one for one in said if one not in _KIND] if len(said) <= _LONGEST_ASIDE else []
    return len(left) < len(said) and _is_stop(" ".join(left))


def _is_stop(words: str) -> bool:
    return _MEANINGS.get(words, (None, ""))[0] is Keyword.STOP


def _spoken(language: str, sender: str) -> bool:
    """Whether keywords of that language count from that number."""
    if language in _ELSEWHERE:
        return True
    return language in _LANGUAGES.get(phones.country(sender) or "", _ELSEWHERE)


def _owners(words: str, sender: str, own: Own) -> Keyword | None:
    """What the owner says that these bare words mean; leaving before all else."""
    families = ((Keyword.STOP, own.stop), (Keyword.HELP, own.help), (Keyword.START, own.start))
    for keyword, countries in families:
        theirs = countries.get(phones.country(sender) or "", ()) if countries else ()
        if any(_words(one) == words for one in theirs):
            return keyword
    return Keyword.JOIN if any(_words(one) == words for one in own.join) else None


def _words(body: str) -> str:
    """The bare words: one case, width and spacing, no accents, apostrophes or punctuation."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", body)).casefold()
    letters = "".join(char for char in folded if not _unseen(char))
    words = _NOT_WORDS.sub(" ", _APOSTROPHES.sub("", letters)).strip()
    return words.replace(" ", "") if _SPELLED.fullmatch(words) else words


def _unseen(char: str) -> bool:
    """Accents, and what only joins or parts letters: soft hyphens, spaces without width."""
    return unicodedata.combining(char) != 0 or unicodedata.category(char) == "Cf"
