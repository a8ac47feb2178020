"""Routes for scripts that concern the whole sandbox: faults, network, speed, limits, ledger."""

from collections.abc import Callable
from dataclasses import asdict, fields, replace
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.sandbox.config import Speed
from adapters.sandbox.faults import NETWORKS, BadRule, Faults, Rule, parse_rules
from adapters.sandbox.ledger import Ledger
from adapters.sandbox.slack.limits import Limits
from adapters.sandbox.timing import Pace
from adapters.sandbox.wire import Refusal, read_json


class Controls:
    """What a test turns: faults, the state of the two networks, timing; and the ledger to read."""

    def __init__(self, ledger: Ledger, faults: Faults, pace: Pace, limits: Limits) -> None:
        self._ledger = ledger
        self._faults = faults
        self._pace = pace
        self._limits = limits

    def routes(self) -> list[Route]:
        """To be mounted at the sandbox's root."""
        return [
            Route("/faults", self._set_faults, methods=["PUT", "POST", "DELETE"]),
            Route("/faults", self._show_faults, methods=["GET"]),
            Route("/network", self._set_network, methods=["PUT"]),
            Route("/network", self._show_network, methods=["GET"]),
            Route("/speed", self._set_speed, methods=["PUT"]),
            Route("/speed", self._show_speed, methods=["GET"]),
            Route("/limits", self._set_limits, methods=["PUT"]),
            Route("/limits", self._show_limits, methods=["GET"]),
            Route("/ledger", self._show_ledger, methods=["GET"]),
        ]

    async def _set_faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._faults.replace([])
        else:
            change: Callable[[list[Rule]], None] = (
                self._faults.replace if request.method == "PUT" else self._faults.add
            )
            change(_rules(await request.body()))
        return await self._show_faults(request)

    async def _show_faults(self, _request: Request) -> Response:
        return JSONResponse({"rules": self._faults.shown()})

    async def _set_network(self, request: Request) -> Response:
        wanted = await read_json(request)
        for name, state in wanted.items():
            if name not in self._faults.network or state not in NETWORKS:
                raise Refusal(400, f"send twilio and slack, each one of {', '.join(NETWORKS)}")
        self._faults.network.update(wanted)
        return await self._show_network(request)

    async def _show_network(self, _request: Request) -> Response:
        return JSONResponse(self._faults.network)

    async def _set_speed(self, request: Request) -> Response:
        self._pace.speed = _speed(self._pace.speed, await read_json(request))
        return await self._show_speed(request)

    async def _show_speed(self, _request: Request) -> Response:
        return JSONResponse(asdict(self._pace.speed))

    async def _set_limits(self, request: Request) -> Response:
        try:
            self._limits.change(await read_json(request))
        except (TypeError, ValueError) as wrong:
            raise Refusal(400, str(wrong)) from wrong
        return await self._show_limits(request)

    async def _show_limits(self, _request: Request) -> Response:
        return JSONResponse(self._limits.shown())

    async def _show_ledger(self, request: Request) -> Response:
        since = request.query_params.get("since", "0")
        if not since.isdecimal():
            raise Refusal(400, "since is a line number")
        return JSONResponse({"lines": self._ledger.recent(int(since))})


def _rules(raw: bytes) -> list[Rule]:
    try:
        return parse_rules(orjson.loads(raw))
    except orjson.JSONDecodeError as wrong:
        raise Refusal(400, f"the body is not JSON: {wrong}") from wrong
    except BadRule as wrong:
        raise Refusal(400, str(wrong)) from wrong


def _speed(present: Speed, wanted: dict[str, Any]) -> Speed:
    known = {item.name: getattr(present, item.name) for item in fields(Speed)}
    try:
        given = {name: _like(known[name], value) for name, value in wanted.items()}
    except KeyError as unknown:
        raise Refusal(400, f"no such speed: {unknown.args[0]}") from unknown
    except (TypeError, ValueError) as wrong:
        raise Refusal(400, f"a speed is a number or a list of numbers: {wrong}") from wrong
    return replace(present, **given)


def _like(sample: Any, value: Any) -> Any:
    if isinstance(sample, tuple):
        return tuple(float(number) for number in value)
    return float(value)
