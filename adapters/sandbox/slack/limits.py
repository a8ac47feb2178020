"""Slack's rate limits; off until a script turns them on."""

import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.sandbox.ledger import Json

TIERS: dict[int, frozenset[str]] = {
    2: frozenset(
        f"conversations.{verb}"
        for verb in ("create", "archive", "unarchive", "rename", "setTopic", "setPurpose", "list")
    )
    | {"users.list", "usergroups.list", "usergroups.users.list", "reactions.remove"}
    | {"pins.add", "pins.remove", "pins.list", "bookmarks.add"},
    3: frozenset(
        f"conversations.{verb}"
        for verb in ("invite", "kick", "join", "leave", "info", "history", "replies", "open")
    )
    | {"chat.update", "chat.delete", "users.lookupByEmail", "reactions.add", "reactions.get"}
    | {"team.info", "bots.info", "files.delete", "apps.connections.open"},
}
DEFAULTS = {"2": 20, "3": 50, "4": 100, "channel": 1}


@dataclass
class Limits:
    """Calls a minute by tier and method; chat.postMessage a second by channel, in bursts of 5."""

    clock: Callable[[], float] = time.monotonic
    enabled: bool = False
    tiers: dict[str, float] = field(default_factory=lambda: dict(DEFAULTS))
    methods: dict[str, float] = field(default_factory=dict)
    _calls: dict[str, deque[float]] = field(default_factory=dict)

    def wait(self, method: str, args: Mapping[str, Any]) -> int | None:
        """Seconds to wait before this call may be made; none when it may be made now."""
        if not self.enabled:
            return None
        if method == "chat.postMessage" and method not in self.methods:
            burst, period = 5, 5 / self.tiers["channel"]
            return self._take(f"{method} {args.get('channel')}", burst, period)
        return self._take(method, self.methods.get(method, self._tier(method)), 60.0)

    def _tier(self, method: str) -> float:
        tier = next((number for number, names in TIERS.items() if method in names), 4)
        return self.tiers[str(tier)]

    def _take(self, key: str, most: float, period: float) -> int | None:
        present = self.clock()
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= present - period:
            calls.popleft()
        if len(calls) < most:
            calls.append(present)
            return None
        return max(1, math.ceil((calls[0] if calls else present) + period - present))

    def shown(self) -> Json:
        """As scripts set and see them."""
        return {"enabled": self.enabled, "tiers": self.tiers, "methods": self.methods}

    def change(self, wanted: Json) -> None:
        """Set what is given, forgetting the calls counted so far; ValueError on nonsense."""
        tiers, methods = dict(wanted.get("tiers") or {}), dict(wanted.get("methods") or {})
        unknown = set(tiers) - set(DEFAULTS)
        if unknown or any(float(value) <= 0 for value in tiers.values()):
            raise ValueError(f"tiers are {', '.join(DEFAULTS)}, each more than 0")
        self.tiers |= {name: float(value) for name, value in tiers.items()}
        self.methods = {name: float(value) for name, value in methods.items()}
        self.enabled = bool(wanted.get("enabled", True))
        self._calls.clear()
