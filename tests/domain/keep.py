"""How tests drive the upkeep of places."""

from datetime import datetime

from domain import outbox
from domain.model import Message, Thread
from domain.outbox import Claim
from domain.services import stale, threads
from domain.services.channels import keeping
from domain.services.channels.keeping import Step
from domain.services.channels.steps import Keep
from domain.services.desk import conversations
from tests.clock import NOON
from tests.domain.build import TIMING, TOKEN, conversation


def settled(place: dict[str, str] | None = None) -> Thread:
    """A conversation whose place is as it should be, in its own channel unless said otherwise."""
    made = conversation()
    fields = {"channel.cardTs": "1.5"} | {f"channel.{k}": v for k, v in (place or {}).items()}
    Thread._get_collection().update_one({"_id": made.id}, {"$set": fields})
    Message._get_collection().update_many({}, {"$set": {"effects": {"state": "done"}}})
    ask(made)
    bring_up_to_date()
    return threads.get(made.id)


def ask(thread: Thread) -> None:
    """Something about it has changed."""
    stale.with_people([thread.contact_id], NOON)


def claimed(now: datetime = NOON) -> Claim:
    """The conversation whose upkeep is due: there must be one."""
    claim = keeping.claim(now, TIMING.lease)
    assert claim is not None
    return claim


def step_at(now: datetime = NOON, *, archives: bool = True) -> Step | None:
    """What a worker does next, if anything is due."""
    claim = keeping.claim(now, TIMING.lease)
    if claim is None:
        return None
    step = keeping.next_step(claim, now, archives=archives)
    outbox.release(claim)
    return step


def keep_at(now: datetime = NOON) -> Keep:
    """The next step, which is something done to the place."""
    step = step_at(now)
    assert isinstance(step, Keep)
    return step


def bring_up_to_date(now: datetime = NOON) -> list[str]:
    """All that is left to do is done; what it was."""
    done = []
    while isinstance(step := step_at(now), Keep):
        keeping.kept(step, None, now)
        done.append(type(step.deed).__name__)
    assert step is None
    return done


def due() -> datetime | None:
    """When the next upkeep is due."""
    return keeping.earliest()


def close(thread: Thread, now: datetime = NOON) -> None:
    """Somebody is done with it."""
    conversations.set_status(thread.id, "closed", None, TOKEN, now)


def resting(thread: Thread) -> Thread:
    """Its channel is archived."""
    close(thread)
    bring_up_to_date()
    return threads.get(thread.id)
