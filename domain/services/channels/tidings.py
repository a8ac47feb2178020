"""What is told about a place, once: kept with the conversation until it stands in the chat."""

from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from domain.model import Thread, Tiding
from domain.services import stale, threads
from domain.services.channels.steps import Report
from domain.values import Failed, Place, Postponed, Remark, Shown, Unclear

Raw = dict[str, Any]
MOVED = {True: "This conversation goes on in", False: "This conversation goes on in a thread of"}
BARRED = (
    "Slack does not let me archive the channels of closed conversations ({code}). Archive them by "
    "hand, let apps archive channels in the workspace's settings, or set SLACK_ARCHIVE_CLOSED=0."
)


def tiding(text: str, place: Place | None = None, link: Place | None = None) -> Raw:
    """As it is stored; without a `place` it is told in the inbox."""
    row: Raw = {"key": f"tiding:{ObjectId()}", "text": text}
    row |= {"channelId": place.channel_id} if place else {}
    row |= {"threadTs": place.thread_ts} if place and place.thread_ts else {}
    return row | ({"linkId": link.channel_id} if link else {})


def next_report(thread: Thread, now: datetime) -> Report | None:
    """The first thing to tell; the try is written down."""
    if not thread.tidings:
        return None
    first: Tiding = thread.tidings[0]
    if first.tried_at is None:
        _write(thread.id, first.key, {"$set": {"tidings.$.triedAt": now}})
    place = Place(first.channel_id, first.thread_ts) if first.channel_id else None
    link = Place(first.link_id) if first.link_id else None
    return Report(thread.id, first.key, place, Remark(first.text, link), first.tried_at)


def inbox_of(step: Report, inbox: Place) -> Place:
    """Where it is told: what was settled by the first try, else that inbox."""
    if step.place is None:
        _write(step.thread_id, step.key, {"$set": {"tidings.$.channelId": inbox.channel_id}})
    return step.place or inbox


def reported(step: Report, outcome: Shown | Failed | Postponed | Unclear) -> None:
    """Told, or given up: the chat will not show it there. Otherwise it stays to be told."""
    if isinstance(outcome, Shown | Failed):
        gone = {"$pull": {"tidings": {"key": step.key}}}
        Thread._get_collection().update_one({"_id": step.thread_id}, gone)
    elif isinstance(outcome, Postponed):
        _write(step.thread_id, step.key, {"$unset": {"tidings.$.triedAt": ""}})


def barred(thread_id: ObjectId, code: str, now: datetime) -> None:
    """It cannot be archived: never tried again, and told by the first whom it happened to."""
    thread = threads.get(thread_id)
    update: Raw = {"$set": {"channel.barred": code, "channel.step": "ready"}}
    update |= {"$unset": {"channel.triedAt": ""}}
    first = {"channel.told": f"{thread.channel.team_id or ''}/{code}"}
    telling = {"$push": {"tidings": tiding(BARRED.format(code=code))}}
    loud = {**update, **telling, "$set": update["$set"] | first}
    try:
        Thread._get_collection().update_one({"_id": thread.id}, stale.along(loud, now))
    except DuplicateKeyError:
        Thread._get_collection().update_one({"_id": thread.id}, update)


def _write(thread_id: ObjectId, key: str, update: Raw) -> None:
    Thread._get_collection().update_one({"_id": thread_id, "tidings.key": key}, update)
