"""One run: things happen to people, time goes by, and each text is held against the law."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from tests.oracle import law
from tests.oracle.law import Standing
from tests.oracle.people import PEOPLE, Somebody
from tests.oracle.product import Product

LOOKS = (
    *(timedelta(seconds=at) for at in (0, 50, 120)),
    *(timedelta(minutes=at) for at in (8, 15)),
)
"""After an unclear call the carrier's records are looked up, for the last time after minutes."""
IN_TIME = timedelta(minutes=5)


@dataclass
class Wish:
    """A text that was asked for and not refused; `sure`: nothing has stood against it since."""

    who: Somebody
    purpose: str
    body: str
    due_at: datetime
    confirmed: bool = False
    good_until: datetime | None = None
    of_many: bool = False
    dead: bool = False
    sure: bool = True
    left: bool = False


@dataclass
class Play:
    """The product beside the law, and what was wished for."""

    product: Product
    standing: dict[str, Standing] = field(default_factory=dict)
    wishes: list[Wish] = field(default_factory=list)
    runs: ClassVar[Iterator[int]] = count()
    confirming: dict[str, datetime] = field(default_factory=dict)
    refusing: Somebody | None = None

    def __post_init__(self) -> None:
        self.standing = {one.phone: one.standing() for one in PEOPLE}
        for one in PEOPLE:
            self.product.meet(one.phone, one.contact)

    @property
    def now(self) -> datetime:
        """The moment for everybody."""
        return self.product.clock.now()

    def wish(self, who: Somebody, purpose: str, *, confirmed: bool, hours: float) -> None:
        """A program asks for a text: it is told at once what can never leave."""
        standing = self.standing[who.phone]
        due_at = self.now + timedelta(hours=hours)
        more: dict[str, Any] = {"confirmQuietHours": confirmed}
        more |= {"sendAt": due_at.isoformat()} if hours else {}
        body = f"wish {next(self.runs)} at {self.now:%d %H:%M} for {who.phone[-3:]};"
        answer = self.product.send(who.phone, body, purpose=purpose.upper(), **more)
        taken = answer["__typename"] == "Message"
        if not hours:
            assert taken == self._expected(standing, purpose, confirmed), (who, purpose, answer)
        if taken:
            made = Wish(who, purpose, body, due_at, confirmed)
            made.good_until = law.night_ends(standing, due_at)
            self.wishes.append(made)

    def announce(self, people: Sequence[Somebody], per_minute: int) -> None:
        """A campaign begins: whom it reaches while time goes by is up to the law of each minute.

        When each of its texts is made is its own affair: one that is made after they have said no
        and yes again may leave, and what must leave is asked for at the end.
        """
        body = f"wish {next(self.runs)} at {self.now:%d %H:%M} for many;"
        self.product.announce([one.phone for one in people], body, per_minute)
        for one in people:
            self.wishes.append(Wish(one, "marketing", body, self.now, of_many=True))

    def no(self, who: Somebody, *, told_by_us: datetime | None = None) -> None:
        """They have opted out: what was wished for is off, for good.

        `told_by_us`: when they wrote so in words that only we know, which we confirm.
        """
        if told_by_us and not self.standing[who.phone].blocked:
            self.confirming[who.phone] = told_by_us + IN_TIME
        self.standing[who.phone].no()
        for wish in self._open(who):
            wish.dead, wish.sure = not wish.of_many, False

    def doubt(self, who: Somebody) -> None:
        """What was wished for may have been refused meanwhile."""
        standing = self.standing[who.phone]
        for wish in self._open(who):
            wish.sure = wish.sure and not law.refused(standing, wish.purpose, self.now)

    async def settle(self) -> None:
        """The worker does what is due, for some minutes; then nothing that may leave is left.

        After a worker was killed only the end counts, when it is clear what had left.
        """
        fragile, killed = self.product.fragile, self.product.fragile.killed
        for after, before in zip(LOOKS, (timedelta(0), *LOOKS), strict=False):
            self.product.clock.advance((after - before).total_seconds())
            just_now = fragile.killed
            await self._work()
            if fragile.killed == killed or (after == LOOKS[-1] and fragile.killed == just_now):
                self._nothing_waits()

    async def _work(self) -> None:
        for one in PEOPLE:
            self._decided_by_time(one)
            self.doubt(one)
        await self.product.work()
        for text in self.product.books.news():
            self._judge(text)
        if self.refusing and self.product.books.refused():
            self.no(self.refusing)

    def _decided_by_time(self, who: Somebody) -> None:
        """What nobody decides is a no."""
        standing = self.standing[who.phone]
        if standing.held and standing.held_until and self.now >= standing.held_until:
            self.no(who)

    def _judge(self, text: dict[str, Any]) -> None:
        """A text has left: it was wished for, once, and the law allows it in this minute."""
        wish = next((one for one in self.wishes if fits(one, text)), None)
        if wish is None:
            self._judge_our_own(text)
            return
        assert not wish.left, f"twice: {wish}"
        wish.left, standing = True, self.standing[wish.who.phone]
        assert not wish.dead, f"after their no: {wish}"
        fine = law.permitted(standing, wish.purpose, self.now, confirmed=self._confirmed(wish))
        assert fine is not False, f"{self.now}: {wish} {standing}"
        if wish.purpose == "marketing":
            standing.adverts.append(self.now)

    def _confirmed(self, wish: Wish) -> bool:
        """A confirmation is good until its night ends, and by day for an hour."""
        good_until = wish.good_until
        return wish.confirmed and good_until is not None and self.now < good_until

    def _permits(self, wish: Wish) -> bool:
        standing, confirmed = self.standing[wish.who.phone], self._confirmed(wish)
        return law.permitted(standing, wish.purpose, self.now, confirmed=confirmed) is True

    def _judge_our_own(self, text: dict[str, Any]) -> None:
        """Nobody asked for it: then it confirms an opt-out, in time and for the only time."""
        in_time = self.confirming.pop(text["to"], None)
        assert in_time is not None, f"{self.now}: nobody asked for {text['body']!r}"
        assert self.now <= in_time, f"{self.now}: too late: {text['body']!r}"

    def _nothing_waits(self) -> None:
        """All that may leave by now has left; a campaign's texts take their time."""
        self._check([wish for wish in self.wishes if not wish.of_many])

    async def finish(self) -> None:
        """On a working day, when it is day everywhere, nothing at all is left."""
        then = self.now.replace(hour=20, minute=30) + timedelta(days=1)
        while then.weekday() > law.FRIDAY or then.date() in law.HOLIDAYS | law.OPEN_QUESTIONS:
            then += timedelta(days=1)
        self.product.clock.set(then)
        for _ in range(4):
            await self.settle()
        self._check(self.wishes)

    def _check(self, wishes: list[Wish]) -> None:
        """Of these all have left that may and surely could."""
        late = [
            wish
            for wish in wishes
            if not (wish.left or wish.dead) and wish.sure and wish.due_at <= self.now
            if self._permits(wish)
        ]
        told = [self.product.fate(wish.body) for wish in late]
        assert not late, f"{self.now}: permitted and still here: {late} {told}"

    def _expected(self, standing: Standing, purpose: str, confirmed: bool) -> bool:
        if law.refused(standing, purpose, self.now):
            return False
        if law.answers(standing, purpose, self.now):
            return confirmed or law.open_everywhere(standing, self.now, advert=False) is True
        return True

    def _open(self, who: Somebody) -> list[Wish]:
        return [one for one in self.wishes if one.who is who and not one.left]


def fits(wish: Wish, text: dict[str, Any]) -> bool:
    """Whether that is the text, which may have got a line at its end."""
    return bool(text["body"].startswith(wish.body) and text["to"] == wish.who.phone)
