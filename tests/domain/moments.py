"""`python -m tests.domain.moments URI DATABASE WHAT [all]`: something happens at every moment.

A small campaign runs again and again. Just before its first write to the database, then before
its second, and so on, a customer says STOP (WHAT is `stop`) or the worker is killed (`kill`); with
`all` also before each read. One JSON line tells what came of each run.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import mongoengine
from pymongo import monitoring
from pymongo.database import Database

from adapters.mongo.connection import OPTIONS
from adapters.web import logs
from adapters.worker.dispatching import Dispatcher
from domain.model import Campaign, Message, Number, ensure_indexes
from domain.services import inbound
from domain.services.campaigns.sending import running
from tests.adapters.worker.fakes import FakeSms
from tests.clock import FakeClock
from tests.domain.audience import people, phone, started, work
from tests.domain.build import POLICY, TIMING, text_in

PEOPLE = 2
ONE = phone(0)
WRITES = frozenset({"insert", "update", "delete", "findAndModify", "commitTransaction"})
READS = frozenset({"find", "aggregate"})
AFTER = timedelta(seconds=60)


class Killed(BaseException):
    """The worker ended in the middle."""


class Moments(monitoring.CommandListener):
    """Counts what is about to be done in the database; at one of them something happens."""

    def __init__(self, counted: frozenset[str]) -> None:
        self.counted = counted
        self.at: str | None = None
        self._left = -1
        self._deed: Callable[[], None] = self.rest

    def wait(self, moments: int, deed: Callable[[], None]) -> None:
        """Do it when so many have passed."""
        self.at, self._left, self._deed = None, moments, deed

    def rest(self) -> None:
        """Nothing happens any more."""
        self._left = -1

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name not in self.counted or self._left < 0:
            return
        self._left -= 1
        if self._left < 0:
            self.at = f"{event.command_name} {event.command.get(event.command_name)}"
            self._deed()

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to do."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to do."""


class Carrier(FakeSms):
    """Notes whether a call to that one began after their STOP was answered."""

    answered = False
    late = 0

    async def send(self, text: Any) -> Any:
        self.late += self.answered and text.to == ONE
        return await super().send(text)


def run(sms: Carrier, clock: FakeClock) -> None:
    """A worker goes on until nothing is due: lists, texts, calls."""
    hand = Dispatcher(sms, None, clock, POLICY, TIMING)
    while True:
        held, claim = running.claim(clock.now()), hand.claim()
        if held:
            work(held, clock)
        if claim:
            asyncio.run(hand.carry_out(claim))
        if not (held or claim):
            return


def settled(sms: Carrier, clock: FakeClock) -> None:
    """The same, as time goes by, until the campaign is over."""
    for _ in range(6):
        run(sms, clock)
        clock.advance(AFTER.total_seconds())
        if Campaign.objects.get().status == "done":
            return


def stopped(moments: Moments, number: int) -> dict[str, Any]:
    """They say STOP at that moment; it is answered when no call to them is under way."""
    sms, clock = Carrier(), FakeClock()

    def stop() -> None:
        receipt = inbound.receive(text_in("STOP", sender=ONE), clock.now(), POLICY)
        sms.answered = not receipt.calls_under_way

    moments.wait(number, stop)
    settled(sms, clock)
    texts = Message.objects(to=ONE, direction="outbound")
    calls = [one.to for one in sms.sent].count(ONE)
    return {
        "late": sms.late,
        "calls": calls,
        "others": len(sms.sent) - calls,
        "status": [one.status for one in texts],
        "why": [one.error_message for one in texts],
        "blocked": Number.objects(phone=ONE).get().blocked,
        "campaign": Campaign.objects.get().status,
    }


def killed(moments: Moments, number: int) -> dict[str, Any]:
    """Whoever works on the list and the texts ends at that moment; another goes on later."""
    sms, clock = Carrier(), FakeClock()

    def kill() -> None:
        raise Killed

    moments.wait(number, kill)
    try:
        while held := running.claim(clock.now()):
            work(held, clock)
    except Killed:
        clock.advance(AFTER.total_seconds())
    moments.rest()
    settled(sms, clock)
    return {
        "calls": sorted(one.to for one in sms.sent),
        "texts": Message.objects.count(),
        "campaign": Campaign.objects.get().status,
    }


def runs(database: Database[Any], moments: Moments, what: str) -> Iterator[dict[str, Any]]:
    """One for each moment, until there are no more, or their text had left before it."""
    number = 0
    while True:
        for name in database.list_collection_names():
            database[name].delete_many({})
        people(PEOPLE)
        started()
        found = {"stop": stopped, "kill": killed}[what](moments, number)
        if moments.at is None:
            return
        yield {"at": moments.at} | found
        if found["calls"] == 1:
            return
        number += 1


def main() -> None:
    logs.configure(json=True)  # standard output is for what is found
    uri, name, what, *more = sys.argv[1:]
    moments = Moments(WRITES | (READS if more else frozenset()))
    client = mongoengine.connect(db=name, host=uri, event_listeners=[moments], **OPTIONS)
    ensure_indexes()
    for found in runs(client[name], moments, what):
        sys.stdout.write(f"{json.dumps(found)}\n")


if __name__ == "__main__":
    main()
