"""One post in the inbox channel when a round found several texts that wait: told once."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.model import Message, Thread
from domain.outbox import Claim
from domain.services.channels import person_of
from domain.services.recovery import rounds
from domain.values import Failed, Place, Postponed, Remark, Shown, Unclear

FEWEST = 2
MOST_NAMED = 5
SAID = "{count} messages in {places} written while I was away, and wait for you: {names}."


@dataclass(frozen=True)
class Tell:
    """Say it there; `since`: an earlier try may have said it."""

    place: Place
    key: str
    remark: Remark
    since: datetime | None = None


def next_tell(held: Claim, inbox: Place) -> Tell | None:
    """What is to be told of a round that is through; None where there is nothing, or too little."""
    present, texts = rounds.own(held), rounds.waiting(held)
    if present.begun_at is None or (len(texts) < FEWEST and not present.tried_at):
        return None
    place = replace(inbox, channel_id=present.channel_id) if present.channel_id else inbox
    key = f"away:{present.id}:{int(present.begun_at.timestamp())}"
    return Tell(place, key, Remark(said(texts)), present.tried_at)


def trying(held: Claim, step: Tell, now: datetime) -> bool:
    """From here on it may be there; whether it is still ours to say it."""
    fields = {"triedAt": step.since or now, "channelId": step.place.channel_id}
    return rounds.write(held, fields)


def told(held: Claim, step: Tell, outcome: Shown | Failed | Postponed | Unclear) -> None:
    """What was surely not said may be said elsewhere."""
    if isinstance(outcome, Postponed) and step.since is None:
        rounds.write(held, {}, "triedAt", "channelId")


def said(texts: list[Message]) -> str:
    """How many wait, and where."""
    ids = dict.fromkeys(text.thread_id for text in texts)
    found = {one.id: one for one in Thread.objects(id__in=list(ids)[:MOST_NAMED])}
    names = [_called(found[one]) for one in ids if one in found]
    if len(ids) > len(names):
        names.append(f"{len(ids) - len(names)} more")
    places = "1 conversation were" if len(ids) == 1 else f"{len(ids)} conversations were"
    return SAID.format(count=len(texts), places=places, names=", ".join(names))


def _called(thread: Thread) -> str:
    own = thread.channel.thread_ts is None and thread.channel.name
    return f"#{thread.channel.name}" if own else person_of(thread)
