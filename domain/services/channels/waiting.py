"""When the set-up of a place must rest, and how long."""

from datetime import timedelta

from domain.outbox import backoff
from domain.services.channels.steps import Anchor, ChannelStep, OpenChannel
from domain.values import Postponed, Shown, Unclear


def waits(step: ChannelStep, outcome: object) -> bool:
    """Whether the conversation must rest before the next try."""
    if isinstance(step, OpenChannel):
        unreachable = isinstance(outcome, Postponed) and outcome.seconds is None
        return unreachable or isinstance(outcome, Unclear)
    if isinstance(step, Anchor):
        return not isinstance(outcome, Shown)
    return isinstance(outcome, Postponed | Unclear)


def pause(outcome: object, attempts: int, lease: timedelta) -> timedelta:
    """How long the thread rests after an outcome that settled nothing."""
    if isinstance(outcome, Unclear) and outcome.seconds is None:
        return lease
    return backoff(
        attempts + 1, outcome.seconds if isinstance(outcome, Postponed | Unclear) else None
    )
