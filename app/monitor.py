"""What a process tells of itself over HTTP: /healthz, /readyz, /metrics.

The web process has them beside its other routes. A worker or a bot listens for them on
HEALTH_PORT, where that is set: on HOST, as the web process does.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from adapters import checks, startup
from adapters.mongo.stream import moment
from adapters.settings.choices import plain
from adapters.telemetry import page
from adapters.telemetry.backlog import Backlog
from adapters.telemetry.moment import Moment, Reading
from adapters.web import errors, health
from adapters.web.health import Broken, Check, Degraded
from app.house import House
from domain.services.operation import processes

STUCK_SECONDS = 300
"""A lane that has not looked for work for so long hangs; a long turn takes seconds."""
MUTE_SECONDS = 45
"""A process that could not write for so long, although it tries every ten seconds, is told of."""
UNSET = "not configured"


def routes(
    house: House, *, feed: bool = True, work: bool = False, line: bool = False
) -> list[Route]:
    """All three.

    `feed`, `work`, `line`: whether the process follows changes, has lanes, is connected to Slack.
    """
    checks_of_it = readiness(house, feed=feed, work=work, line=line)
    found = health.routes(checks_of_it, house.leaving.is_set)
    backlog = Backlog(
        house.clock.now,
        house.policy.senders,
        lambda: {lane.name: lane.earliest for lane in house.crew},
    )
    house.telemetry.registry.register(Moment(backlog, _readings(house, feed=feed)))
    token = plain(house.settings.metrics_token)
    return [*found, page.route(house.telemetry.registry, token)]


@asynccontextmanager
async def monitored(
    house: House, *, feed: bool = True, work: bool = False, line: bool = False
) -> AsyncIterator[None]:
    """They are served inside, if HEALTH_PORT is set; StartupError when it is taken."""
    port = house.settings.health_port
    if port is None:
        yield
        return
    inside = Starlette(
        routes=routes(house, feed=feed, work=work, line=line),
        middleware=[Middleware(errors.Shield)],
        exception_handlers=errors.HANDLERS,
    )
    with startup.listener(house.settings.host, port, setting="HEALTH_PORT") as listener:
        config = uvicorn.Config(
            inside, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        server = _Beside(config)
        task = asyncio.create_task(server.serve(sockets=[listener]), name="monitor")
        try:
            yield
        finally:
            server.should_exit = True
            await task


class _Beside(uvicorn.Server):
    """Runs in a process whose signals are somebody else's."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None."""
        yield


def readiness(
    house: House, *, feed: bool = True, work: bool = False, line: bool = False
) -> Mapping[str, Check]:
    """What the process depends on, by the names that /readyz tells."""
    settings = house.settings
    found: dict[str, Check] = {"mongodb": _database(house), "writes": _writes(house)}
    found |= {"indexes": _indexes(), "restoration": _restoration(house)}
    found |= {"feed": _feed(house)} if feed else {}
    found |= {"lanes": _lanes(house)} if work else {}
    found |= {"line": _line(house)} if line else {}
    found |= {} if work else {"workers": _workers(house)}
    missing = {"twilio": settings.twilio_missing, "slack": settings.slack_missing}
    return found | {name: _configured(bool(lack)) for name, lack in missing.items()}


def _database(house: House) -> Check:
    async def check() -> None:
        await house.async_client.admin.command("ping")

    return check


def _writes(house: House) -> Check:
    """A server may answer and yet take nothing: its disk stands still, or has no room."""

    async def check() -> None:
        if house.pulse.silent_for > MUTE_SECONDS:
            raise Broken(f"nothing was written for {house.pulse.silent_for:.0f} s")

    return check


def _indexes() -> Check:
    """Whether they were there when this process looked: the next release may have other ones."""
    seen = asyncio.Event()

    async def check() -> None:
        if seen.is_set():
            return
        finding = await asyncio.to_thread(checks.indexes)
        if finding.status != checks.OK:
            raise Broken("missing: run `threadline indexes`")
        seen.set()

    return check


def _restoration(house: House) -> Check:
    """No backup is being put back under this process."""

    async def check() -> None:
        if await asyncio.to_thread(house.barrier.shuts):
            raise Broken("a backup is being restored: stop this process")

    return check


def _feed(house: House) -> Check:
    async def check() -> None:
        if checks.feed(house.feed.position, house.clock.now()).status != checks.OK:
            raise Broken("behind")

    return check


def _lanes(house: House) -> Check:
    async def check() -> None:
        stuck = [lane.name for lane in house.crew if lane.silent_for > STUCK_SECONDS]
        if stuck:
            raise Broken(f"stuck: {', '.join(stuck)}")
        if not house.crew:
            raise Broken("not started")

    return check


def _workers(house: House) -> Check:
    """The rest is done without one; what it would do waits, so that nothing leaves."""

    async def check() -> None:
        wanted = house.settings.twilio_configured or house.settings.slack_configured
        alive = await asyncio.to_thread(processes.alive, house.clock.now())
        if wanted and not any(one.kind == "worker" for one in alive):
            raise Degraded("none is running")

    return check


def _line(house: House) -> Check:
    async def check() -> None:
        if not await house.connection.made():
            raise Broken("not connected")

    return check


def _configured(lacking: bool) -> Check:
    async def check() -> None:
        if lacking:
            raise Degraded(UNSET)

    return check


def _readings(house: House, *, feed: bool) -> list[Reading]:
    """What this process knows without asking anybody."""

    def silent() -> dict[str, float]:
        return {lane.name: lane.silent_for for lane in house.crew}

    told = "How long ago each of a worker's lanes looked for work."
    found = [Reading("lane_silent_seconds", told, "lane", silent)]
    if feed:
        lag = "How far behind the database this process hands changes on."
        found += [
            Reading("feed_lag_seconds", lag, "", lambda: {"": _lag(house)}),
            Reading(
                "feed_followers",
                "Who follows this process's feed now: subscribers, and its own lanes as one.",
                "",
                lambda: {"": float(house.feed.followers)},
            ),
        ]
    return found


def _lag(house: House) -> float:
    """Endless while it has no place yet."""
    position = house.feed.position
    if position is None:
        return float("inf")
    return max((house.clock.now() - moment(position)).total_seconds(), 0.0)
