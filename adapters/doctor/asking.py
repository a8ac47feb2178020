"""Asking Twilio by its own library: an answer, or in plain words why there is none."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

from adapters.doctor.saying import failed, warned
from adapters.twilio.client import Busy, Failure
from adapters.twilio.failures import MALFORMED, UNREADABLE
from domain.ports import Finding

T = TypeVar("T")
SECONDS = 20.0
SLOW = "Twilio did not answer in time"
WAIT = "Wait a minute and look again; what is to be sent waits."
AWAY = "Look at Twilio's status page, and whether this machine may reach the internet."
DENIED = "Give the API key the permission for it, or use a standard key."


@dataclass(frozen=True)
class Trouble:
    """Why there is no answer. `status` is the HTTP status of a plain refusal; `busy`: too much."""

    reason: str
    status: int | None = None
    busy: bool = False

    @property
    def unauthorized(self) -> bool:
        """Whether it is our credentials."""
        return self.status == HTTPStatus.UNAUTHORIZED

    @property
    def missing(self) -> bool:
        """Whether there is no such thing."""
        return self.status == HTTPStatus.NOT_FOUND

    def told(self, name: str, what: str) -> Finding:
        """As a finding, where the caller knows nothing better to say."""
        if self.busy:
            return warned(name, f"{what} could not be looked at: {self.reason}.", WAIT)
        if self.status is not None:
            return warned(name, f"{what} could not be looked at: {self.reason}.", DENIED)
        return failed(name, f"{what} could not be looked at: {self.reason}.", AWAY)


async def asked(call: Awaitable[T]) -> T | Trouble:
    """What Twilio answers; nothing that it does is raised."""
    try:
        async with asyncio.timeout(SECONDS):
            return await call
    except Failure as failure:
        return Trouble(str(failure), busy=isinstance(failure, Busy))
    except (TwilioRestException, TwilioServiceException) as refusal:
        return _refused(int(refusal.status))
    except TimeoutError:
        return Trouble(SLOW)
    except (TwilioException, *MALFORMED) as error:
        status = _of_page(error)
        return Trouble(UNREADABLE) if status is None else _refused(status)


def _refused(status: int) -> Trouble:
    return Trouble(f"Twilio refused it (HTTP {status})", status)


def _of_page(error: Exception) -> int | None:
    """The library says of a refused list only what it got, as the error's second argument."""
    status = getattr(error.args[-1], "status_code", None) if error.args else None
    return status if isinstance(status, int) else None
