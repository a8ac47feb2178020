"""How much one token may ask for in a minute; each process counts by itself."""

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from domain.allowance import Allowance
from domain.errors import Unavailable

SPENT = "This token has asked for all that it may ask for in a minute. Try again in {seconds} s."
HELP = "Ask for less at a time, or subscribe rather than ask again and again."


@dataclass(frozen=True)
class Quota:
    """Requests (each root field is one) and nodes that they may bring, a minute; 0: no limit.

    Tokens are told apart by digests of their secrets, so that no secret is kept.
    """

    requests: Allowance = field(default_factory=lambda: Allowance(0))
    nodes: Allowance = field(default_factory=lambda: Allowance(0))

    def wait(self, secret: str | None) -> int:
        """Whole seconds until that token may ask again; 0 when it may, and for who is unknown."""
        own = _name(secret or "")
        return math.ceil(max(self.requests.wait(own), self.nodes.wait(own)))

    def take(self, secret: str, cost: int, now: datetime) -> None:
        """Count one request that may bring so many nodes; Unavailable RATE_LIMITED if too much."""
        own = _name(secret)
        wait = self.requests.take(own) or self.nodes.take(own, max(cost, 1))
        if wait:
            until = now + timedelta(seconds=wait)
            told = told_of(math.ceil(wait))
            raise Unavailable(told, code="RATE_LIMITED", help=HELP, retry_at=until)


def told_of(seconds: int) -> str:
    """The sentence for people."""
    return SPENT.format(seconds=seconds)


def _name(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()
