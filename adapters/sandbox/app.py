"""The sandbox as one ASGI application, to be mounted at `/sandbox` or run alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route

from adapters.sandbox import pages
from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.delivery import Postman
from adapters.sandbox.encounter import Desk
from adapters.sandbox.faults import Faults
from adapters.sandbox.guard import Guard
from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.live import Live
from adapters.sandbox.scripts import Controls
from adapters.sandbox.slack.limits import Limits
from adapters.sandbox.slack.side import SlackSide
from adapters.sandbox.timing import Pace
from adapters.sandbox.twilio.resource import as_shown
from adapters.sandbox.twilio.side import TwilioSide
from adapters.sandbox.twilio.text import from_record
from adapters.sandbox.wire import Refusal, refuse

OPEN_PATHS = ("/twilio/", "/slack/api/", "/slack/upload/", "/slack/files/", "/slack/response/")
HIDDEN = ("block", "deactivated", "estate", "file", "holder", "media")


class Sandbox(Starlette):
    """Twilio and Slack in one application. Enter `running()` from the lifespan of the server."""

    def __init__(self, config: SandboxConfig) -> None:
        ledger, faults, pace = Ledger(config.ledger), Faults(), Pace(config.speed)
        self._ledger = ledger
        self._postman = Postman(ledger, faults)
        self._live = Live(ledger, shown)
        desk = Desk(ledger, faults)
        limits = Limits()
        self._phone = TwilioSide(config, ledger, desk, self._postman, pace)
        slack = SlackSide(config, ledger, desk, self._postman, pace, limits)
        super().__init__(
            routes=[
                *self._phone.routes(),
                *slack.routes(),
                *Controls(ledger, faults, pace, limits).routes(),
                Route("/events", self._live.endpoint),
                *pages.routes(),
            ],
            middleware=[Middleware(Guard, own_url=config.own_url, open_paths=OPEN_PATHS)],
            exception_handlers={Refusal: refuse},
        )

    def hang_up(self) -> None:
        """End what the open pages listen to: the server is about to stop."""
        self._live.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver and carry until left; the parent's lifespan enters this when mounted."""
        await self._postman.open()
        self._phone.resume()
        try:
            yield
        finally:
            self._live.close()
            await self._postman.close()
            self._ledger.close()


def create(config: SandboxConfig) -> Sandbox:
    """A sandbox to mount at `/sandbox`."""
    return Sandbox(config)


def standalone(config: SandboxConfig) -> Starlette:
    """A sandbox that is a server of its own, under the same `/sandbox` prefix."""
    sandbox = create(config)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with sandbox.running():
            yield

    return Starlette(routes=[Mount("/sandbox", app=sandbox)], lifespan=lifespan)


def shown(line: Json) -> Json | None:
    """A ledger line as the page gets it; none when it is not for the page."""
    if line["type"] != "put" or line["of"] in HIDDEN:
        return None
    value = line["value"]
    if line["of"] == "text":
        value = as_shown(from_record(value))
    return {"of": line["of"], "key": line["key"], "value": value}
