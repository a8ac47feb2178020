"""Upkeep: the place of a conversation is made to look as it should.

A worker that holds the conversation's relay lease, so that nobody else is at its place, asks
`next_step`, carries it out and tells the outcome here. Many changes collapse into one: only what
the place does not say yet is written, and what has changed meanwhile is looked at again.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pymongo import ReturnDocument

from domain import outbox
from domain.model import SHUT, Author, Message, Thread
from domain.outbox import Claim
from domain.services import stale
from domain.services.channels import asking, leaving, news, setup, state, tidings, waiting
from domain.services.channels.cards import card_of, digest, title
from domain.services.channels.steps import Ask, ChannelStep, Keep, Report, here, place_of
from domain.values import (
    Archive,
    Failed,
    Pin,
    Postponed,
    Reask,
    Renew,
    Retitle,
    Unclear,
)

SLOT = stale.SLOT
LEASE = "relay"
SOON = timedelta(minutes=5)
LOOK_AGAIN = timedelta(seconds=2)
CARD_GONE = "message_not_found"
OUT_OF_REACH = frozenset({"channel_not_found", "not_in_channel"})
"""An earlier try archived it, or we are not in it any more: it must be opened again to be used."""

Step = ChannelStep | Report | Ask | Keep


def claim(now: datetime, lease: timedelta) -> Claim | None:
    """Lease the conversation whose upkeep is due first, if nobody is at its place."""
    lease_id, field = uuid4().hex, f"{LEASE}Lease"
    free = [{field: {"$exists": False}}, {f"{field}.lease_until": {"$lte": now}}]
    found = Thread._get_collection().find_one_and_update(
        {f"{SLOT}.due_at": {"$lte": now}, "$or": free},
        {"$set": {field: {"lease_id": lease_id, "lease_until": now + lease}}},
        projection={"_id": 1},
        sort=[(f"{SLOT}.due_at", 1)],
        return_document=ReturnDocument.AFTER,
    )
    return Claim(LEASE, found["_id"], lease_id, now + lease) if found else None


def earliest() -> datetime | None:
    """When the next upkeep is due."""
    due = Thread._get_collection().find_one(
        {f"{SLOT}.due_at": {"$exists": True}}, {SLOT: 1}, sort=[(f"{SLOT}.due_at", 1)]
    )
    return due[SLOT]["due_at"] if due else None


def next_step(claim: Claim, now: datetime, *, archives: bool) -> Step | None:
    """The one thing to do next, or None when all is as it should be or must wait.

    `archives`: the channels of closed conversations are archived.
    """
    while thread := Thread.objects(id=claim.thread_id).first():
        if report := tidings.next_report(thread, now):
            return report
        if thread.channel.step == "archiving" and thread.status == "closed":
            return Keep(thread.id, here(thread), Archive(), again=True)
        if _is_cardless(thread):
            state.move(thread.id, expected="ready", step="furnished", awaited=True)
            continue
        if place_of(thread):
            question = asking.next_question(thread, now)
            return question or _outdated(thread) or _rest(thread, now, archives=archives)
        if not _is_wanted(thread):
            _finish(thread)
            return None
        if step := setup.next_step(thread, now):
            return step
    return None


def kept(step: Keep, outcome: Failed | Postponed | Unclear | None, now: datetime) -> None:
    """Write down what the place says by now, or that it is gone, or rests."""
    if isinstance(step.deed, Archive):
        _archived(step, outcome, now)
    elif isinstance(step.deed, Reask):
        if outcome is None or isinstance(outcome, Failed):
            gone = outcome is not None and outcome.code == CARD_GONE
            asking.reasked(step, step.deed, gone=gone)
    elif isinstance(outcome, Failed) and outcome.gone:
        _gone(step, outcome.code, now)
    elif outcome is None or isinstance(outcome, Failed):
        _said(step, outcome.code if outcome else None)


def rest(claim: Claim, outcome: object, now: datetime, lease: timedelta) -> None:
    """After an outcome that settled nothing: when to come back."""
    match = {"_id": claim.thread_id, f"{SLOT}.due_at": {"$exists": True}}
    slot = (Thread._get_collection().find_one(match, {SLOT: 1}) or {}).get(SLOT, {})
    until = now + waiting.pause(outcome, slot.get("attempts", 0), lease)
    reason = str(getattr(outcome, "reason", outcome))
    update = {"$set": {f"{SLOT}.due_at": until, f"{SLOT}.last_error": reason}}
    Thread._get_collection().update_one(match, update | {"$inc": {f"{SLOT}.attempts": 1}})


def waits(step: Step, outcome: object) -> bool:
    """Whether the place must rest before the next try."""
    if isinstance(step, Keep | Report | Ask):
        return isinstance(outcome, Postponed | Unclear)
    return waiting.waits(step, outcome)


def _is_cardless(thread: Thread) -> bool:
    """Whether its own channel lacks a card that was never refused."""
    place, channel = place_of(thread), thread.channel
    return bool(place and not (place.thread_ts or channel.card_ts or channel.card))


def _is_wanted(thread: Thread) -> bool:
    """Whether its place is to be made now, and not only at the next text."""
    if thread.channel.step in SHUT and thread.status != "closed":
        state.move(thread.id, expected=thread.channel.step, awaited=True)
        return True
    asks = thread.status != "closed" and asking.is_due(thread)
    return bool(thread.channel.awaited) or asks or thread.channel.step in ("furnished", "carded")


def _outdated(thread: Thread) -> Keep | None:
    """The first thing that the place says wrongly."""
    channel, place = thread.channel, here(thread)
    own, ts = place.thread_ts is None, channel.card_ts or channel.thread_ts
    card = card_of(thread, own_channel=own)
    if ts and channel.card != digest(card):
        return Keep(thread.id, place, Renew(ts, card))
    if own and channel.topic != title(card):
        return Keep(thread.id, place, Retitle(card))
    if own and ts and not channel.pinned:
        return Keep(thread.id, place, Pin(ts))
    return None


def _rest(thread: Thread, now: datetime, *, archives: bool) -> Keep | None:
    """Closed conversations rest, once everything that was said has been shown."""
    place, channel = here(thread), thread.channel
    if asking.waits(thread, now):
        _look_again(thread, now)
        return None
    if not archives or thread.status != "closed" or place.thread_ts or channel.barred:
        _finish(thread)
        return None
    if _is_busy(thread, now):
        _look_again(thread, now)
        return None
    match = leaving.as_read(thread) | _as_asked(thread)
    archiving = state.setting({"step": "archiving"})
    done = Thread._get_collection().update_one(match, archiving)
    return Keep(thread.id, place, Archive()) if done.matched_count else None


def _is_busy(thread: Thread, now: datetime) -> bool:
    """Whether a text is still to be shown, marked, summed up, or about to leave."""
    open_work: list[dict[str, Any]] = [
        {"relay.due_at": {"$exists": True}},
        {"effects.due_at": {"$exists": True}},
        {"dispatch.due_at": {"$lte": now + SOON}},
    ]
    return Message._get_collection().find_one({"threadId": thread.id, "$or": open_work}) is not None


def _look_again(thread: Thread, now: datetime) -> None:
    later = {"$set": {f"{SLOT}.due_at": now + LOOK_AGAIN}}
    Thread._get_collection().update_one(_as_asked(thread), later)


def _finish(thread: Thread) -> None:
    """Nothing is left to do, unless somebody has asked since."""
    ending: dict[str, Any] = outbox.closed(SLOT)
    ending["$set"] |= {f"{SLOT}.attempts": 0}
    Thread._get_collection().update_one(_as_asked(thread), ending)


def _as_asked(thread: Thread) -> dict[str, Any]:
    """The conversation, if nothing about it has changed since it was read."""
    asked = thread.upkeep_asked
    return {"_id": thread.id, stale.ASKED: asked if asked else {"$in": [0, None]}}


def _said(step: Keep, refusal: str | None) -> None:
    """What is refused for good is not tried again before it changes."""
    told: dict[str, Any]
    match step.deed:
        case Renew(ts, card):
            if refusal == CARD_GONE and step.place.thread_ts is None:
                state.forget(step.thread_id, "cardTs", "card", "pinned")
                return
            told = {"card": digest(card), "cardTs": ts}
        case Retitle(card):
            told = {"topic": title(card)}
        case _:
            told = {"pinned": True}
    match = {"_id": step.thread_id} | state.at(step.place)
    Thread._get_collection().update_one(match, state.setting(told))


def _archived(step: Keep, outcome: Failed | Postponed | Unclear | None, now: datetime) -> None:
    """It rests; or it may not, which is told and never tried again."""
    match outcome:
        case None:
            state.move(step.thread_id, expected="archiving", step="archived")
        case Failed(code) if code in OUT_OF_REACH:
            state.move(step.thread_id, expected="archiving", step="archived")
        case Failed(code):
            tidings.barred(step.thread_id, code, now)
        case Postponed():
            state.move(step.thread_id, expected="archiving", step="ready")


def _gone(step: Keep, code: str, now: datetime) -> None:
    """Somebody archived it, which closes the conversation; or it is lost."""
    if code == leaving.IS_ARCHIVED and step.place.thread_ts is None:
        news.closed(step.thread_id, step.place.channel_id, None, Author(kind="system"), now)
    else:
        leaving.lost(step.thread_id, step.place, code)
