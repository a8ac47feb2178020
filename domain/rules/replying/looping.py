"""What keeps automatic answers from answering one another without end.

A number gets so many an hour from all rules together, the same words no answer of the same rule
twice in a row, one away message in its window, and what repeats our own words none at all. A
machine that never tires, and never says the same, is silenced too: who got so many within a day
with no text of a person of ours among them gets none until such a person has written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.rules.consent.keywords import bare

AWAY = "away"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAUSE = timedelta(minutes=10)
"""So long the same words get no second answer of the same rule."""
HOURS_AT_LIMIT = 3
QUOTED = 4
"""Of so many words a text that only contains them is a quotation too (“Liked ‘We are …’”)."""


class Why(StrEnum):
    """Why an answer is not given."""

    ENDLESS = "endless"
    MANY = "many"
    AWAY = "away"
    SAME = "same"
    ECHO = "echo"


@dataclass(frozen=True)
class Sent:
    """An automatic answer that a number got: by whom (`rule:…`, `away`), and to which words."""

    key: str
    at: datetime
    body: str
    asked: str = ""


@dataclass(frozen=True)
class Limits:
    """How many an hour, and how long an away message is good for."""

    hourly: int
    away: timedelta

    @property
    def daily(self) -> int:
        """How many a day while nobody of ours writes: so many hours at their limit."""
        return HOURS_AT_LIMIT * self.hourly


@dataclass(frozen=True)
class Objection:
    """Why not, and since when."""

    why: Why
    at: datetime


def objection(
    key: str,
    body: str,
    sent: Sequence[Sent],
    now: datetime,
    limits: Limits,
    person: datetime | None = None,
) -> Objection | None:
    """What stands against that answer to this text now; None when it may be given.

    `sent` has those of the last day and the last `limits.daily` of all; `person`: when somebody of
    ours last wrote to that number.
    """
    if endless := _endless(sent, limits.daily, person):
        return Objection(Why.ENDLESS, endless)
    if echoed := _latest(one for one in sent if repeats(body, one.body)):
        return Objection(Why.ECHO, echoed)
    lately = sorted(one.at for one in sent if one.at > now - HOUR)
    if len(lately) >= limits.hourly:
        return Objection(Why.MANY, lately[0])
    by_it = [one for one in sent if one.key == key]
    if key == AWAY:
        told = _latest(one for one in by_it if one.at > now - limits.away)
        return Objection(Why.AWAY, told) if told else None
    same = _latest(one for one in by_it if one.at > now - PAUSE and bare(one.asked) == bare(body))
    return Objection(Why.SAME, same) if same else None


def tireless(sent: Sequence[Sent], limits: Limits) -> datetime | None:
    """Since when it got too many for a person, unless somebody of ours has written since."""
    return _endless(sent, limits.daily, None)


def repeats(body: str, ours: str) -> bool:
    """Whether a text is our own words again, or quotes them."""
    theirs, own = bare(body), bare(ours)
    if not own:
        return False
    return theirs == own or (len(own.split()) >= QUOTED and f" {own} " in f" {theirs} ")


def _endless(sent: Sequence[Sent], most: int, person: datetime | None) -> datetime | None:
    """Since when it was too many for a person. None follow, so those are the last for ever."""
    alone = sorted(one.at for one in sent if person is None or one.at >= person)[-most:]
    return alone[0] if len(alone) == most and alone[-1] - alone[0] < DAY else None


def _latest(found: Iterable[Sent]) -> datetime | None:
    return max((one.at for one in found), default=None)
