"""The workload: customers who text in a known order, and agents who answer in a known order."""

import asyncio
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.crash.record import History, Inbound, Said, Shown
from tests.crash.timing import PATIENCE
from tests.crash.town import NUMBER, Town

AGENT = "U0DANA"
FIRST = 1000


@dataclass(frozen=True)
class Habits:
    """How often a customer or an agent does what is out of the ordinary."""

    edits: float = 0.3
    deletes: float = 0.15
    stops: float = 0.25
    hurries: float = 0.25  # goes on before the last was acknowledged


class Conversation:
    """One customer and the agent who answers; everything they do follows from the seed."""

    def __init__(self, town: Town, number: int, seed: int, habits: Habits) -> None:
        self.phone = f"+1760555{FIRST + number}"
        self._town = town
        self._name = f"c{number}"
        self._dice = Random(f"{seed}/{number}")
        self._habits = habits
        self._texts = 0
        self._answers = 0
        self._channel = ""

    async def lived(self) -> None:
        """Texts, answers, a text, an answer, perhaps a STOP and one answer too many."""
        await self.text()
        await self.text()
        await self.answer()
        await self.answer()
        await self.text()
        await self.answer()
        if self._dice.random() < self._habits.stops:
            await self.stop()
            await self.answer()

    async def text(self, body: str | None = None, *, hurry: bool | None = None) -> None:
        """The customer writes; the next follows when this one was taken, unless in a hurry."""
        self._texts += 1
        words = body or f"{self._name} text {self._texts}"
        answer = await self._town.http.post(
            "/texts", json={"from": self.phone, "to": NUMBER, "body": words}
        )
        answer.raise_for_status()
        sid = answer.json()["sid"]
        if not (self._hurries() if hurry is None else hurry):
            await self._seen(lambda history: _done(history.inbound.get(sid)), f"{words!r} taken")

    async def stop(self) -> None:
        """The customer wants no more."""
        await self.text("STOP", hurry=False)

    async def answer(self) -> None:
        """The agent writes, sometimes on second thoughts."""
        channel = await self._place()
        self._answers += 1
        words = f"{self._name} answer {self._answers}"
        given = {"channel": channel, "user": AGENT, "text": words}
        answer = await self._town.http.post("/slack/messages", json=given)
        answer.raise_for_status()
        ts = answer.json()["ts"]
        await self._second_thoughts(f"/slack/messages/{channel}/{ts}", words)
        if not self._hurries():
            await self._seen(
                lambda history: _told(history, history.said.get((channel, ts))), f"{words!r} told"
            )

    async def _second_thoughts(self, path: str, words: str) -> None:
        fate = self._dice.random()
        if fate < self._habits.deletes:
            (await self._town.http.delete(path)).raise_for_status()
        elif fate < self._habits.deletes + self._habits.edits:
            edited = {"text": f"{words}, edited"}
            (await self._town.http.put(path, json=edited)).raise_for_status()

    async def _place(self) -> str:
        """The conversation's channel, once the first text is there and the agent is invited."""
        if not self._channel:
            first = f"{self._name} text 1"
            shown: Shown = await self._seen(
                lambda history: history.first_shown.get(first), f"{first!r} in Slack"
            )
            self._channel = shown.channel
            await self._seen(
                lambda history: AGENT in history.channels[self._channel]["members"],
                f"{AGENT} in the channel of {first!r}",
            )
        return self._channel

    async def _seen(self, find: Any, what: str) -> Any:
        return await self._town.ledger.until(find, PATIENCE, what)

    def _hurries(self) -> bool:
        return self._dice.random() < self._habits.hurries


async def wave(town: Town, numbers: range, seed: int, habits: Habits | None = None) -> None:
    """So many conversations at once, from the first text to the last answer."""
    async with asyncio.TaskGroup() as group:
        for number in numbers:
            life = Conversation(town, number, seed, habits or Habits())
            group.create_task(life.lived())


def _done(text: Inbound | None) -> bool:
    return text is not None and (text.taken is not None or text.settled)


def _told(history: History, said: Said | None) -> bool:
    """Acknowledged, or Slack has given up telling."""
    return said is not None and (said.taken is not None or said.tries > history.retries)
