"""Everybody a campaign is for, judged as its turns would judge them; nothing is written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bson import ObjectId

from domain.model import Campaign, Contact
from domain.policy import Policy
from domain.rules.hours import Place
from domain.rules.phone import is_phone
from domain.rules.segments import Segments, measure
from domain.services.campaigns.planning import audience, judging
from domain.services.campaigns.planning.judging import Left, Person, Ready
from domain.services.campaigns.sending import freezing
from domain.services.people import contacts

MOST = 10_000
"""So many people are judged; of more, the rest is only known to be there."""
SAMPLE = 3
SHOWN = 3
UNREADABLE = Left(freezing.UNREADABLE["code"], freezing.UNREADABLE["reason"])
LENGTHY = Left("MESSAGE_TOO_LONG", "With their values the text gets too long.")


@dataclass(frozen=True)
class Exclusion:
    """Why some get nothing: a code and a sentence, how many they are, and a few of them."""

    code: str
    reason: str
    count: int
    sample: tuple[Contact, ...]


@dataclass
class Survey:
    """What was found. `waits` is when and where each may be texted first; `more`: there are people
    beyond those who were judged.

    `agreed` is when each agreed, `levels` and `methods` how.
    """

    waits: list[tuple[datetime, Place]] = field(default_factory=list)
    later: int = 0
    segments: int = 0
    bodies: list[tuple[str, Segments, Ready]] = field(default_factory=list)
    longest: tuple[str, Segments, Ready] | None = None
    levels: Counter[str] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    agreed: list[datetime] = field(default_factory=list)
    left: Counter[Left] = field(default_factory=Counter)
    samples: dict[Left, list[Contact]] = field(default_factory=dict)
    more: bool = False

    @property
    def recipients(self) -> int:
        """How many may be texted, now or later."""
        return len(self.waits)

    @property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """Who may not, by the reason; the largest group first."""
        return tuple(
            Exclusion(why.code, why.reason, count, tuple(self.samples.get(why, ())))
            for why, count in self.left.most_common()
        )


def survey(
    found: Campaign, at: datetime, policy: Policy, most: int = MOST, enough: int | None = None
) -> Survey:
    """Judge them by the consent of now and the hours of `at`.

    With `enough`, no further page is read once so many may be texted.
    """
    made = Survey()
    for people, made.more in _pages(found, most):
        readable = [one for one in people if is_phone(one[1])]
        by = judging.known(found.purpose, readable, at, policy)
        for own, phone in people:
            if not is_phone(phone):
                _leave(made, UNREADABLE, own)
                continue
            said = judging.judged(found, (own, phone), by, at, policy)
            if isinstance(said, Left):
                _leave(made, said, own)
            else:
                _take(made, said, by, phone, at)
        if enough and made.recipients >= enough:
            break
    return made


def _take(made: Survey, ready: Ready, by: judging.Known, phone: str, at: datetime) -> None:
    said, them, size = by.agreed[phone], by.whom[phone], measure(ready.body)
    made.later += ready.verdict.deferred
    made.waits.append((ready.verdict.earliest or at, them.place))
    made.segments += size.segments
    made.levels[them.number.level] += 1
    made.methods[said.method] += 1
    made.agreed.append(said.at)
    one = (ready.body, size, ready)
    if len(made.bodies) < SHOWN:
        made.bodies.append(one)
    if made.longest is None or (size.segments, size.units) > _size(made.longest[1]):
        made.longest = one


def _size(size: Segments) -> tuple[int, int]:
    return (size.segments, size.units)


def _leave(made: Survey, why: Left, own: ObjectId) -> None:
    group = LENGTHY if why.code == LENGTHY.code else why
    made.left[group] += 1
    sample = made.samples.setdefault(group, [])
    if len(sample) < SAMPLE and (contact := contacts.find(own)):
        sample.append(contact)


def _pages(found: Campaign, most: int) -> Iterator[tuple[Sequence[Person], bool]]:
    """Who is on the list, each person and each number once, and whether there are more than so
    many.
    """
    seen: set[Any] = set()
    cursor, taken, more = None, 0, False
    while not more:
        page = audience.page(found.audience, cursor)
        people: list[Person] = []
        for one in page.contacts:
            own, phone = one["_id"], one["phone"]
            if own not in seen and phone not in seen:
                seen |= {own, phone}
                people.append((own, phone))
        some = people[: most - taken]
        taken, cursor = taken + len(some), page.cursor
        more = len(some) < len(people) or (taken == most and cursor is not None)
        yield some, more
        if cursor is None:
            return
