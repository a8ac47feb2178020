"""Servers and connections that stand for many runs; each run begins with an empty database."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import httpx2
from pymongo.database import Database
from starlette.applications import Starlette

from adapters.mongo.pace import COLLECTION, DatabasePace
from adapters.sandbox import SandboxConfig, Speed, standalone
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials, Gateway
from adapters.twilio.routes import Webhooks
from adapters.worker.answering import Answerer
from adapters.worker.campaigning import Campaigner
from adapters.worker.dispatching import Dispatcher
from domain.model import Message
from domain.policy import Policy
from domain.services import upkeep
from domain.services.desk import expiring
from tests import local
from tests.adapters.twilio.hooks import ACCOUNT, PUBLIC, SECRETS, TOKEN, Twilio
from tests.clock import FakeClock
from tests.graph.conftest import mounted
from tests.graph.desk import OURS, POLICY, program
from tests.oracle.carrier import Books, Fragile
from tests.oracle.product import TIMING, Product, worked
from tests.server import free_port, serving

PATIENCE = 0.01
SILENT = Speed(step=0.001, loss=1.0)
"""No callback ever comes: what happened is known from the calls alone."""


@dataclass(repr=False)
class Stage:
    """What stands."""

    db: Database[dict[str, Any]]
    clock: FakeClock
    runner: asyncio.Runner
    twilio: Twilio
    gateway: Gateway
    books: Books
    url: str
    policy: Policy

    @classmethod
    @contextmanager
    def standing(
        cls,
        db: Database[dict[str, Any]],
        http: httpx2.Client,
        runner: asyncio.Runner,
        policy: Policy = POLICY,
    ) -> Iterator[Self]:
        """The product's web side and the sandbox, each a server of its own."""
        clock = FakeClock()
        nowhere = f"http://127.0.0.1:{free_port()}"
        config = SandboxConfig(
            nowhere, nowhere, ACCOUNT, TOKEN, (OURS,), speed=SILENT, confirms_stop=False
        )
        hooks = Webhooks(PUBLIC, SECRETS, clock, policy, PATIENCE)
        web = Starlette(routes=[*hooks.routes(), *mounted("/graphql", clock=clock, policy=policy)])
        with ExitStack() as stack:
            sandbox = f"{stack.enter_context(serving(standalone(config)))}/sandbox"
            base = stack.enter_context(serving(web))
            line = HttpClient(f"{sandbox}/twilio", local.PATIENCE, local.PATIENCE)
            runner.run(line.__aenter__())
            stack.callback(lambda: runner.run(line.__aexit__(None, None, None)))
            gateway = Gateway(Credentials(ACCOUNT, ACCOUNT, TOKEN), nowhere, line)
            books = Books(sandbox, http)
            url = f"{base}/graphql"
            yield cls(db, clock, runner, Twilio(base, http), gateway, books, url, policy)

    def fresh(self, moment: datetime) -> Product:
        """An empty product at that moment."""
        for name in self.db.list_collection_names():
            self.db[name].delete_many({})
        self.clock.set(moment)
        self.books.clear()
        self.books.news()
        fragile = Fragile(self.gateway)
        dispatcher = Dispatcher(fragile, None, self.clock, self.policy, TIMING)
        answerer = Answerer(self.clock, self.policy, TIMING)
        campaigner = Campaigner(DatabasePace(self.db[COLLECTION]), self.clock, self.policy)
        hands = (
            worked(lambda: expiring.expire(self.clock.now())),
            worked(lambda: upkeep.claim(self.clock.now(), TIMING.lease), effects(answerer)),
            worked(answerer.claim, answerer.carry_out),
            worked(campaigner.claim, campaigner.carry_out),
        )
        api = program(self.url, "read", "write", "admin")
        return Product(self.clock, api, self.twilio, fragile, self.books, dispatcher, hands)


def effects(answerer: Answerer) -> Callable[[Message], Awaitable[None]]:
    """What follows from a text, our own answers among it."""

    async def carry_out(message: Message) -> None:
        await asyncio.to_thread(upkeep.carry_out, message, answerer.answer)

    return carry_out
