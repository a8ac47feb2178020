"""What becomes of one recipient at this moment: a text, a later moment, or why there is none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain import outbox
from domain.model import SHUT, Author, Campaign, Message, Recipient, Thread
from domain.policy import Policy
from domain.rules.status import MessageStatus
from domain.services import compose, links, optout, threads
from domain.services.campaigns.planning import judging
from domain.services.campaigns.planning.judging import Known, Left, Ready
from domain.services.campaigns.sending import noting, twins

Chosen = Sequence[tuple[Recipient, Ready]]
UNMADE = ("wanted", *SHUT)
"""How far a place has come that no agent looks at."""


def released(held: Campaign, waiting: Sequence[Recipient]) -> list[Recipient]:
    """Those whose text was made by a turn that was cut short."""
    origins = {twins.origin(held.id, one.contact_id): one for one in waiting}
    found = Message._get_collection().find(
        {"origin": {"$in": list(origins)}}, {"origin": 1, "to": 1}
    )
    made = [(origins[one["origin"]], one["to"]) for one in found]
    return [one for one, phone in made if one.phone == phone]


def ready(
    held: Campaign, one: Recipient, by: Known, now: datetime, policy: Policy
) -> Ready | datetime | Left:
    """Their text's words as they leave; or when to ask again; or why there is none."""
    found = judging.judged(held, (one.contact_id, one.phone), by, now, policy)
    if isinstance(found, Left):
        return found
    if found.verdict.earliest and found.verdict.deferred:
        return found.verdict.earliest
    words, past = found.words, by.pasts[one.phone]
    if held.shorten:
        origin = twins.origin(held.id, found.contact_id)
        words = links.shortened(words, origin, one.phone, now, policy)
    return replace(found, body=optout.worded(words, one.phone, held.purpose, policy, past))


def texts(
    held: Campaign, chosen: Chosen, begin: datetime, every: timedelta, now: datetime
) -> list[Message]:
    """Their texts, not committed yet, each due that much after the one before."""
    people = {one.phone: found.contact_id for one, found in chosen}
    places = threads.advance_all(held.sender, people, now, born="closed")
    return [
        _message(held, places[one.phone], found, now, begin + every * place)
        for place, (one, found) in enumerate(chosen)
    ]


def _message(
    held: Campaign, thread: Thread, found: Ready, now: datetime, due_at: datetime
) -> Message:
    author = Author(kind="system", key=f"campaign:{held.id}", name=held.name)
    origin, status = twins.origin(held.id, found.contact_id), MessageStatus.QUEUED
    said = found.verdict
    made = compose.message(thread, found.body, origin, author, said, now, due_at, status)
    made.purpose, made.campaign_id, made.template_id = held.purpose, held.id, held.template_id
    made.tags = list(held.tags)
    made.dispatch = outbox.opened(due_at, line=held.sender)
    made.effects = outbox.opened(noting.later(now))
    quiet = thread.channel.step in UNMADE
    made.quiet = quiet or None
    made.relay = outbox.opened(None if quiet else now, yields=True)
    return made
