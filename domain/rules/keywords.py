"""The words by which people leave, come back or ask for help, and phrases that may mean leaving.

A keyword counts only when it is the whole message. A phrase is never acted on by itself: the
thread is held and a person decides.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum


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

_TEXTS = "(texts?|messages?|msgs?|sms)"
_REACH = "(text|message|sms|contact|call|write)"
_NEVER = "(do not|dont|never)"
# Written without accents, apostrophes or hyphens, as `_words` leaves a text.
PHRASES: Mapping[str, frozenset[str]] = {
    "en": frozenset(
        {
            r"(remove|delete|erase) (me|us|my (phone )?(number|name|info|information|data))",
            r"take (me|us|my (phone )?(number|name)) (off|out)",
            r"(stop|quit|cease|discontinue) (texting|messaging|contacting|calling|smsing)(?! you)",
            r"(stop|quit|cease) (sending|bothering|harassing|spamming|bugging)(?! you)",
            rf"(stop|quit) (all |with )*(the|these|those|your) {_TEXTS}",
            rf"stop (all )?{_TEXTS}",
            rf"(stop|no longer) ((want|wish) to )?(receiv|get)\w* (\w+ ){{0,3}}{_TEXTS}",
            r"(stop|no longer) ((want|wish) to )?(receiv|get)\w* (these|this|them|anything)",
            rf"{_NEVER} (ever )?{_REACH} (me|us|my|this|here|again|any\w*|back|ever)",
            rf"{_NEVER} (ever )?{_REACH}( please)?$",
            rf"{_NEVER} (send|want) (to (get|receive) )?(me |us )?(any |more |your )*{_TEXTS}",
            rf"no (more|further) ({_TEXTS}|texting|messaging|contact)",
            r"leave (me|us) (alone|be)",
            r"(wrong|not my|not the right) (number|phone)",
            r"(you have|got|youve got|have) the wrong (person|number|guy|one)",
            r"(lose|forget|block) (my|this) number",
            r"unsubscrib(e|ed|ing)",
            r"opt (me |us )?out",
            r"(revoke|withdraw) (my )?(consent|permission)",
        }
    ),
    "fr": frozenset(
        {
            r"(arrete|arretez|arreter|cesse|cessez) de (me |m)?(texter|ecrire|envoyer|contacter)",
            r"ne (me |m)?(textez|ecrivez|envoyez|contactez|texte|ecris|envoie|contacte) (plus|pas)",
            r"(retirez|enlevez|supprimez|retire|enleve) (moi|mon numero)",
            r"(desabonne|desabonnez|desinscris|desinscrivez) moi",
            r"(mauvais|faux) numero",
            r"laissez? moi tranquille",
            r"plus de (textos?|messages?|sms)",
        }
    ),
}
_PHRASE = re.compile(
    "|".join(rf"(?:\b{phrase}\b)" for phrases in PHRASES.values() for phrase in sorted(phrases))
)
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
    return _PHRASE.search(_words(body)) is not None


def _words(body: str) -> str:
    """The bare words: one case, width and spacing, no accents, apostrophes or punctuation."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", body)).casefold()
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return _NOT_WORDS.sub(" ", _APOSTROPHES.sub("", letters)).strip()
