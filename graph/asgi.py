"""`/graphql` over HTTP, Server-Sent Events and WebSocket (graphql-transport-ws)."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from anyio import CapacityLimiter
from starlette.types import ASGIApp

from domain.policy import Policy
from domain.ports import SILENT, Checks, Clock, Feed, Files, Links, Sms, Telemetry
from graph.context import Pulse, Surroundings
from graph.endpoint import Endpoint
from graph.guard import Guard
from graph.loading import Loader
from graph.origins import shared_with
from graph.quota import Quota

THREADS = 16
PULSE = Pulse()
SHOWN_FOR = timedelta(hours=1)  # the addresses of files that answers hold


def create(
    *,
    policy: Policy,
    clock: Clock,
    feed: Feed,
    files: Files,
    links: Links,
    graphiql: bool,
    checks: Checks = tuple,
    introspection: bool | None = None,
    origins: Sequence[str] = (),
    leaving: asyncio.Event | None = None,
    sms: Sms | None = None,
    threads: CapacityLimiter | None = None,
    pulse: Pulse = PULSE,
    telemetry: Telemetry = SILENT,
    quota: Quota | None = None,
) -> ASGIApp:
    """The application to be mounted at `/graphql`.

    `introspection` is as `graphiql` unless it is given; pages of `origins` may ask and connect;
    streams end when `leaving` is set; without `sms` no carrier is asked; `threads` bounds what
    runs at once; `quota` is what one token may ask for.
    """
    around = Surroundings(
        policy=policy,
        clock=clock,
        feed=feed,
        files=files,
        links=links,
        sms=sms,
        threads=threads or CapacityLimiter(THREADS),
        loader=Loader(policy, lambda file_id: links.link(file_id, clock.now() + SHOWN_FOR)),
        pulse=pulse,
        leaving=leaving or asyncio.Event(),
        checks=checks,
        telemetry=telemetry,
        quota=quota or Quota(),
    )
    shown = graphiql if introspection is None else introspection
    endpoint = Endpoint(around, graphiql=graphiql, introspection=shown, origins=origins)
    return shared_with(origins, Guard(endpoint))
