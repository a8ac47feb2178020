"""The product at work: several web and worker processes, a carrier and a chat that report back."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pymongo import MongoClient

from adapters.mongo.connection import connect, disconnect
from domain.model import Campaign
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import steering
from tests.bench import texts
from tests.bench.crowded import POLICY, Raw, now
from tests.bench.stage import THREADLINE, Program, Stage, command, program, staged
from tests.domain.audience import people, plan
from tests.domain.build import TOKEN
from tests.load.plan import Load
from tests.server import free_port

DATABASE = "load"


@dataclass(frozen=True)
class Town:
    """Its processes, its database and a token that reads everything."""

    stage: Stage
    webs: list[Program]
    workers: list[Program]
    sandbox: Program
    client: MongoClient[Raw]
    token: str

    @property
    def programs(self) -> dict[str, Program]:
        """Our own processes by their names."""
        named = {f"web {place}": one for place, one in enumerate(self.webs, 1)}
        return named | {f"worker {place}": one for place, one in enumerate(self.workers, 1)}


@contextmanager
def town(uri: str, folder: Path, load: Load) -> Iterator[Town]:
    """Everything runs until the block ends. The first web process is the public address."""
    ports = [free_port() for _ in range(load.webs)]
    stage = staged(uri, folder, DATABASE)
    stage.settings["PUBLIC_URL"] = f"http://127.0.0.1:{ports[0]}"
    stage.settings["TEXTS_PER_SECOND"] = "0"
    token = command(stage, "token", "create", "load", "--scope", "read")
    client = connect(stage.settings["MONGODB_URI"], DATABASE)
    people(load.recipients)
    with ExitStack() as stack:
        stack.callback(disconnect)

        def web(port: int) -> Program:
            own = stage.settings | {"PORT": str(port)}
            return stack.enter_context(program([*THREADLINE, "web"], own, port))

        webs = [web(port) for port in ports]
        sandbox = stack.enter_context(stage.sandbox(ports[0]))
        workers = [stack.enter_context(stage.worker()) for _ in range(load.workers)]
        yield Town(stage, webs, workers, sandbox, client, token)


def campaign(load: Load) -> Campaign:
    """One text to everybody on the list, begun now."""
    told = plan(per_minute=load.per_minute, sender=texts.OURS, purpose="informational")
    return steering.start(drafting.create(told, TOKEN, now(), POLICY).id, now())
