"""What every process is made of: settings become adapters."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from pymongo import AsyncMongoClient, MongoClient
from pymongo.database import Database

from adapters.mongo import files as stores
from adapters.mongo.clock import DatabaseClock
from adapters.mongo.connection import async_client, connect
from adapters.mongo.feed import DatabaseFeed
from adapters.mongo.files import DatabaseFiles
from adapters.mongo.pace import COLLECTION, DatabasePace
from adapters.settings import Settings
from adapters.settings.choices import keyring, policy, timing
from adapters.slack import account
from adapters.slack.account import Account
from adapters.telemetry import Instruments
from adapters.telemetry.spans import spans
from adapters.web.files import SignedLinks
from adapters.worker.lane import Lane
from bot.socket import Connection
from domain import model
from domain.policy import Policy, Timing
from domain.services.recovery.restored import Barrier


@dataclass
class Pulse:
    """When this process last wrote something that is durable, by its own steady clock."""

    last: float | None = None

    def felt(self) -> None:
        """Just now."""
        self.last = time.monotonic()

    @property
    def silent_for(self) -> float:
        """Seconds since; 0 before the first time."""
        return 0.0 if self.last is None else time.monotonic() - self.last


@dataclass(frozen=True)
class House:
    """What every process is made of. `feed` works inside `DatabaseFeed.running()`.

    `leaving` is set as soon as the process is told to stop: nothing new is begun. `closing` is
    set when no connection is wanted any more: streams, which never end by themselves, end.
    `crew` are the lanes of a worker that runs in this process, `connection` is a bot's to Slack,
    `pulse` says whether it can write, `barrier` whether a backup is being put back under it.
    """

    settings: Settings
    client: MongoClient[dict[str, Any]]
    async_client: AsyncMongoClient[dict[str, Any]]
    clock: DatabaseClock
    feed: DatabaseFeed
    policy: Policy
    timing: Timing
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    telemetry: Instruments = field(default_factory=lambda: Instruments("command"))
    crew: list[Lane[Any]] = field(default_factory=list)
    connection: Connection = field(default_factory=Connection)
    pulse: Pulse = field(default_factory=Pulse)
    barrier: Barrier = field(default_factory=Barrier)

    @property
    def database(self) -> Database[dict[str, Any]]:
        """The one that the settings name."""
        return self.client[self.settings.database]

    @property
    def pace(self) -> DatabasePace:
        """Waits that all processes share."""
        return DatabasePace(self.database[COLLECTION])

    @property
    def files(self) -> DatabaseFiles:
        """Our own files."""
        return DatabaseFiles(self.database)

    @property
    def slack(self) -> Account:
        """Our side of Slack."""
        return Account(self.settings, self.database, self.clock)

    @property
    def links(self) -> SignedLinks:
        """Their addresses; without SECRET_KEY there are none."""
        return SignedLinks(self.settings.base_url, keyring(self.settings))


def build(settings: Settings, uri: str, process: str = "command") -> House:
    """Connect to the database and read the settings; StartupError when it cannot serve."""
    client = connect(uri, settings.database)
    watching = async_client(uri)
    telemetry = Instruments(process, spans(settings.otel_exporter_otlp_endpoint, process))
    return House(
        settings=settings,
        client=client,
        async_client=watching,
        clock=DatabaseClock(client),
        feed=DatabaseFeed(watching[settings.database], telemetry=telemetry),
        policy=policy(settings),
        timing=timing(settings),
        telemetry=telemetry,
    )


def ensure_indexes(house: House) -> list[str]:
    """Make every index of every collection; safe to repeat. Returns `collection.index` names."""
    database = house.database
    return [
        *model.ensure_indexes(),
        *stores.ensure_indexes(database),
        *account.ensure_indexes(database),
    ]
