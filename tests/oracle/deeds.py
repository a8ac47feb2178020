"""What can happen, each with what the law makes of it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.model import Author
from domain.services.desk import agreements
from tests.oracle.law import HOLIDAYS
from tests.oracle.people import EAST, Somebody
from tests.oracle.play import Play

SENTENCE = "I agree to texts. Reply STOP to opt out."
ANN = Author(kind="agent", key="U1", name="Ann")


class Deed(Protocol):
    """Something that happens at the play's moment."""

    async def do(self, play: Play) -> None:
        """Let it happen to the product, and tell the law."""


@dataclass(frozen=True)
class Writes:
    """They write anything but a keyword."""

    who: Somebody

    async def do(self, play: Play) -> None:
        """Which opens the window for answers."""
        play.product.write_in(self.who.phone, "Is it still available?")
        play.standing[self.who.phone].wrote_at = play.now


@dataclass(frozen=True)
class Leaves:
    """They text a word by which one leaves, or the carrier says that they did."""

    who: Somebody
    word: str

    async def do(self, play: Play) -> None:
        """Everything for them is off."""
        marked = {"OptOutType": "STOP"} if self.word == "Basta" else {}
        play.product.write_in(self.who.phone, self.word, **marked)
        play.standing[self.who.phone].wrote_at = play.now
        ours = " " in self.word
        play.no(self.who, told_by_us=play.now if ours else None)


@dataclass(frozen=True)
class Returns:
    """They text START."""

    who: Somebody

    async def do(self, play: Play) -> None:
        """What STOP suspended is there again."""
        standing = play.standing[self.who.phone]
        if not standing.held:
            play.product.write_in(self.who.phone, "Start")
            standing.wrote_at = play.now
            standing.yes("express")


@dataclass(frozen=True)
class Agrees:
    """They tick the box of a form."""

    who: Somebody
    level: str

    async def do(self, play: Play) -> None:
        """With its proof that lifts a no as well."""
        said = {"action": "OPT_IN", "level": self.level.upper(), "method": "FORM"}
        proof = {"wording": SENTENCE, "ip": "203.0.113.7"}
        answer = play.product.record(self.who.phone, **said, **proof)
        assert answer["__typename"] == "ConsentEvent", answer
        play.standing[self.who.phone].yes(self.level)


@dataclass(frozen=True)
class Refuses:
    """Somebody else says for them that they do not want texts: a program, an agent, the carrier."""

    who: Somebody
    by: str

    async def do(self, play: Play) -> None:
        """The carrier says so only at the next text."""
        phone = self.who.phone
        if self.by == "program":
            play.product.record(phone, action="OPT_OUT", method="EMAIL")
        elif self.by == "agent":
            origin = f"refusal:{play.now.isoformat()}/{len(play.wishes)}"
            await asyncio.to_thread(agreements.refuse, origin, phone, "By phone", ANN, play.now)
        else:
            play.product.books.refuse(phone)
            play.refusing = self.who
            return
        play.no(self.who)


@dataclass(frozen=True)
class Declines:
    """They refuse advertising alone."""

    who: Somebody

    async def do(self, play: Play) -> None:
        """Everything else goes on."""
        said = {"action": "OPT_OUT", "scope": "PROGRAM", "method": "EMAIL"}
        play.product.record(self.who.phone, **said)
        play.standing[self.who.phone].declined = True
        play.doubt(self.who)


@dataclass(frozen=True)
class DoNotCall:
    """They are put on the list of those who get no advertising, or taken off it."""

    who: Somebody
    on: bool

    async def do(self, play: Play) -> None:
        """Advertising that waits is refused when it would leave."""
        play.product.do_not_call(self.who.phone, self.on)
        play.standing[self.who.phone].do_not_call = self.on
        play.doubt(self.who)


@dataclass(frozen=True)
class Asks:
    """They write what may mean that they want no more texts."""

    who: Somebody

    async def do(self, play: Play) -> None:
        """Until somebody decides nothing automatic leaves, for one business day at most."""
        standing = play.standing[self.who.phone]
        play.product.write_in(self.who.phone, "Please take me off your list")
        standing.wrote_at = play.now
        if not (standing.blocked or standing.held):
            standing.held, standing.held_until = True, a_business_day_after(play.now)
            standing.held_since = play.now


@dataclass(frozen=True)
class Decides:
    """A person reads it."""

    who: Somebody
    leaves: bool

    async def do(self, play: Play) -> None:
        """Only where something is to be decided."""
        standing = play.standing[self.who.phone]
        if standing.held:
            play.product.decide(self.who.phone, leaves=self.leaves)
            standing.held = False
            if self.leaves:
                play.no(self.who, told_by_us=standing.held_since)


@dataclass(frozen=True)
class Wants:
    """A program asks for a text, now or in some hours."""

    who: Somebody
    purpose: str
    confirmed: bool = False
    hours: float = 0

    async def do(self, play: Play) -> None:
        """It is told at once what can never leave."""
        play.wish(self.who, self.purpose, confirmed=self.confirmed, hours=self.hours)


@dataclass(frozen=True)
class Announces:
    """A campaign goes to several people."""

    people: tuple[Somebody, ...]
    per_minute: int

    async def do(self, play: Play) -> None:
        """Who may not be texted when its text is made is left out."""
        play.announce(self.people, self.per_minute)


@dataclass(frozen=True)
class Passes:
    """Time goes by, and the worker with it."""

    minutes: int

    async def do(self, play: Play) -> None:
        """What has become due leaves."""
        play.product.clock.advance(minutes=self.minutes)
        await play.settle()


@dataclass(frozen=True)
class Dies:
    """The worker is killed at its next call, before or after the carrier took the text."""

    when: str

    async def do(self, play: Play) -> None:
        """Another one finds what it left."""
        play.product.fragile.dies = self.when


def a_business_day_after(moment: datetime) -> datetime:
    """The same time of the next working day at the owner's place."""
    there = moment.astimezone(ZoneInfo(EAST))
    day = there.date() + timedelta(days=1)
    while day.weekday() > 4 or day in HOLIDAYS:
        day += timedelta(days=1)
    return there.replace(year=day.year, month=day.month, day=day.day, fold=0)
