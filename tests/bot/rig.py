"""Chat on the real SDK, aimed at a stand-in Slack over HTTP."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import SlackChat
from domain.rules import pacing
from domain.rules.pacing import Rate
from domain.values import Card, Opened, Place, Post, Workspace
from tests import local
from tests.adapters.sandbox.town import Town
from tests.clock import FakeClock

TEAM, BOT, BOT_USER = "T0SANDBOX", "B0THREADLINE", "U0THREADLINE"
INBOX = "C0INBOX"
PURPOSE = "Threadline conversation 66f0c0ffee66f0c0ffee66f0"
CARD = Card(
    "66f0c0ffee66f0c0ffee66f0", "Jane Doe", "+17605551234", "+17605550100", own_channel=True
)


@dataclass
class FakePace:
    """Implements domain.ports.Pace in memory."""

    until: dict[str, datetime] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    limited: bool = False

    def wait(self, key: str, now: datetime) -> float:
        """Seconds left of a hold."""
        return max(0.0, (self.until.get(key, now) - now).total_seconds())

    def hold(self, key: str, until: datetime) -> None:
        """Keep the hold."""
        self.until[key] = until

    def take(self, key: str, rate: Rate, now: datetime, *, spare: bool = False) -> float:
        """Count the use, if there is a limit here."""
        if not self.limited:
            return 0.0
        due = self.due.get(key)
        seconds = pacing.wait(due, rate.spare if spare else rate.slack, now)
        if not seconds:
            self.due[key] = pacing.due_after(due, rate.every, now)
        return seconds


@dataclass
class Rig:
    """A chat, what it stands on, and the scripts' view of the workspace."""

    town: Town
    chat: SlackChat
    pace: FakePace
    clock: FakeClock

    async def fault(self, method: str, action: str, **more: Any) -> None:
        """Order one failure."""
        rule = {"method": f"slack.{method}", "action": action, "times": 1, **more}
        (await self.town.http.put("/faults", json=[rule])).raise_for_status()

    async def channel(self, name: str) -> dict[str, Any]:
        """A channel with its messages and ephemerals."""
        shown = (await self.town.http.get(f"/slack/channels/{name}")).json()
        assert isinstance(shown, dict)
        return shown

    async def messages(self, name: str = INBOX) -> list[dict[str, Any]]:
        """What people wrote in a channel, without Slack's own notes."""
        found = (await self.channel(name))["messages"]
        return [m for m in found if m.get("subtype", "bot_message") == "bot_message"]

    async def calls(self, method: str) -> list[dict[str, Any]]:
        """The calls of one method so far, with their arguments."""
        lines = (await self.town.http.get("/ledger")).json()["lines"]
        return [line for line in lines if line.get("method") == f"slack.{method}"]

    async def opened(self, name: str = "sms-jane-doe-1234", purpose: str = PURPOSE) -> Place:
        """A channel that exists."""
        made = await self.chat.open_channel(name, purpose)
        assert isinstance(made, Opened)
        return made.place

    async def write(self, channel: str, text: str = "Hello", **more: Any) -> dict[str, Any]:
        """An agent types something."""
        body = {"channel": channel, "user": "U0DANA", "text": text, **more}
        answer = await self.town.http.post("/slack/messages", json=body)
        answer.raise_for_status()
        message = answer.json()
        assert isinstance(message, dict)
        return message


def chat_on(
    url: str,
    pace: FakePace,
    clock: FakeClock,
    *,
    token: str = "xoxb-sandbox",
    agents: tuple[str, ...] = ("S0AGENTS",),
    timeout: int = int(local.PATIENCE),
) -> SlackChat:
    """A chat whose API has that base URL."""
    client = AsyncWebClient(token=token, base_url=url, timeout=timeout, retry_handlers=[])
    return SlackChat(client, pace, clock, Workspace(INBOX, agents=agents))


def post(text: str = "Hello", key: str = "m1", **more: Any) -> Post:
    """A customer's text to be shown."""
    return Post(key, text, **{"author": "Jane Doe", "from_customer": True, **more})
