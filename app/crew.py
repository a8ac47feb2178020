"""The worker: everything that is claimed and carried out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from adapters.charts import Drawer
from adapters.pictures import fit
from adapters.twilio import account as carrier
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Gateway
from adapters.twilio.media import TwilioMedia
from adapters.worker.announcing import Announcer
from adapters.worker.answering import Answerer
from adapters.worker.boards import Boardkeeper
from adapters.worker.campaigning import Campaigner
from adapters.worker.crew import lanes, working
from adapters.worker.deactivating import Deactivator
from adapters.worker.digesting import Digester
from adapters.worker.dispatching import Dispatcher
from adapters.worker.fetching import Fetcher
from adapters.worker.figuring import Figurer
from adapters.worker.homes import Homekeeper
from adapters.worker.importing import Importer
from adapters.worker.keeping import Keeper
from adapters.worker.lane import Lane
from adapters.worker.reconciling import Reconciler
from adapters.worker.relaying import Relayer
from adapters.worker.reminding import Reminder
from adapters.worker.rereading import Rereader
from adapters.worker.telling import Teller
from adapters.worker.tidying import Tidier
from adapters.worker.watching import Alarmer, Watcher
from app.beating import beating
from app.chat import slack_chats
from app.examining import examine
from app.health import findings, present
from app.house import House
from domain.ports import Chats, Finding
from domain.services.dispatch import lines
from domain.services.recovery import restored


@asynccontextmanager
async def worker(house: House) -> AsyncIterator[None]:
    """The worker's lanes, running inside; the feed must be running already."""
    settings = house.settings
    async with AsyncExitStack() as stack:
        chats = slack_chats(house) if settings.slack_configured else None
        dispatcher = None
        http = await stack.enter_async_context(carrier.http(settings, house.telemetry))
        gateway = carrier.gateway(settings, http)
        await asyncio.to_thread(lines.dissolve, house.policy)
        if gateway:
            dispatcher = Dispatcher(
                gateway,
                chats,
                house.clock,
                house.policy,
                house.timing,
                house.links,
                carrier.lookup(settings, http),
                house.pace,
                house.leaving,
                house.telemetry,
                _may_send(house),
            )
        relayer = None
        if chats:
            relayer = Relayer(chats, house.clock, house.timing, house.leaving, house.telemetry)
        tidier = Tidier(house.files, house.clock)
        importer = Importer(house.files, house.clock, house.policy)
        media = None
        if settings.twilio_configured:
            media = await stack.enter_async_context(
                TwilioMedia(carrier.credentials(settings), settings.twilio_api_url)
            )
        fetcher = Fetcher(media, chats, house.files, fit, house.clock)
        homes = Homekeeper(chats, house.clock, findings(house), house.policy) if chats else None
        keeper = Keeper(chats, house.clock, house.timing) if chats else None
        reminder = Reminder(chats, house.clock, house.policy, house.timing) if chats else None
        hands = (dispatcher, relayer, tidier, importer, fetcher, homes, keeper, reminder)
        answerer = Answerer(house.clock, house.policy, house.timing)
        crew = lanes(house.clock, house.timing.lease, *hands, answerer)
        crew += _automation(house, chats)
        crew += await registry(house, http, stack)
        crew += _watch(house, chats)
        anyway = await asyncio.to_thread(restored.is_reading)
        crew += _records(house, gateway, http, chats, anyway=anyway)
        hear = homes.hear if homes else None
        names = " ".join(sorted({lane.name for lane in crew if lane.name}))
        await stack.enter_async_context(beating(house, "worker", lanes=names))
        for lane in crew:
            lane.rests = house.barrier.shuts
        house.crew.extend(crew)
        working_now = working(crew, house.feed, hear=hear, telemetry=house.telemetry)
        await stack.enter_async_context(working_now)
        yield


def _may_send(house: House) -> Callable[[], bool]:
    """Not while no clock can be trusted, nor before it is known what came since a backup."""
    barrier = restored.Barrier()
    return lambda: house.clock.agrees() and not barrier.holds()


def _knows_what_was_said() -> Callable[[], bool]:
    """Not before it is known who has opted out since a backup."""
    barrier = restored.Barrier()
    return lambda: not barrier.holds()


def _watch(house: House, chats: Chats | None) -> list[Lane[Any]]:
    """Somebody looks whether it all works, and tells."""

    async def look() -> Sequence[Finding]:
        return (await examine(house)).findings

    watcher = Watcher(house.clock, lambda: present(house), look, tells=chats is not None)
    told = [Alarmer(chats, house.clock, house.timing).lane()] if chats else []
    return [*watcher.lanes(), *told]


def _automation(house: House, chats: Chats | None) -> list[Lane[Any]]:
    """What happens without anybody."""
    found: list[Lane[Any]] = [
        Campaigner(house.pace, house.clock, house.policy, house.timing.lease).lane(),
        Figurer(house.clock, house.policy).lane(),
    ]
    if chats and house.policy.automation.digest:
        found.append(Digester(chats, Drawer(), house.clock, house.policy, house.timing).lane())
    if chats:
        found.append(Boardkeeper(chats, house.clock, house.policy, house.timing).lane())
    if chats and house.policy.look_back:
        hears = "bot" if house.settings.slack_app_token else "web"
        found.append(Rereader(chats, house.clock, house.policy, house.timing, hears).lane())
    return found


def _records(
    house: House, gateway: Gateway | None, http: HttpClient, chats: Chats | None, *, anyway: bool
) -> list[Lane[Any]]:
    """What webhooks missed is found in the carrier's records, and told."""
    archive = carrier.archive(house.settings, http, anyway=anyway)
    if gateway is None or archive is None:
        return []
    told = [Announcer(chats, house.clock, house.timing).lane()] if chats else []
    hand = Reconciler(gateway, archive, house.clock, house.policy, house.timing)
    return [hand.lane(), *told]


async def registry(house: House, http: HttpClient, stack: AsyncExitStack) -> list[Lane[Any]]:
    """What the carrier is told of numbers, and tells us, where the settings want it."""
    found: list[Lane[Any]] = []
    if consents := carrier.consents(house.settings, http):
        known = _knows_what_was_said()
        teller = Teller(consents, house.clock, house.pace, house.policy, house.timing, known)
        found.append(teller.lane())
    if lists := carrier.deactivations(house.settings):
        await stack.enter_async_context(lists)
        found.append(Deactivator(lists, house.clock, house.timing).lane())
    return found
