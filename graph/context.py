"""What resolvers are given: who asks, the time, and one hop into a thread for all of their work."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import strawberry
from anyio import CapacityLimiter, to_thread
from graphql import GraphQLResolveInfo
from starlette.requests import HTTPConnection

from domain.errors import DomainError
from domain.model import Author, Token
from domain.policy import Policy
from domain.ports import SILENT, Checks, Clock, Feed, Files, Links, Sms, Telemetry
from graph import access, auditing
from graph.loading import Loader
from graph.plan import Plan, plan_of
from graph.quota import Quota
from graph.shared import Echo, Shared

T = TypeVar("T")


@dataclass(frozen=True)
class Pulse:
    """How often a subscription says where it is, and how often its token is looked at again.

    `merge`: what may be told together is told once in such a time.

    `introduction` is how long a WebSocket may stay without saying who it is.
    """

    checkpoint: timedelta = timedelta(seconds=30)
    recheck: timedelta = timedelta(seconds=5)
    introduction: timedelta = timedelta(seconds=10)
    merge: timedelta = timedelta(seconds=0.7)

    @property
    def step(self) -> float:
        """Seconds after which either may be due."""
        return min(self.checkpoint, self.recheck).total_seconds()


@dataclass(frozen=True)
class Surroundings:
    """What all requests share."""

    policy: Policy
    clock: Clock
    feed: Feed
    files: Files
    links: Links
    threads: CapacityLimiter
    loader: Loader
    pulse: Pulse
    leaving: asyncio.Event
    checks: Checks
    sms: Sms | None = None
    shared: Shared = field(default_factory=Shared)
    echo: Echo = field(default_factory=Echo)
    quota: Quota = field(default_factory=Quota)
    telemetry: Telemetry = SILENT


@dataclass(frozen=True)
class Call:
    """One root field's work, inside its thread."""

    token: Token
    now: datetime
    policy: Policy
    load: Loader
    plan: Plan
    ip: str | None
    files: Files
    links: Links

    @property
    def author(self) -> Author:
        """The program that asks, as documents record it."""
        return Author(kind="token", key=str(self.token.id), name=self.token.name)


@dataclass
class Context:
    """One request, or one WebSocket connection with all its operations."""

    around: Surroundings
    connection: HTTPConnection
    connection_params: dict[str, Any] = field(default_factory=dict)

    @property
    def secret(self) -> str | None:
        """The token's secret: from the connection's parameters, else from its header."""
        given = {name.lower(): value for name, value in self.connection_params.items()}
        header = self.connection.headers.get("authorization")
        return access.bearer(given.get("authorization")) or access.bearer(header)

    async def act(self, info: "Info", work: Callable[[Call], T]) -> T:
        """Do one root field's work in a thread, if the token may ask for it."""
        raw = info._raw_info  # noqa: SLF001 - the library's own way to the request is this one
        try:
            return await self.hop(lambda: auditing.done(self._call(raw), raw, work))
        except DomainError as error:
            self.around.telemetry.count("graphql_problems", code=error.code.lower())
            raise

    async def admit(self, info: "Info") -> None:
        """Only look whether the token may ask for that root field."""
        await self.act(info, lambda _: None)

    async def readmit(self, info: "Info") -> None:
        """Look whether it still may, which counts as no request."""
        field_ = _name_of(info._raw_info)  # noqa: SLF001 - as above
        await self.hop(lambda: access.admit(self.secret, field_, self.around.clock.now(), self.ip))

    async def authenticate(self) -> None:
        """Only look whether there is a valid token."""
        await self.hop(lambda: access.authenticated(self.secret, self.around.clock.now()))

    async def hop(self, work: Callable[[], T]) -> T:
        """Run synchronous work in one of our threads."""
        return await to_thread.run_sync(work, limiter=self.around.threads)

    @property
    def ip(self) -> str | None:
        """Whence they ask, as far as our proxies tell."""
        return self.connection.client.host if self.connection.client else None

    def _call(self, raw: GraphQLResolveInfo[Any]) -> Call:
        now = self.around.clock.now()
        token = access.admit(self.secret, _name_of(raw), now, self.ip)
        plan = plan_of(raw)
        self.around.quota.take(self.secret or "", plan.cost, now)
        return Call(
            token=token,
            now=now,
            policy=self.around.policy,
            load=replace(self.around.loader, viewer=str(token.id)),
            plan=plan,
            ip=self.ip,
            files=self.around.files,
            links=self.around.links,
        )


def _name_of(raw: GraphQLResolveInfo[Any]) -> str:
    """The root field that is asked for, as access has it."""
    return f"{raw.parent_type.name}.{raw.field_name}"


Info = strawberry.Info[Context, None]
