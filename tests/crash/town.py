"""Everything at once: the sandbox with its ledger, the two proxies, the product's processes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from tests import local
from tests.anytime import SETTING
from tests.crash.balancer import Balancer, balancing
from tests.crash.crew import Crew
from tests.crash.judge import Case, verdict
from tests.crash.lag import Lag, measured
from tests.crash.processes import nursery, plain_environment, python
from tests.crash.record import Ledger
from tests.crash.timing import (
    DRAIN_SECONDS,
    HOLD_SECONDS,
    LEASE_SECONDS,
    LOOKS,
    PATIENCE,
    TIMEOUT_SECONDS,
)
from tests.crash.wire import Border, Gate, listening
from tests.server import free_port

ACCOUNT, NUMBER = "AC" + "5a" * 16, "+15555550100"
# A busy machine takes its time to start both web processes again: nobody gives up before.
RETRIES = ("0.1", "0.3", "0.8", "1.5", "3", "4", "5", "6", "8")
SLOTS = ("dispatch", "relay", "effects")
FAULTS: list[dict[str, Any]] = [
    {
        "method": f"{call}",
        "per": each,
        "times": 1,
        "action": "answer",
        "status": 429,
        "headers": {"Retry-After": "1"},
    }
    for call, each in (("twilio.messages.create", "to"), ("slack.chat.postMessage", "channel"))
]
DROPS: list[dict[str, Any]] = [
    {"method": service, "action": "drop_reply", "probability": 0.08}
    for service in ("twilio.*", "slack.*")
]


@dataclass
class Town:
    """What a test drives: people through `http`, processes through `crew`.

    `front` is where the product is found by those outside, whichever web process lives; behind a
    balancer, `door` is where those who stay connected find it.
    """

    folder: Path
    http: httpx2.AsyncClient
    ledger: Ledger
    database: AsyncDatabase[dict[str, Any]]
    crew: Crew
    front: str
    lag: Lag
    gate: Gate
    door: str = ""

    async def faults(self, *rules: dict[str, Any]) -> None:
        """These and no others go wrong from now on."""
        answer = await self.http.put("/faults", json=list(rules))
        answer.raise_for_status()

    async def network(self, **states: str) -> None:
        """Take a service away or bring it back."""
        (await self.http.put("/network", json=states)).raise_for_status()

    def serving(self, name: str) -> bool:
        """Whether the balancer sends anybody to that web process."""
        balancer = self.gate.balancer
        return balancer is not None and self.crew.ports[name] in balancer.ready

    async def forget_agents(self) -> None:
        """As when they changed something about themselves: they are looked up again."""
        await self.database["agents"].delete_many({})

    async def open_slots(self) -> list[str]:
        """Work that somebody still has to do."""
        unfinished = {"$or": [{f"{slot}.due_at": {"$exists": True}} for slot in SLOTS]}
        found = self.database["smsmessages"].find(unfinished, {"origin": 1})
        return [document["origin"] async for document in found] + await self._unkept()

    async def _unkept(self) -> list[str]:
        """Channels that do not look as they should yet."""
        found = self.database["threads"].find({"upkeep.due_at": {"$exists": True}}, {"channel": 1})
        return [str(one["channel"].get("channelId")) async for one in found]

    async def quiet(self, patience: float = PATIENCE) -> None:
        """Wait until nothing is under way on either side; TimeoutError names what still is."""
        deadline = asyncio.get_running_loop().time() + patience
        while left := [*self.ledger.now().under_way(), *await self.open_slots()]:
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"still open: {left[:10]}")
            await asyncio.sleep(0.1)

    async def judged(self) -> list[str]:
        """What the judge has to say now."""
        threads = self.database["threads"].find({"channel.channelId": {"$exists": True}})
        homes = {one["channel"]["channelId"]: one["phone"] async for one in threads}
        messages = {one["origin"]: one async for one in self.database["smsmessages"].find()}
        history, lease = self.ledger.now().settle(), LEASE_SECONDS + self.lag.longest
        return verdict(Case(history, messages, homes, lease, await self._unkept()))


@asynccontextmanager
async def town(
    folder: Path, uri: str, database: str, *, broken: str | None = None, balanced: bool = False
) -> AsyncIterator[Town]:
    """Open on free ports until left; the product's processes are started by `crew`."""
    sandbox_port, ports = free_port(), [free_port(), free_port()]
    gate, border = Gate(ports, Balancer(ports) if balanced else None), Border(sandbox_port)
    ledger = folder / "ledger.jsonl"
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        gate_port = await enter(listening(gate.handle))
        border_port = await enter(listening(border.handle))
        await enter(
            python(
                folder,
                "sandbox",
                "adapters.sandbox",
                *("--port", str(sandbox_port), "--product", f"http://127.0.0.1:{gate_port}"),
                *("--ledger", str(ledger), "--account-sid", ACCOUNT, "--number", NUMBER),
                *("--step", "0.05", "--disorder", "0.2"),
                *("--retries", *RETRIES, "--event-retries", *RETRIES),
            )
        )
        http = await enter(local.async_client(base_url=f"http://127.0.0.1:{sandbox_port}/sandbox"))
        client = await enter(AsyncMongoClient[dict[str, Any]](uri, tz_aware=True))
        crew = Crew(
            await enter(nursery(folder)),
            border,
            folder,
            environment(uri, database, gate_port, border_port),
            gate.ports,
            broken,
        )
        await _answering(http)
        await crew.run("indexes")
        door = await enter(balancing(gate.balancer)) if gate.balancer else 0
        async with crew.working():
            told, front = Ledger(ledger, len(RETRIES)), f"http://127.0.0.1:{gate_port}"
            async with measured() as lag:
                own = (folder, http, told, client[database], crew, front, lag, gate)
                yield Town(*own, f"http://127.0.0.1:{door}")


def environment(uri: str, database: str, gate: int, border: int) -> dict[str, str]:
    """The product's settings; a process's own name goes into the two addresses."""
    return plain_environment() | {
        **SETTING,
        "MONGODB_URI": uri.replace("/?", f"/{database}?"),
        "PUBLIC_URL": f"http://127.0.0.1:{gate}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": "sandbox-auth-token",
        "TWILIO_PHONE_NUMBER": NUMBER,
        "TWILIO_API_URL": f"http://127.0.0.1:{border}/p/NAME/sandbox/twilio",
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
        "SLACK_API_URL": f"http://127.0.0.1:{border}/p/NAME/sandbox/slack/api/",
        "SLACK_INBOX_CHANNEL": "C0INBOX",
        "SLACK_AGENTS": "U0DANA,U0SAM",
        "HTTP_TIMEOUT_SECONDS": str(TIMEOUT_SECONDS),
        "LOOK_SECONDS": ",".join(map(str, LOOKS)),
        "REPLY_HOLD_SECONDS": str(HOLD_SECONDS),
        "COLLISION_SECONDS": "0",
        "SLACK_PACE": "1000",
        "TEXTS_PER_SECOND": "50",
        "DRAIN_SECONDS": str(DRAIN_SECONDS),
    }


async def _answering(http: httpx2.AsyncClient) -> None:
    """Wait until the sandbox is up."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                (await http.get("/faults")).raise_for_status()
            except httpx2.ConnectError:
                await asyncio.sleep(0.05)
            else:
                return
