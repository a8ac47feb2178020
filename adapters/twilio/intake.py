"""Texts that arrive while others are being written are written together, next.

The more there are the less each one costs: they share the commands and the wait for the disk.
A text that comes alone is written at once.
"""

import asyncio
import contextvars
from collections.abc import Callable, Sequence

from domain.services.inbound import Receipt
from domain.values import InboundText

MOST = 32
HANDS = 2  # one reads requests and prepares while the other waits for the disk

Write = Callable[[Sequence[InboundText]], list[Receipt]]
"""Makes all of them durable, or raises; to be called in a thread."""


class Intake:
    """One process's queue before `write`; it holds nothing that has been acknowledged."""

    def __init__(self, write: Write, most: int = MOST) -> None:
        self._write = write
        self._most = most
        self._waiting: list[tuple[InboundText, asyncio.Future[Receipt]]] = []
        self._hands: set[asyncio.Task[None]] = set()

    async def take(self, text: InboundText) -> Receipt:
        """Returns when the text is durable, or raises what kept it from being so."""
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._waiting.append((text, answer))
        if len(self._hands) < HANDS:
            # It writes the texts of many requests, so it belongs to the trace of none.
            own = contextvars.Context()
            hand = asyncio.create_task(self._work(), name="intake", context=own)
            self._hands.add(hand)
            hand.add_done_callback(self._hands.discard)
        return await answer

    async def _work(self) -> None:
        while self._waiting:
            taken = self._waiting[: self._most]
            del self._waiting[: self._most]
            await self._together(taken)

    async def _together(self, taken: list[tuple[InboundText, asyncio.Future[Receipt]]]) -> None:
        """When writing them together fails, each is tried by itself: one must not spoil others."""
        try:
            receipts = await asyncio.to_thread(self._write, [text for text, _ in taken])
        except Exception as error:  # noqa: BLE001 - told to whoever brought the text
            if len(taken) > 1:
                await asyncio.gather(*(self._together([one]) for one in taken))
            else:
                _tell(taken[0][1], error)
            return
        for (_, answer), receipt in zip(taken, receipts, strict=True):
            _tell(answer, receipt)


def _tell(answer: asyncio.Future[Receipt], outcome: Receipt | Exception) -> None:
    """Whoever brought the text may be gone by now."""
    if answer.done():
        return
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
