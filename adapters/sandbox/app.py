"""The sandbox as one ASGI application, to be mounted at `/sandbox` or run alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.delivery import Postman
from adapters.sandbox.faults import Faults
from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.live import Live
from adapters.sandbox.scripts import Controls
from adapters.sandbox.twilio.api import TwilioApi
from adapters.sandbox.twilio.box import Texts
from adapters.sandbox.twilio.carrier import Carrier, Pace
from adapters.sandbox.twilio.inbound import Phones
from adapters.sandbox.twilio.optout import Blocks
from adapters.sandbox.twilio.scripts import TextScripts
from adapters.sandbox.twilio.text import as_shown, from_record
from adapters.sandbox.wire import Guard, Refusal, refuse

OPEN_PATHS = ("/twilio/", "/slack/api/", "/slack/upload/", "/slack/files/", "/slack/response/")


class Sandbox(Starlette):
    """Twilio and Slack in one application. Enter `running()` from the lifespan of the server."""

    def __init__(self, config: SandboxConfig) -> None:
        self._ledger = Ledger(config.ledger)
        faults, pace = Faults(), Pace(config.speed)
        self._postman = Postman(self._ledger, faults)
        texts, blocks = Texts(self._ledger), Blocks(self._ledger)
        self._carrier = Carrier(config, texts, self._postman, pace)
        phones = Phones(config, texts, self._postman, pace, blocks)
        api = TwilioApi(config, self._ledger, faults, texts, self._carrier, blocks)
        self._live = Live(self._ledger, shown)
        super().__init__(
            routes=[
                Mount("/twilio", routes=api.routes()),
                *TextScripts(config, texts, phones).routes(),
                *Controls(self._ledger, faults, pace).routes(),
                Route("/events", self._live.endpoint),
            ],
            middleware=[Middleware(Guard, own_url=config.own_url, open_paths=OPEN_PATHS)],
            exception_handlers={Refusal: refuse},
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver and carry until left; the parent's lifespan enters this when mounted."""
        await self._postman.open()
        self._carrier.resume()
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
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with sandbox.running():
            yield

    return Starlette(routes=[Mount("/sandbox", app=sandbox)], lifespan=lifespan)


def shown(line: Json) -> Json | None:
    """A ledger line as the page gets it; none when it is not for the page."""
    if line["type"] != "put" or line["of"] in ("block",):
        return None
    value = line["value"]
    if line["of"] == "text":
        value = as_shown(from_record(value))
    return {"of": line["of"], "key": line["key"], "value": value}
