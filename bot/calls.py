"""One call of a Slack Web API method, its result told as data: nothing expected is raised."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import orjson
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import CROWDED, LIMITED, outcome_of, pause_of
from bot.limits import POST, Limits
from domain.ports import SILENT, Clock, Pace, Telemetry
from domain.rules.pacing import Rate
from domain.values import PACED, Failed, Postponed, Unclear

MOST_PAGES = 200
TIMED_OUT = "timeout"
OVERSLEPT = "overslept"
TOO_MANY_REQUESTS, SERVER_ERROR = 429, 500
# aiohttp says so when no connection was made, so that nothing can have been received.
UNMADE = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
# The SDK takes for granted that Slack answers with a JSON object; a proxy's answer breaks it.
UNREADABLE = (AttributeError, ValueError, LookupError)


@dataclass(frozen=True)
class Reply:
    """Slack did it; `data` is its answer."""

    data: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A string of the answer, empty when it is absent."""
        value = self.data.get(name)
        return value if isinstance(value, str) else ""

    def part(self, name: str) -> Mapping[str, Any]:
        """An object of the answer, empty when it is absent."""
        value = self.data.get(name)
        return value if isinstance(value, dict) else {}

    def lists(self, name: str) -> bool:
        """Whether there is a list of objects of that name, empty or not."""
        value = self.data.get(name)
        return isinstance(value, list) and all(isinstance(one, dict) for one in value)

    def items(self, name: str) -> list[Any]:
        """A list of the answer, empty when it is absent."""
        value = self.data.get(name)
        return value if isinstance(value, list) else []


Result = Reply | Failed | Postponed | Unclear
Rates = dict[str, Rate | None]


@dataclass(frozen=True)
class Identity:
    """Who we are in the workspace, which may be part of an enterprise."""

    team_id: str
    user_id: str
    bot_id: str
    enterprise_id: str = ""


@dataclass
class Caller:
    """Calls methods of one workspace, keeping to what Slack allows; safe to share by tasks.

    The client must not repeat anything by itself (`retry_handlers=[]`).
    """

    client: AsyncWebClient
    pace: Pace
    clock: Clock
    limits: Limits = field(default_factory=Limits)
    telemetry: Telemetry = SILENT
    _identity: Identity | None = field(default=None, init=False)

    @property
    def team_id(self) -> str | None:
        """Our workspace's id; None before the first call."""
        return self._identity.team_id if self._identity else None

    async def whoami(self) -> Identity | Postponed:
        """Our identity, asked once and then known; until then nothing can be done."""
        if self._identity is None:
            result = await self._paced("auth.test", {}, {"slack:auth.test": None})
            if not isinstance(result, Reply) or not result.text("team_id"):
                return Postponed(reason_of(result))
            told = ("team_id", "user_id", "bot_id", "enterprise_id")
            self._identity = Identity(*(result.text(name) for name in told))
        return self._identity

    async def call(
        self, method: str, until: datetime | None = None, *, spare: bool = False, **arguments: Any
    ) -> Result:
        """Call it once, if its pace allows and it is not too late; None means absent.

        `spare`: it matters less than others, and is called only where many calls are left.
        """
        identity = await self.whoami()
        if isinstance(identity, Postponed):
            return identity
        key = f"slack:{identity.team_id}:{method}"
        rates: Rates = {key: self.limits.rate(method)}
        if method == POST:
            rates = {f"{key}:{arguments.get('channel')}": self.limits.channel, **rates}
        return await self._paced(method, arguments, rates, until, spare=spare)

    async def insist(self, method: str, *, spare: bool = False, **arguments: Any) -> Result:
        """Call what may be done twice: once more, unless the first try took all the time."""
        result = await self.call(method, spare=spare, **arguments)
        if isinstance(result, Unclear) and result.reason != TIMED_OUT:
            return await self.call(method, spare=spare, **arguments)
        return result

    async def pages(self, method: str, of: str, **arguments: Any) -> AsyncGenerator[Result, None]:
        """Every page of a listing `of` that; a result that is no Reply is the last.

        An answer without the list does not say that there is nothing.
        """
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            result = await self.insist(method, **arguments, cursor=cursor)
            if isinstance(result, Reply) and not result.lists(of):
                result = Unclear("unreadable_answer")
            yield result
            if not isinstance(result, Reply):
                return
            cursor = str(result.part("response_metadata").get("next_cursor") or "")
            if not cursor:
                return
        yield Postponed("too_many_pages")

    async def _paced(
        self,
        method: str,
        arguments: Mapping[str, Any],
        rates: Rates,
        until: datetime | None = None,
        *,
        spare: bool = False,
    ) -> Result:
        """`rates` by what a limit is kept under: first the narrowest, last the widest."""
        keys = tuple(rates)
        if (wait := await asyncio.to_thread(self._wait, rates, spare)) > 0:
            self.telemetry.count("slack_paced", method=method)
            self.telemetry.count("slack_paced_seconds", wait, method=method)
            return Postponed(PACED, wait)
        if until is not None and self.clock.now() > until:
            return Unclear(OVERSLEPT)  # another process may be at it by now
        began = time.perf_counter()
        result = await self._once(method, arguments, keys)
        self.telemetry.observe("slack_call_seconds", time.perf_counter() - began, method=method)
        self.telemetry.count("slack_calls", method=method, outcome=type(result).__name__.lower())
        return result

    async def _once(
        self, method: str, arguments: Mapping[str, Any], keys: tuple[str, ...]
    ) -> Result:
        try:
            response = await self.client.api_call(method, data=_form(arguments))
        except SlackApiError as error:
            return await self._refused(method, error, keys)
        except UNMADE as error:
            return Postponed(type(error).__name__)
        except TimeoutError:
            return Unclear(TIMED_OUT)
        except (aiohttp.ClientError, OSError) as error:
            return Unclear(type(error).__name__)
        except UNREADABLE as error:
            return Unclear(f"unreadable_answer ({type(error).__name__})")
        return Reply(response.data) if isinstance(response.data, dict) else Unclear("no_json")

    async def _refused(self, method: str, error: SlackApiError, keys: tuple[str, ...]) -> Result:
        status, code = _status(error), _code(error)
        if status == TOO_MANY_REQUESTS or code in LIMITED or code == CROWDED:
            self.telemetry.count("slack_limited", method=method)
            pause = pause_of(code, error.response.headers)
            await asyncio.to_thread(self._hold, keys[-1] if code == CROWDED else keys[0], pause)
            return Postponed(code or "ratelimited", pause)
        if status >= SERVER_ERROR or not code:
            return Unclear(code or f"http_{status}")
        return outcome_of(code)

    def _wait(self, rates: Rates, spare: bool) -> float:
        """Seconds until it may be called; 0 when it may, and then that counts as a call."""
        now = self.clock.now()
        if (held := max(self.pace.wait(key, now) for key in rates)) > 0:
            return held
        for key, rate in rates.items():
            if rate and (wait := self.pace.take(key, rate, now, spare=spare)) > 0:
                return wait
        return 0.0

    def _hold(self, key: str, seconds: float) -> None:
        self.pace.hold(key, self.clock.now() + timedelta(seconds=seconds))


def reason_of(result: Reply | Failed | Postponed | Unclear) -> str:
    """The one word of a result that was no success."""
    match result:
        case Failed():
            return result.code
        case Postponed() | Unclear():
            return result.reason
        case _:
            return "empty_answer"


def _form(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Every method takes a form, with what is nested as JSON; not all take a JSON body."""
    return {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in arguments.items()
        if value is not None
    }


def _status(error: SlackApiError) -> int:
    """The SDK puts its own response into the error, or aiohttp's when the body was no JSON."""
    response = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0))


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else ""
