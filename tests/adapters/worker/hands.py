"""How tests drive one of the worker's hands."""

import asyncio

from adapters.worker.dispatching import Dispatcher
from adapters.worker.keeping import Keeper
from adapters.worker.relaying import Relayer
from tests.clock import FakeClock


async def work(hand: Dispatcher | Keeper | Relayer) -> bool:
    """Carry out what is due first; whether there was anything."""
    claim = await asyncio.to_thread(hand.claim)
    if claim:
        await hand.carry_out(claim)
    return claim is not None


async def work_on(hand: Dispatcher | Keeper | Relayer, clock: FakeClock) -> None:
    """Carry on until nothing is open any more, as time goes by."""
    for _ in range(30):
        await work(hand)
        clock.advance(60)
    assert not await work(hand)
