"""Which keyword rule answers a text: at most one, whatever rules there are and in which order.

Words are compared bare: one case, no accents, punctuation or signs, and whole, so that `price` is
in "The price?" but neither in "surprised" nor in "prices". Scripts that do not part their words by
spaces are looked through sign by sign.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.rules.consent.keywords import bare

_UNPARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class Match(StrEnum):
    """How a keyword is looked for in a text; the first is the most specific."""

    EXACT = "exact"
    STARTS_WITH = "starts_with"
    CONTAINS = "contains"


SPECIFIC = {kind: place for place, kind in enumerate(reversed(Match))}


@dataclass(frozen=True)
class Rule:
    """A keyword rule; `during_hours` None: at any time. `body` is a template."""

    id: str
    name: str
    keywords: tuple[str, ...]
    match: Match
    body: str
    priority: int
    created_at: datetime
    during_hours: bool | None = None

    def hears(self, opened: bool) -> bool:
        """Whether it answers at such a time."""
        return self.during_hours is None or self.during_hours == opened


def choose(rules: Iterable[Rule], body: str, opened: bool) -> Rule | None:
    """The one rule that answers this text while we are open or not; None when none does."""
    return _first((rule for rule in rules if rule.hears(opened)), body)


def resting(rules: Iterable[Rule], body: str, opened: bool) -> Rule | None:
    """The rule that would answer it, were it not for the time of day."""
    return _first((rule for rule in rules if not rule.hears(opened)), body)


def found(rule: Rule, words: str) -> str | None:
    """The longest keyword of the rule that these bare words have; None without one."""
    hits = [one for one in map(bare, rule.keywords) if one and _hit(rule.match, one, words)]
    return max(hits, key=len, default=None)


def _first(rules: Iterable[Rule], body: str) -> Rule | None:
    """Priority first, then whoever knows the text more exactly, then the older one."""
    candidates = sorted(_candidates(rules, bare(body)), key=lambda one: one[0])
    return candidates[0][1] if candidates else None


def _candidates(rules: Iterable[Rule], words: str) -> Iterator[tuple[tuple[object, ...], Rule]]:
    for rule in rules:
        hit = found(rule, words)
        if hit is not None:
            exactness = (-rule.priority, -SPECIFIC[rule.match], -len(hit))
            yield (*exactness, rule.created_at, rule.id), rule


def _hit(kind: Match, keyword: str, words: str) -> bool:
    if kind is Match.EXACT:
        return words == keyword
    if _UNPARTED.search(keyword):
        return words.startswith(keyword) if kind is Match.STARTS_WITH else keyword in words
    if kind is Match.STARTS_WITH:
        return f"{words} ".startswith(f"{keyword} ")
    return f" {keyword} " in f" {words} "
