"""`/healthz`: the process runs. `/readyz`: what it depends on answers, each part by its name."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Check = Callable[[], Awaitable[None]]
"""Raises when its part cannot serve."""

PATIENCE_SECONDS = 2.0


def routes(checks: Mapping[str, Check], leaving: Callable[[], bool] = bool) -> list[Route]:
    """The two routes; `checks` are asked at the same time, each for two seconds at most.

    A process that is `leaving` is not ready, whatever they say.
    """

    async def ready(_: Request) -> JSONResponse:
        if leaving():
            return JSONResponse({"status": "leaving", "checks": {}}, status_code=503)
        states = await asyncio.gather(*(_state(check) for check in checks.values()))
        report = dict(zip(checks, states, strict=True))
        fine = all(state == "ok" for state in states)
        body = {"status": "ready" if fine else "not ready", "checks": report}
        return JSONResponse(body, status_code=200 if fine else 503)

    return [Route("/healthz", _alive), Route("/readyz", ready)]


async def _alive(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def _state(check: Check) -> str:
    """`ok`, or the kind of failure alone: its text may tell addresses to strangers."""
    try:
        await asyncio.wait_for(check(), PATIENCE_SECONDS)
    except TimeoutError:
        return "no answer"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        return f"failed ({type(error).__name__})"
    return "ok"
