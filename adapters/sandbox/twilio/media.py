"""Pictures on phones: those that customers send, served as Twilio does, and those they are sent."""

import base64
import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.delivery import Postman
from adapters.sandbox.encounter import Answer
from adapters.sandbox.guard import LOOPBACK
from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.twilio.errors import TwilioError
from adapters.sandbox.twilio.text import API_VERSION, new_sid

CONTENT_PATH = "/twilio/content"
PATIENCE = 10.0
MOST_BYTES = 1_300_000
"""What the carriers of the sandbox take with one text."""
TAKEN = ("image/", "video/", "audio/", "text/vcard", "text/calendar", "application/pdf")
UNFETCHED, WRONG_TYPE, TOO_LARGE = 11200, 12300, 30019
HEADERS = {"x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'"}


@dataclass(frozen=True)
class Item:
    """A picture as a phone shows it: `url` is where the page finds it, empty when nowhere.

    `source` is its address on the way; `status` the HTTP status of the carrier's look, none when
    it did not look.
    """

    source: str
    url: str = ""
    content_type: str = ""
    size: int = 0
    status: int | None = None


class MediaStore:
    """Every picture's bytes, in the ledger under its ME sid."""

    def __init__(self, config: SandboxConfig, ledger: Ledger, postman: Postman) -> None:
        self._config = config
        self._ledger = ledger
        self._postman = postman

    def sent(self, text_sid: str, kind: str, content: bytes) -> Item:
        """A customer's picture, where Twilio keeps it for the product to fetch."""
        sid, page = self._keep(kind, content)
        own, account = self._config.own_url, self._config.account_sid
        base = f"{own}/twilio/{API_VERSION}/Accounts/{account}/Messages/{text_sid}/Media"
        return Item(f"{base}/{sid}", page, kind, len(content))

    async def fetched(self, addresses: list[str]) -> tuple[list[Item], int | None]:
        """What the carrier gets at these addresses, and the error if it cannot use that.

        Only this machine's are looked at: what is elsewhere is taken for good.
        """
        items = [await self._look(one) for one in addresses]
        looked = [one for one in items if one.status is not None]
        if any(one.status != 200 for one in looked):
            return items, UNFETCHED
        if any(not one.content_type.startswith(TAKEN) for one in looked):
            return items, WRONG_TYPE
        return items, TOO_LARGE if sum(one.size for one in looked) > MOST_BYTES else None

    def api(self, request: Request) -> Answer:
        """Twilio's answer to who may ask: the content is elsewhere."""
        sid = request.path_params["media"]
        if sid not in self._ledger.all("media"):
            raise TwilioError(20404, request.url.path)
        return Answer(307, None, {"location": f"{self._config.own_url}{CONTENT_PATH}/{sid}"})

    def routes(self) -> list[Route]:
        """To be mounted at the sandbox's root: for the product, and for the page."""
        return [
            Route(f"{CONTENT_PATH}/{{media}}", self._serving(strict=True), methods=["GET"]),
            Route("/media/{media}", self._serving(strict=False), methods=["GET"]),
        ]

    def _serving(self, *, strict: bool) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            if strict and "authorization" in request.headers:
                return PlainTextResponse("only one way to say who asks is allowed", 400)
            kept = self._ledger.all("media").get(request.path_params["media"])
            if kept is None:
                return PlainTextResponse("no such media", 404)
            content = base64.b64decode(kept["content"])
            return Response(content, media_type=kept["type"], headers=HEADERS)

        return serve

    async def _look(self, address: str) -> Item:
        if not _is_near(address):
            return Item(address)
        reply = await self._postman.fetch(address, PATIENCE)
        kind = reply.headers.get("content-type", "").partition(";")[0]
        status = reply.status or 0
        page = self._keep(kind, reply.body)[1] if reply.good else ""
        return Item(address, page, kind, len(reply.body), status)

    def _keep(self, kind: str, content: bytes) -> tuple[str, str]:
        sid = new_sid("ME")
        kept = {"type": kind, "content": base64.b64encode(content).decode()}
        self._ledger.put("media", sid, kept)
        return sid, f"{self._config.own_url}/media/{sid}"


def _is_near(address: str) -> bool:
    try:
        return urlsplit(address).hostname in LOOPBACK
    except ValueError:
        return False


def kind_of(name: str) -> str:
    """The type that a phone says a file of that name has."""
    return mimetypes.guess_type(name)[0] or "image/jpeg"


def as_items(items: list[Item]) -> list[Json]:
    """As a text keeps them."""
    return [asdict(one) for one in items]
