"""What nobody waits for leaves at the pace of its sender: until its turn it stands in a line.

So stand campaigns' texts and scheduled ones. Nobody claims them while the pace allows no more; a
turn is taken a moment ahead, so that each is claimed twice at most, however long the line is, and
a crash or a text that does not leave after all costs no more than that moment's turns.
Conversation never stands there. It uses up the same pace, so that lines yield to it.
"""

from datetime import datetime, timedelta
from typing import Any

from domain import outbox
from domain.model import Message
from domain.outbox import Kinds
from domain.policy import Policy
from domain.ports import Line
from domain.rules.gate import OURS
from domain.rules.pacing import Rate
from domain.services.dispatch.steps import SLOT

AHEAD = timedelta(seconds=1)
CONVERSATION = {"yields": None, "line": None}
URGENT = ({**CONVERSATION, "turn_at": None},)
"""Conversation alone: what stood in a line and has its turn does not yield either."""


def rate(policy: Policy) -> Rate | None:
    """How fast one sender may send; of that, a second's worth may come at once. None: no limit."""
    every = policy.automation.texts_per_second
    return Rate(timedelta(seconds=1 / every), max(int(every), 1)) if every else None


def claimable(now: datetime, policy: Policy, pace: Line | None) -> Kinds:
    """The kinds of texts that may be claimed, in their order: lines that do not move are not."""
    shut = _shut(now, policy, pace)
    moving = [one for one in policy.senders if one not in shut]
    return (CONVERSATION, {"yields": True, "line": {"$in": [None, *moving]}})


def earliest(now: datetime, policy: Policy, pace: Line | None) -> datetime | None:
    """When something will be claimable, as far as one can say."""
    found = [outbox.earliest(SLOT, claimable(now, policy, pace))]
    return min(filter(None, [*found, *_shut(now, policy, pace).values()]), default=None)


def admits(message: Message, sender: str, now: datetime, policy: Policy, pace: Line | None) -> bool:
    """Whether it may leave now; otherwise it has its turn by now, or stands in the line."""
    limit = rate(policy)
    if pace is None or limit is None:
        return True
    key = _key(sender)
    if not is_patient(message):
        pace.spend(key, limit, now)
        return True
    if message.dispatch and message.dispatch.turn_at:
        return True
    turn = pace.turn(key, limit, now, AHEAD)
    if turn is not None and turn <= now:
        return True
    _wait(message, sender, turn)
    return False


def dissolve(policy: Policy) -> None:
    """Nobody stands in the line of a sender that is ours no more: the gate sees to those texts."""
    strange = {f"{SLOT}.line": {"$nin": [None, *policy.senders]}, f"{SLOT}.yields": True}
    change = {"$unset": {f"{SLOT}.line": ""}}
    Message._get_collection().update_many(strange | {f"{SLOT}.due_at": {"$exists": True}}, change)


def is_patient(message: Message) -> bool:
    """Whether nobody waits for it: it was planned, or is a campaign's, and answers no keyword."""
    planned = message.campaign_id is not None or message.send_at is not None
    return planned and message.purpose not in OURS


def _wait(message: Message, sender: str, turn: datetime | None) -> None:
    """It leaves at its turn, before what stands in the line; without one it goes on standing."""
    if turn is None:
        change: dict[str, Any] = {"$set": outbox.lined(SLOT, sender)}
    else:
        told = {f"{SLOT}.due_at": turn, f"{SLOT}.turn_at": turn}
        change = {"$set": told, "$unset": {f"{SLOT}.yields": "", f"{SLOT}.line": ""}}
    match = {"_id": message.id, f"{SLOT}.state": "due", f"{SLOT}.lease_id": None}
    Message._get_collection().update_one(match, change)


def _shut(now: datetime, policy: Policy, pace: Line | None) -> dict[str, datetime]:
    """Senders whose line does not move at the moment, and when it will."""
    limit = rate(policy)
    if pace is None or limit is None:
        return {}
    keys = {_key(one): one for one in policy.senders}
    found = pace.closed([*keys], limit, now, AHEAD)
    return {keys[key]: until for key, until in found.items()}


def _key(sender: str) -> str:
    return f"texts:{sender}"
