"""Routes for scripts that concern numbers: who has them, who gave them up, who has opted out."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.sandbox.ledger import Ledger
from adapters.sandbox.twilio.optout import Blocks
from adapters.sandbox.twilio.registry import DAY
from adapters.sandbox.wire import Refusal, read_json

HOLDERS = ("yes", "no", "no_data_available")


class NumberScripts:
    """`PUT /numbers` says what Twilio knows of numbers; `GET /numbers` shows it, and the blocks."""

    def __init__(self, ledger: Ledger, blocks: Blocks) -> None:
        self._ledger = ledger
        self._blocks = blocks

    def routes(self) -> list[Route]:
        """To be mounted at the sandbox's root."""
        return [
            Route("/numbers", self._set, methods=["PUT"]),
            Route("/numbers", self._show, methods=["GET"]),
        ]

    async def _set(self, request: Request) -> Response:
        body = await read_json(request)
        holders, lists = body.get("reassigned") or {}, body.get("deactivated") or {}
        if not isinstance(holders, dict) or not set(holders.values()) <= {*HOLDERS}:
            raise Refusal(400, f"reassigned is {{number: one of {', '.join(HOLDERS)}}}")
        if not isinstance(lists, dict) or not all(
            DAY.fullmatch(day) and isinstance(numbers, list) for day, numbers in lists.items()
        ):
            raise Refusal(400, "deactivated is {YYYY-MM-DD: [number]}")
        for number, told in holders.items():
            self._ledger.put("holder", number, {"told": told})
        for day, numbers in lists.items():
            self._ledger.put("deactivated", day, {"numbers": list(map(str, numbers))})
        return await self._show(request)

    async def _show(self, _request: Request) -> Response:
        holders = {key: one["told"] for key, one in self._ledger.all("holder").items()}
        lists = {day: one["numbers"] for day, one in self._ledger.all("deactivated").items()}
        blocked = self._blocks.all()
        return JSONResponse({"reassigned": holders, "deactivated": lists, "blocked": blocked})
