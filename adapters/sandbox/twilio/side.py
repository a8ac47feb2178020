"""Twilio put together: its texts, its carrier, its API and the phones."""

from starlette.routing import BaseRoute, Mount, Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.delivery import Postman
from adapters.sandbox.encounter import Desk
from adapters.sandbox.ledger import Ledger
from adapters.sandbox.timing import Pace
from adapters.sandbox.twilio.api import TwilioApi
from adapters.sandbox.twilio.box import Texts
from adapters.sandbox.twilio.carrier import Carrier
from adapters.sandbox.twilio.estate import Estate
from adapters.sandbox.twilio.inbound import Phones
from adapters.sandbox.twilio.media import MediaStore
from adapters.sandbox.twilio.numbers import NumberScripts
from adapters.sandbox.twilio.optout import Blocks
from adapters.sandbox.twilio.registry import Registry
from adapters.sandbox.twilio.scripts import TextScripts


class TwilioSide:
    """Everything of Twilio, with the routes for the SDK and for scripts."""

    def __init__(
        self, config: SandboxConfig, ledger: Ledger, desk: Desk, postman: Postman, pace: Pace
    ) -> None:
        texts, blocks = Texts(ledger), Blocks(ledger)
        self._media = MediaStore(config, ledger, postman)
        self._carrier = Carrier(config, texts, postman, pace, self._media)
        self._estate = Estate(config, ledger)
        self._phones = Phones(config, texts, postman, pace, blocks, self._media, self._estate)
        self._api = TwilioApi(config, desk, texts, self._carrier, blocks, self._media)
        self._registry = Registry(config, ledger, blocks)
        self._scripts = TextScripts(config, texts, self._phones)
        self._numbers = NumberScripts(ledger, blocks)

    def resume(self) -> None:
        """Go on with the texts that were on their way, in either direction."""
        self._carrier.resume()
        self._phones.resume()

    def routes(self) -> list[BaseRoute]:
        """To be mounted at the sandbox's root."""
        return [
            *self._media.routes(),
            *self._registry.lists(),
            Mount("/twilio", routes=self._service()),
            *self._scripts.routes(),
            *self._numbers.routes(),
            *self._estate.scripts(),
        ]

    def _service(self) -> list[Route]:
        """What Twilio's own hosts serve."""
        of = self._api.of
        return [*self._api.routes(), *self._registry.routes(of), *self._estate.routes(of)]
