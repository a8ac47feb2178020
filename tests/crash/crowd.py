"""Campaigns in the town: whom they are for, who says STOP meanwhile, and what went wrong."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mongoengine.connection import get_db

from domain.model import Campaign, ConsentEvent, Contact, Noun, Number, NumberKey
from domain.policy import Policy
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import steering
from tests.crash.record import History
from tests.crash.timing import PATIENCE
from tests.crash.town import NUMBER, Town
from tests.domain.audience import people, phone, plan, strangers
from tests.domain.build import TOKEN

POLICY = Policy(numbers=(NUMBER,))
PLACES = (Contact, Number, NumberKey, ConsentEvent)
PAGE = 200
"""So many strangers, whom nobody may text, fill a page of the list."""
OVER = ("done", "canceled")


@dataclass
class Crowd:
    """People who agreed and people who did not, and one campaign to all of them after another."""

    town: Town
    agreed: int
    campaigns: list[Campaign] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    async def gather(self) -> None:
        """Everybody is known to the product; the strangers never agreed to anything."""
        await asyncio.to_thread(people, self.agreed)
        await asyncio.to_thread(strangers, PAGE, self.agreed)
        for noun in PLACES:
            await self._bring(noun)

    async def start(self) -> Campaign:
        """Another campaign begins."""
        made = await asyncio.to_thread(self._started)
        stored = made.to_mongo().to_dict()
        await self.town.database[Campaign._get_collection().name].insert_one(stored)
        self.campaigns.append(made)
        return made

    async def stop(self) -> None:
        """One more of those who agreed says STOP; it was answered afterwards, or is yet to be."""
        number = phone(len(self.stopped))
        self.stopped.append(number)
        said = {"from": number, "to": NUMBER, "body": "STOP"}
        (await self.town.http.post("/texts", json=said)).raise_for_status()

    async def over(self, made: Campaign) -> None:
        """Wait until nothing of that campaign is to be done any more."""
        campaigns = self.town.database[Campaign._get_collection().name]
        async with asyncio.timeout(PATIENCE):
            while (await campaigns.find_one({"_id": made.id}) or {})["status"] not in OVER:
                await asyncio.sleep(0.1)

    async def judged(self) -> list[str]:
        """What is wrong, one sentence each."""
        history = self.town.ledger.now()
        texts = self.town.database["smsmessages"].find({"campaignId": {"$exists": True}})
        status = {(one["campaignId"], one["to"]): one["status"] async for one in texts}
        threads = self.town.database["threads"].find({"channel.channelId": {"$exists": True}})
        homes = [one["phone"] async for one in threads]
        return [
            *self._carried(history, status),
            *self._after_stop(history),
            *(f"channel: {one} never wrote" for one in homes if one not in self.stopped),
            *(f"channel: {one} wrote" for one in self.stopped if one not in homes),
        ]

    def _carried(self, history: History, status: dict[Any, str]) -> Iterator[str]:
        carried = Counter((one.to, one.body.partition("\n")[0]) for one in history.carried.values())
        everybody = {phone(place) for place in range(self.agreed)}
        for (to, body), count in carried.items():
            if to not in everybody and body != "STOP":
                yield f"excluded: {to} got {body!r}"
            if count > 1:
                yield f"twice: {to} got {body!r} {count} times"
        for made in self.campaigns:
            for to in everybody - {*self.stopped}:
                known = status.get((made.id, to))
                if not carried[to, made.name] and known != "unknown":
                    yield f"missed: {to} did not get {made.name!r}, which is {known}"

    def _after_stop(self, history: History) -> Iterator[str]:
        for text in history.inbound.values():
            late = [
                one.body
                for one in history.attempts
                if text.taken and one.to == text.phone and one.seq > text.taken.seq
            ]
            yield from (f"stop: {text.phone} got {body!r} after it" for body in late)

    async def _bring(self, noun: type[Noun]) -> None:
        own = noun._get_collection()
        found = await asyncio.to_thread(lambda: list(own.find({})))
        await self.town.database[own.name].insert_many(found)

    def _started(self) -> Campaign:
        name, now = f"Campaign {len(self.campaigns)}", datetime.now(UTC)
        told = {"name": name, "body": name, "purpose": "informational", "sender": NUMBER}
        made = drafting.create(plan(**told), TOKEN, now, POLICY)
        started = steering.start(made.id, now)
        get_db()[Campaign._get_collection().name].delete_one({"_id": made.id})
        return started
