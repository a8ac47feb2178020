"""`/healthz`: the process runs. `/readyz`: what it depends on, each part by its name.

A part that is broken makes the process not ready (503), so that nothing is sent to it. One that is
only missing, like a supplier that is not set up, makes it `degraded`: it does the rest.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Check = Callable[[], Awaitable[None]]
"""Raises when its part cannot serve: Broken or Degraded with a word for it, or anything."""

PATIENCE_SECONDS = 2.0
OK = "ok"
PATHS = ("/healthz", "/readyz")


class Broken(Exception):
    """The part cannot serve; the text is told to strangers, so it names nothing but our own."""


class Degraded(Exception):
    """Something is missing without which the rest is done all the same."""


def routes(checks: Mapping[str, Check], leaving: Callable[[], bool] = bool) -> list[Route]:
    """The two routes; `checks` are asked at the same time, each for two seconds at most.

    A process that is `leaving` is not ready, whatever they say.
    """

    async def ready(_: Request) -> JSONResponse:
        if leaving():
            return JSONResponse({"status": "leaving", "checks": {}}, status_code=503)
        states = await asyncio.gather(*(_state(check) for check in checks.values()))
        report = {name: state for name, (_, state) in zip(checks, states, strict=True)}
        if not all(serves for serves, _ in states):
            return JSONResponse({"status": "not ready", "checks": report}, status_code=503)
        whole = all(state == OK for _, state in states)
        return JSONResponse({"status": "ready" if whole else "degraded", "checks": report})

    return [*map(Route, PATHS, (_alive, ready))]


async def _alive(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def _state(check: Check) -> tuple[bool, str]:
    """Whether it serves, and `ok` or what is wrong.

    Of a failure only its kind: the text may tell addresses to strangers.
    """
    try:
        await asyncio.wait_for(check(), PATIENCE_SECONDS)
    except Degraded as lack:
        return True, str(lack)
    except Broken as trouble:
        return False, str(trouble)
    except TimeoutError:
        return False, "no answer"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        return False, f"failed ({type(error).__name__})"
    return True, OK
