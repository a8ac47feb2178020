"""The next few texts of a campaign are made: a few seconds' worth, each put to the gate first.

What made a text is the campaign and the contact, so a turn that was cut short makes none twice;
who was merged counts for all that they were.
Who may not be texted is left out with the reason; who may be only later waits on the list.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo import UpdateOne

from domain import outbox
from domain.model import Campaign, Message, Recipient
from domain.model.campaign import DONE, EXCLUDED, QUEUED, WAITING
from domain.policy import Policy
from domain.ports import Line
from domain.rules.pacing import Rate
from domain.rules.status import MessageStatus
from domain.services import compose, messages
from domain.services.campaigns.planning import judging
from domain.services.campaigns.planning.judging import Known, Left, Ready
from domain.services.campaigns.sending import making, noting, twins
from domain.services.campaigns.sending.leases import LEASE, held_by, leased
from domain.services.campaigns.sending.making import Chosen
from domain.services.campaigns.sending.steering import SLOT

AHEAD_SECONDS = 5
MOST, MOST_LOOKED_AT = 100, 400
SOON = timedelta(seconds=1)
LATER = timedelta(seconds=5)
OPEN = [*messages.STOPPABLE, MessageStatus.SENDING, MessageStatus.UNKNOWN]
TWICE = Left(twins.CODE, twins.TOLD)
Texted = Mapping[ObjectId, set[str]]


def batch(
    held: Campaign, pace: Line, now: datetime, policy: Policy, lease: timedelta = LEASE
) -> datetime | None:
    """Make the next texts; when the next turn is due, None when all is done. Raises Lost."""
    key, rate = f"campaign:{held.sender}", Rate(timedelta(minutes=1) / held.per_minute)
    most = min(max(AHEAD_SECONDS * held.per_minute // 60, 1), MOST)
    if not (waiting := _waiting(held, now)):
        return _ended(held, now)
    if _open(held, most) >= most:
        return now + SOON  # the carrier is slower than the campaign: no pile is built up
    if shut := pace.closed([key], rate, now, SOON):
        return shut[key]
    chosen, fates = _judged(held, waiting, most, now, policy)
    begin = pace.turn(key, rate, now, SOON, uses=len(chosen)) if chosen else now
    held_by(held, {"$set": leased(now + lease)})
    if begin is None:  # another campaign of the sender was faster
        _write(fates)
        return now + SOON
    made = making.texts(held, chosen, begin, rate.every, now)
    _write([*fates, *_committed([one for one, _ in chosen], made)])
    # The next are made before the last of these have left, so that no time is lost in between.
    return max(begin + rate.every * len(chosen) - SOON, now)


def _judged(
    held: Campaign,
    waiting: Sequence[Recipient],
    most: int,
    now: datetime,
    policy: Policy,
) -> tuple[Chosen, list[UpdateOne]]:
    """At most so many of those who wait, whose texts are to be made; what becomes of others."""
    settled = {one.id for one in making.released(held, waiting)}
    chosen: list[tuple[Recipient, Ready]] = []
    fates = [_fate(one, {"state": QUEUED}) for one in waiting if one.id in settled]
    for one, by, had in _known(
        held, [one for one in waiting if one.id not in settled], most, now, policy
    ):
        if len(chosen) == most:
            break
        if phones := _phones(one, by, had):
            fates.append(_settled(one, phones))
            continue
        found = making.ready(held, one, by, now, policy)
        if isinstance(found, Ready):
            chosen.append((one, found))
        elif isinstance(found, Left):
            fates.append(_left(one, found))
        else:
            fates.append(_fate(one, {"dueAt": found}))
    return chosen, fates


def _known(
    held: Campaign, waiting: Sequence[Recipient], most: int, now: datetime, policy: Policy
) -> Iterator[tuple[Recipient, Known, Texted]]:
    """Each with what is known of them, read for as many at once as are texted in one turn."""
    for start in range(0, len(waiting), most):
        some = waiting[start : start + most]
        people = [(one.contact_id, one.phone) for one in some]
        by = judging.known(held.purpose, people, now, policy)
        had = twins.texted(held.id, by.contacts.values())
        yield from ((one, by, had) for one in some)


def _phones(one: Recipient, by: Known, had: Texted) -> set[str]:
    """Where whoever they are by now has this campaign's text."""
    contact = by.contacts.get(one.contact_id)
    return had.get(contact["_id"], set()) if contact else set()


def _committed(chosen: Sequence[Recipient], made: Sequence[Message]) -> list[UpdateOne]:
    """The texts are inserted; what that makes of those whom they are for."""
    if not made:
        return []
    for message in made:
        message.validate()
    commits = compose.commit_all([message.to_mongo().to_dict() for message in made])
    for message, (own, _) in zip(made, commits, strict=True):
        message.id = own
    noting.noted([each for each, (_, first) in zip(made, commits, strict=True) if first])
    return [
        _settled(one, {one.phone} if first else _number(own))
        for one, (own, first) in zip(chosen, commits, strict=True)
    ]


def _write(fates: Sequence[UpdateOne]) -> None:
    if fates:
        Recipient._get_collection().bulk_write(fates, ordered=False)


def _number(message_id: Any) -> set[str]:
    """The number that a text is for."""
    found = Message._get_collection().find_one({"_id": message_id}, {"to": 1})
    return {found["to"]} if found else set()


def _settled(one: Recipient, phones: set[str]) -> UpdateOne:
    """Their person has a text at these numbers: it is theirs, or they are on the list twice."""
    return _fate(one, {"state": QUEUED}) if one.phone in phones else _left(one, TWICE)


def _fate(one: Recipient, fields: dict[str, Any]) -> UpdateOne:
    return UpdateOne({"_id": one.id, "state": WAITING}, {"$set": fields})


def _left(one: Recipient, why: Left) -> UpdateOne:
    return _fate(one, {"state": EXCLUDED, "code": why.code, "reason": why.reason})


def _waiting(held: Campaign, now: datetime) -> list[Recipient]:
    theirs = {"campaignId": held.id, "state": WAITING, "dueAt": {"$lte": now}}
    return list(Recipient.objects(__raw__=theirs).order_by("dueAt", "_id").limit(MOST_LOOKED_AT))


def _open(held: Campaign, most: int) -> int:
    """Texts that have not left yet, as far as they matter."""
    waiting = {"campaignId": held.id, "status": MessageStatus.QUEUED}
    due = {"dispatch.due_at": {"$exists": True}}
    return int(Message._get_collection().count_documents(waiting | due, limit=most))


def _ended(held: Campaign, now: datetime) -> datetime | None:
    """Nobody is to be texted now: when to look again, or all is done."""
    theirs = {"campaignId": held.id, "state": WAITING}
    later = Recipient.objects(__raw__=theirs).order_by("dueAt", "_id").first()
    if later:
        found: datetime = later.due_at
        return found
    open_ = {"campaignId": held.id, "status": {"$in": OPEN}, "dispatch.due_at": {"$exists": True}}
    if Message._get_collection().find_one(open_, {"_id": 1}):
        return now + LATER
    change = outbox.closed(SLOT)
    change["$set"] |= {"status": DONE, "finishedAt": now}
    held_by(held, change | {"$inc": {"rev": 1}})
    return None
