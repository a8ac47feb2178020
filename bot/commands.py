"""What was typed after `/sms`, as a wish. Pure; whoever typed it may have typed anything."""

from dataclasses import dataclass
from enum import StrEnum

from domain.rules import phone
from domain.rules.words.mrkdwn import plain

NAME = "/sms"
LONGEST = 4_000
MOST_GROUPS = 7
SIGNS = frozenset("+0123456789()-./")


class Verb(StrEnum):
    """What is wanted."""

    TEXT = "text"  # the form, empty or to a number
    FIND = "find"  # somebody, to be texted
    SEARCH = "search"
    SCHEDULE = "schedule"
    TEMPLATE = "template"
    CAMPAIGN = "campaign"  # the form of a new one
    CAMPAIGNS = "campaigns"
    NEW = "new"
    CONTACT = "contact"
    HELP = "help"


WORDS = {
    "search": Verb.SEARCH,
    "find": Verb.SEARCH,
    "schedule": Verb.SCHEDULE,
    "scheduled": Verb.SCHEDULE,
    "template": Verb.TEMPLATE,
    "templates": Verb.TEMPLATE,
    "campaign": Verb.CAMPAIGN,
    "campaigns": Verb.CAMPAIGNS,
    "new": Verb.NEW,
    "contact": Verb.CONTACT,
    "help": Verb.HELP,
    "?": Verb.HELP,
}
ALONE = frozenset({Verb.SCHEDULE, Verb.TEMPLATE, Verb.CAMPAIGN, Verb.CAMPAIGNS, Verb.HELP})
"""Verbs that nothing follows: with more words it is a name."""


@dataclass(frozen=True)
class Wish:
    """A verb, the number that was typed (E.164) and the words beside it."""

    verb: Verb
    words: str = ""
    number: str | None = None


def parse(typed: str, region: str = "US") -> Wish:
    """The wish; a name or words that nobody knows are to be looked for."""
    said = plain(typed[:LONGEST], {})
    if not said:
        return Wish(Verb.TEXT)
    number, rest = _number(said, region)
    if number:
        return Wish(Verb.TEXT, rest, number)
    first, *more = said.split(maxsplit=1)
    verb = WORDS.get(first.casefold())
    if verb is None or (verb in ALONE and more):
        return Wish(Verb.FIND, said)
    return _with(verb, more[0] if more else "", region)


def _with(verb: Verb, words: str, region: str) -> Wish:
    """A contact's number may stand before their name, or after it."""
    if verb not in (Verb.NEW, Verb.CONTACT):
        return Wish(verb, words)
    parts = words.split()
    for end in range(len(parts)):
        number, rest = _number(" ".join(parts[end:]), region)
        if number:
            return Wish(verb, " ".join([*parts[:end], *rest.split()]), number)
    return Wish(verb, words)


def _number(said: str, region: str) -> tuple[str | None, str]:
    """The number at the beginning, as many groups as belong to it, and what follows."""
    groups = said.split(maxsplit=MOST_GROUPS)
    dialled = next(
        (place for place, one in enumerate(groups) if not SIGNS.issuperset(one)), len(groups)
    )
    for end in range(min(dialled, MOST_GROUPS), 0, -1):
        facts = phone.describe(" ".join(groups[:end]), region)
        if facts.e164:
            return facts.e164, "".join(said.split(maxsplit=end)[end:])
    return None, said
