"""Slack's published limits, as the rates that we keep to; each is for one method and workspace."""

from dataclasses import dataclass
from datetime import timedelta

from domain.rules.pacing import Rate

MINUTE = timedelta(minutes=1)
TIERS = {
    2: Rate.within(20, MINUTE, 8),
    3: Rate.within(50, MINUTE, 20),
    4: Rate.within(100, MINUTE, 40),
}
POST = "chat.postMessage"
CHANNEL = Rate(timedelta(seconds=1), 3)
"""Posts in one channel: one a second, with short bursts."""

_SECOND = frozenset(
    f"conversations.{verb}"
    for verb in ("create", "archive", "unarchive", "rename", "setTopic", "setPurpose", "list")
) | {"users.list", "usergroups.list", "usergroups.users.list", "reactions.remove", "pins.add"}
_THIRD = frozenset(
    f"conversations.{verb}" for verb in ("invite", "kick", "join", "info", "history", "replies")
) | {"chat.update", "chat.delete", "users.lookupByEmail", "reactions.add", "team.info"}
_FREE = frozenset({POST, "auth.test", "oauth.v2.access", "chat.getPermalink"})
"""Special ones, whose limits are by channel or generous."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`pace` is how many times as fast as published: more than 1 only where Slack has agreed."""

    pace: float = 1.0

    def rate(self, method: str) -> Rate | None:
        """How often that method may be called; None: as often as one likes."""
        if method in _FREE:
            return None
        tier = 2 if method in _SECOND else 3 if method in _THIRD else 4
        return TIERS[tier].faster(self.pace)

    @property
    def channel(self) -> Rate:
        """How often one channel may be posted to."""
        return Rate(CHANNEL.every / self.pace, CHANNEL.burst)
