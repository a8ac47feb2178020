"""What the listeners work with: time, the owner's choices, the outside, the hop into a thread."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from domain.policy import Policy, Timing
from domain.ports import Chats, Checks, Clock, Files, Installations, Links

T = TypeVar("T")


class Hop(Protocol):
    """Runs synchronous work beside the loop; `asyncio.to_thread` is one."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        """The work's result."""


@dataclass(frozen=True)
class Desk:
    """Given to every listener.

    `patience`: so many times as long as Slack's usual three seconds allow is it waited for.
    """

    clock: Clock
    policy: Policy
    timing: Timing
    chats: Chats | None = None
    files: Files | None = None
    links: Links | None = None
    checks: Checks | None = None
    installations: Installations | None = None
    hop: Hop = asyncio.to_thread
    patience: float = 1.0
