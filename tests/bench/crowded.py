"""What the figures on campaigns share: a crowd on a stage of its own, and when its texts left."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from adapters.mongo.connection import connect, disconnect
from domain.model import Campaign, Message
from domain.policy import Policy
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import steering
from tests.anytime import anytime
from tests.bench import texts
from tests.bench.stage import THREADLINE as OURS
from tests.bench.stage import Program, Stage, program, staged
from tests.domain.audience import people, plan
from tests.domain.build import TOKEN
from tests.server import free_port

POLICY = anytime(Policy(numbers=(texts.OURS,)))
WORKERS = 2
CALL = "twilio.messages.create"
LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 90.0

Raw = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """The product at work on a database of its own, which this process can read and write."""

    stage: Stage
    web: Program

    def campaign(self, per_minute: int, **changes: Any) -> Campaign:
        """One to everybody, begun now."""
        told = {"per_minute": per_minute, "sender": texts.OURS, "purpose": "informational"}
        made = drafting.create(plan(**(told | changes)), TOKEN, now(), POLICY)
        return steering.start(made.id, now())

    def until(self, done: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for it."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                raise RuntimeError(f"{what}: not within {seconds:.0f} s")
            time.sleep(LOOK_SECONDS)

    def left(self, count: int, seconds: float) -> list[Raw]:
        """The calls to the carrier, each a line of the ledger, once so many texts have left.

        On a machine that is too slow fewer have by then, which the figure shows.
        """
        carried = {"direction": "outbound", "twilioMessageSid": {"$exists": True}}
        own = Message._get_collection()
        with suppress(RuntimeError):
            self.until(lambda: own.count_documents(carried) >= count, seconds, f"{count} texts")
        return self.calls()

    def calls(self) -> list[Raw]:
        """All calls so far, in their order."""
        lines = map(orjson.loads, self.stage.ledger.read_bytes().splitlines())
        return [one for one in lines if one["type"] == "call" and one["method"] == CALL]


@contextmanager
def scene(uri: str, folder: Path, name: str, per_second: float, count: int) -> Iterator[Scene]:
    """Two workers beside a web process, a carrier that reports back, and so many people."""
    own = folder / name
    own.mkdir()
    port = free_port()
    stage = staged(uri, own, name)
    stage.settings["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    stage.settings["TEXTS_PER_SECOND"] = str(per_second)
    connect(stage.settings["MONGODB_URI"], name)
    people(count)
    with ExitStack() as stack:
        stack.callback(disconnect)
        settings = stage.settings | {"PORT": str(port)}
        web = stack.enter_context(program([*OURS, "web"], settings, port))
        stack.enter_context(stage.sandbox(port))
        for _ in range(WORKERS):
            stack.enter_context(stage.worker())
        yield Scene(stage, web)


def rate(calls: Sequence[Raw]) -> float:
    """Texts a minute from the first to the last."""
    times = sorted(float(one["at"]) for one in calls)
    return 60 * (len(times) - 1) / (times[-1] - times[0])


def now() -> datetime:
    """The present."""
    return datetime.now(UTC)
