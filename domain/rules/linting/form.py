"""How a text is written: what makes carriers, or the one who pays, look twice."""

import re
from collections.abc import Iterator

from domain.rules.consent import optout
from domain.rules.gate import Purpose
from domain.rules.linting.concern import Concern
from domain.rules.linting.hosts import SHARED, SHORTENERS, among, disguised, hosts
from domain.rules.segments import measure
from domain.rules.words.weight import blame, counted

MOST_SEGMENTS = 3
MOST_LINKS = 1
LOUD_WORDS = 3
_LOUD = re.compile(rf"\b[A-Z]{{2,}}(?:\W+[A-Z]{{2,}}){{{LOUD_WORDS - 1},}}\b")
_LONG_LOUD = 12  # letters: "FBI, CIA, NSA" is no shouting
_SLOT = re.compile(r"\{[^{}]*\}")
_SERVICE = re.compile(r"MG[0-9a-f]{32}")
_ELSEWHERE = re.compile(
    r"\b(?:opt[ -]?out|unsubscribe|stop (?:these|our|all)? ?(?:texts|messages))\b.{0,40}"
    r"(?:https?://|www\.|\w@\w|\.com\b|\d{3}\W{0,2}\d{3}\W?\d{4})"
)
LINKS = "More than one link: carriers may filter it. Keep the one that matters."
SHORT = "A public link shortener ({host}): carriers block these. Use a domain of your own."
COMMON = "A domain that everybody can use ({host}): carriers distrust it. Use one of your own."
HIDDEN = "A link that hides whose it is ({host}): carriers take it for fraud."
BRAND = "It does not say who writes: name {business}."
UNNAMED = "Threadline"
NO_NAME = "your business (BUSINESS_NAME is not set yet)"
WAY_OUT = "It does not say how to opt out: add “{line}”"
LOUD = "Much of it is in capitals: carriers may filter it. Write it as you would speak."
NO_ANSWER = (
    "The sender is a name, which cannot be answered: say how else to opt out, by a link, an "
    "e-mail address or a phone number."
)


def about_links(plain: str) -> Iterator[Concern]:
    """Links in a folded text."""
    found = hosts(plain)
    if len(set(found)) > MOST_LINKS or len(found) > MOST_LINKS:
        yield Concern("LINKS", LINKS)
    for host in dict.fromkeys(found):
        if among(host, SHORTENERS):
            yield Concern("SHORTENER", SHORT.format(host=host))
        elif among(host, SHARED):
            yield Concern("SHARED_DOMAIN", COMMON.format(host=host))
        elif disguised(host):
            yield Concern("DISGUISED_LINK", HIDDEN.format(host=host))


def about_sender(
    body: str, plain: str, purpose: str, business: str, sender: str | None
) -> Iterator[Concern]:
    """Who writes, and how to leave."""
    advert = purpose == Purpose.MARKETING
    if (advert or purpose == Purpose.INFORMATIONAL) and not optout.names(body, business):
        yield Concern(
            "NO_BRAND", BRAND.format(business=NO_NAME if business == UNNAMED else business)
        )
    elsewhere = _ELSEWHERE.search(plain) is not None
    if is_name(sender):
        if not elsewhere:
            yield Concern("NO_WAY_OUT", NO_ANSWER)
    elif advert and not elsewhere and not optout.tells(body):
        yield Concern("NO_OPT_OUT", WAY_OUT.format(line=optout.LINE))


def about_weight(body: str) -> Iterator[Concern]:
    """What it takes and how it looks; variables are no words."""
    loud = _LOUD.search(_SLOT.sub(" ", body).replace(optout.LINE, ""))
    if loud and sum(map(str.isalpha, loud[0])) >= _LONG_LOUD:
        yield Concern("CAPITALS", LOUD)
    if blamed := blame(body):
        yield Concern("UNICODE", f"Characters that make it cost more. {blamed}")
    count = measure(body).segments
    if count > MOST_SEGMENTS:
        yield Concern("LONG", f"It is long: {counted(count)}. Each is paid for.")


def is_name(sender: str | None) -> bool:
    """Whether texts from there bear a name instead of a number; our service has numbers."""
    letters = any(char.isalpha() for char in sender or "")
    return letters and not _SERVICE.fullmatch(sender or "")
