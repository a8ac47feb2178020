"""The sandbox's Twilio as the oracle sees it: what it carried, what it refuses, who is killed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx2

from adapters.twilio.gateway import Gateway
from domain.values import CarriedText, OutgoingText, Postponed, Rejected, SmsOutcome


class Killed(Exception):
    """The worker's process ended here."""


@dataclass
class Fragile:
    """Our way to the carrier, on which a worker may be killed at its next call.

    `dies`: before the carrier hears of it, or after it has taken the text.
    """

    gateway: Gateway
    dies: str | None = None
    killed: int = 0

    async def send(self, text: OutgoingText) -> SmsOutcome:
        """Hand one text over, or die."""
        dies, self.dies = self.dies, None
        self.killed += dies is not None
        if dies == "before":
            raise Killed
        outcome = await self.gateway.send(text)
        if dies == "after":
            raise Killed
        return outcome

    async def sent_to(self, recipient: str) -> Sequence[CarriedText] | Postponed | None:
        """What the carrier's records say, without their times: its clock is another one."""
        found = await self.gateway.sent_to(recipient)
        if found is None or isinstance(found, Postponed):
            return found
        return [replace(one, created_at=None) for one in found]

    async def fetch(self, sid: str) -> CarriedText | Postponed | Rejected | None:
        """What the carrier knows of one."""
        return await self.gateway.fetch(sid)


@dataclass
class Books:
    """What the sandbox wrote down; `base` is its address."""

    base: str
    http: httpx2.Client
    read: int = 0

    def news(self) -> list[dict[str, Any]]:
        """The texts that it has carried since the last look, in their order."""
        texts = self.http.get(f"{self.base}/texts").json()["texts"]
        carried = [one for one in texts if one["direction"].startswith("outbound")]
        found, self.read = carried[self.read :], len(carried)
        return found

    def refuse(self, phone: str) -> None:
        """It knows of an opt-out that nobody told us: the next text to them is refused."""
        body = {"code": 21610, "message": "Attempt to send to unsubscribed recipient"}
        rule = {
            "method": "twilio.messages.create",
            "match": {"To": phone},
            "action": "answer",
            "status": 400,
            "body": body | {"status": 400, "more_info": ""},
        }
        self._rules([rule])

    def refused(self) -> bool:
        """Whether a text was refused so; forgets it then."""
        rules = self.http.get(f"{self.base}/faults").json()["rules"]
        met = any(rule["seen"] for rule in rules)
        if met:
            self._rules([])
        return met

    def clear(self) -> None:
        """Nothing more is refused."""
        self._rules([])

    def _rules(self, rules: list[dict[str, Any]]) -> None:
        assert self.http.put(f"{self.base}/faults", json={"rules": rules}).status_code == 200
