"""All lanes of one worker process, woken by the feed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.worker.answering import Answerer
from adapters.worker.dispatching import Dispatcher
from adapters.worker.fetching import Fetcher
from adapters.worker.homes import Homekeeper
from adapters.worker.importing import Importer
from adapters.worker.keeping import Keeper
from adapters.worker.lane import TEXTS, Lane, Work
from adapters.worker.relaying import Relayer
from adapters.worker.reminding import Reminder
from adapters.worker.tidying import Tidier
from domain import outbox, tracing
from domain.errors import DomainError
from domain.ports import SILENT, Change, Clock, Feed, Telemetry
from domain.services import dispatch, relay, upkeep
from domain.services.automation import usage
from domain.services.desk import expiring, waking

GRACE = timedelta(seconds=6)
"""A turn of an import or a campaign ends in it, and so does a call that is answered at all soon."""
CALLS = 5
"""To the carrier at once; one of them is an agent's, however slow those of a campaign are."""


def lanes(
    clock: Clock,
    lease: timedelta,
    dispatcher: Dispatcher | None,
    relayer: Relayer | None,
    tidier: Tidier | None = None,
    importer: Importer | None = None,
    fetcher: Fetcher | None = None,
    homekeeper: Homekeeper | None = None,
    keeper: Keeper | None = None,
    reminder: Reminder | None = None,
    answerer: Answerer | None = None,
) -> list[Lane[Any]]:
    """What this process can do: without a carrier nothing leaves, without a chat nothing shows."""

    async def keep_up(message: Any) -> None:
        answer = answerer.answer if answerer else None
        tracing.follow(message.trace)
        await asyncio.to_thread(upkeep.carry_out, message, answer)

    found: list[Lane[Any]] = [
        Lane(
            Work(
                upkeep.SLOT,
                lambda: upkeep.claim(clock.now(), lease),
                keep_up,
                lambda: outbox.earliest(upkeep.SLOT),
                clock.now,
                at_once=2,
                heeds=TEXTS,
                slot=upkeep.SLOT,
            )
        ),
        _timed(waking.SLOT, lambda: waking.wake(clock.now()), waking.earliest, clock),
        _timed(usage.SLOT, lambda: usage.recount(clock.now()), usage.earliest, clock),
        _timed(expiring.SLOT, lambda: expiring.expire(clock.now()), expiring.earliest, clock),
    ]
    if dispatcher:
        found.append(_lane(dispatch.SLOT, dispatcher, clock, CALLS, dispatcher.urgent))
    if relayer:
        found.append(_lane(relay.SLOT, relayer, clock))
    if tidier:
        turns = Work("files", tidier.claim, tidier.carry_out, tidier.earliest, clock.now, 1)
        found.append(Lane(turns))
    if importer:
        found.append(importer.lane())
    if fetcher:
        found.append(fetcher.lane())
    if homekeeper:
        found.append(homekeeper.lane())
    if keeper:
        found.append(keeper.lane())
    if reminder:
        found.append(reminder.lane())
    if answerer:
        found.append(answerer.lane())
    return found


def _timed(
    slot: str,
    claim: Callable[[], object | None],
    earliest: Callable[[], datetime | None],
    clock: Clock,
) -> Lane[Any]:
    """What happens to conversations when its time has come: claiming one is all there is to do.

    No news makes any of it due sooner than the next look.
    """

    async def done(_: object) -> None:
        return

    return Lane(Work(slot, claim, done, earliest, clock.now))


def _lane(
    slot: str,
    hand: Dispatcher | Relayer,
    clock: Clock,
    at_once: int = 4,
    urgent: Callable[[], Any] | None = None,
) -> Lane[Any]:
    work = Work(slot, hand.claim, hand.carry_out, hand.earliest, clock.now, at_once, TEXTS, slot)
    return Lane(replace(work, urgent=urgent))


@asynccontextmanager
async def working(
    crew: list[Lane[Any]],
    feed: Feed,
    grace: timedelta = GRACE,
    hear: Callable[[Change], None] | None = None,
    telemetry: Telemetry = SILENT,
) -> AsyncIterator[None]:
    """The lanes run inside; at the end they finish what they began, within a grace period.

    `hear` is told of every change.
    """
    for lane in crew:
        lane.telemetry = telemetry
    alarm = asyncio.create_task(_alarm(crew, feed, hear), name="alarm")
    running = [asyncio.create_task(lane.run()) for lane in crew]
    try:
        yield
    finally:
        for lane in crew:
            lane.stop()
        alarm.cancel()
        _, late = await asyncio.wait(running, timeout=grace.total_seconds())
        for task in [*late, alarm]:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _alarm(crew: list[Lane[Any]], feed: Feed, hear: Callable[[Change], None] | None) -> None:
    """Wake the lanes at every change that they heed; when cut off, follow again from now."""
    while True:
        with suppress(DomainError):
            async with feed.follow(None) as changes:
                async for change in changes:
                    if hear:
                        hear(change)
                    for lane in crew:
                        if lane.heeds(change):
                            lane.wake()
