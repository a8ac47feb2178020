"""The line that says how to opt out: which texts carry it, and which say so in their own words."""

import re
import unicodedata
from dataclasses import dataclass

from domain.rules.gate import Purpose
from domain.rules.segments import Encoding, measure, smart

LINE = "Reply STOP to opt out."
OURS = frozenset({Purpose.CONVERSATION, Purpose.INFORMATIONAL, Purpose.MARKETING})

_WORD = r"(?:stop(?: ?all)?|unsubscribe|opt[ -]?out|arret)"
_MARKS = r"[\s\"'«»“”‘’*:(\[]{0,3}"
_VERB = (
    r"(?:reply|respond|text|txt|send|message|msg|answer|type|tap"
    r"|repond(?:re|ez|s)|envoy(?:er|ez)|envoie|text(?:ez|er)|tap(?:ez|er)|ecri(?:vez|re|s))"
)
_WITH = r"(?: back)?(?: to this(?: \w+)?)?(?: with| by texting)?(?: the word| le mot)?"
_FRENCH = r"(?:(?:se |vous |me |te )?(?:desabonn|desinscri)\w*|arret\w*|annuler)"
_LEAVING = r"(?:opt[ -]?out|unsub\w*)"
_MEANS = rf"(?:{_LEAVING}|{_FRENCH}|end|quit|cancel|stop|leave|no more)"
_TEXTS = r"(?:all |these |our |receiving |getting )*(?:texts|messages|msgs)"
# What may come after "reply STOP" where it tells how to leave, and not "reply, stop by at noon".
_AFTER = (
    r"(?=\W*$|\s*[.,;:!?)\]\"'»”’*/|&=+\n]|\s+[-–—]"
    r"|\s+(?:to|2|for|any|at any|if|or|and|pour|au?|ou|si)\b)"
)
_TELLS = re.compile(
    rf"\b{_VERB}{_WITH}{_MARKS}\b{_WORD}\b{_AFTER}"
    rf"|\b{_VERB}{_WITH}{_MARKS}\b(?:end|quit|cancel|revoke){_MARKS}(?:to|2|for) "
    rf"(?:{_LEAVING}|stop {_TEXTS})"
)
# Without a verb only capitals tell the keyword from the word: "STOP to end", "Opt out: STOP".
_SHOUTS = re.compile(
    rf"\b(?:STOP|STOPALL|ARRET)[\"'»”’]?\s*(?:=|→|(?i:to|2|for|pour)\b)\s*(?i:{_MEANS})\b"
    r"(?!\s+(?i:your|my|the|a|an|paying)\b)"
    rf"|(?i:{_LEAVING}|{_FRENCH})(?:\s*[:=,>-]+\s*|\s+(?i:with|by|via|avec)\s+)(?:STOP|ARRET)\b"
)
_FORMS = re.compile(r"(?: (?:inc|llc|ltd|limited|corp|co|company|gmbh|sarl|sas|plc))+$")


@dataclass(frozen=True)
class Past:
    """What that number got from us before: any text at all, and any marketing text."""

    texted: bool = False
    marketed: bool = False


def worded(body: str, purpose: str, setting: str, business: str, past: Past) -> str:
    """The body as it leaves: with the line (and who we are) where it needs one and has none.

    `setting` is first, marketing or every. The first marketing text to a number names the business
    and the way out whatever the setting. What a text says itself is never said twice.
    """
    if purpose not in OURS:
        return body
    first = purpose == Purpose.MARKETING and not past.marketed
    way = "" if tells(body) or not (first or _wanted(purpose, setting, past)) else LINE
    who = "" if not first or names(body, business) else _fitting(business, body)
    said = ": ".join(filter(None, (who, way)))
    return "\n".join(filter(None, (body.rstrip(), said))) if said else body


def tells(body: str) -> bool:
    """Whether the text says how to opt out, in English or French; the word "stop" is not enough."""
    plain = _bare(body)
    return bool(_SHOUTS.search(plain) or _TELLS.search(plain.casefold()))


def names(body: str, business: str) -> bool:
    """Whether the text says whose it is; a legal form such as `Inc.` may be missing."""
    wanted = _FORMS.sub("", _words(business))
    return f" {wanted} " in f" {_words(body)} " if wanted else True


def same(one: str, other: str, business: str) -> bool:
    """Whether two bodies say the same, but for what we added to either."""
    first, second = ({body.rstrip(), _unlined(body, business)} for body in (one, other))
    return not first.isdisjoint(second)


def _wanted(purpose: str, setting: str, past: Past) -> bool:
    if setting == "first":
        return not past.texted
    return setting == "every" or purpose == Purpose.MARKETING


def _fitting(business: str, body: str) -> str:
    """The name in letters that do not make the text cost double, if that leaves a name."""
    return business if measure(body).encoding is Encoding.UCS2 else _plain(business)


def _plain(business: str) -> str:
    plain = smart(_bare(business))
    cheap = measure(plain).encoding is Encoding.GSM7 and measure(business).encoding is Encoding.UCS2
    return plain if cheap else business


def _unlined(body: str, business: str) -> str:
    """The body without its last line, where that is one that we add."""
    head, _, last = body.rpartition("\n")
    who = last.removesuffix(LINE).removesuffix(": ")
    added = last == LINE or who in (business, _plain(business))
    return (head if added else body).rstrip()


def _bare(text: str) -> str:
    """One width, no accents; case, marks and lines stay."""
    whole = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text))
    return "".join(char for char in whole if not unicodedata.combining(char))


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", " ", re.sub("['`’]", "", _bare(text)).casefold()).strip()
