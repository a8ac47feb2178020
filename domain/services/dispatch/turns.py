"""What to do next with one thread's outgoing texts."""

from collections.abc import Container
from datetime import datetime

from bson import ObjectId

from domain import outbox
from domain.errors import DomainError
from domain.model import Message, Thread
from domain.outbox import Claim
from domain.policy import Policy, Timing
from domain.ports import Line, Links
from domain.rules.gate import Verdict
from domain.rules.status import MessageStatus
from domain.services import agents, decisions, edits, media, messages, threads
from domain.services.campaigns.sending import steering
from domain.services.dispatch import lines, verifying
from domain.services.dispatch.deciding import is_fresh, passes, refuse
from domain.services.dispatch.steps import SLOT, Identify, Look, Send, Step
from domain.values import OutgoingText


def next_step(
    claim: Claim,
    now: datetime,
    policy: Policy,
    timing: Timing,
    links: Links | None = None,
    pace: Line | None = None,
) -> Step | None:
    """The one thing to do next in this thread, or None when it must wait or is done.

    Without `links` no text leaves that has files of ours; without `pace` none waits for its turn.
    """
    seen = set[ObjectId]()
    while (head := _head(claim, now, seen)) is not None and head.id not in seen:
        seen.add(head.id)
        if head.dispatch and head.dispatch.state == "leased":
            head = _suspect(head, now)
        if head is None:
            continue
        if head.status == MessageStatus.UNKNOWN:
            return Look(str(head.id), head.to, head.trace)
        step = _prepare(head, claim, now, policy, timing, links, pace)
        if step is not None:
            return step
    return None


def wait(message_id: str, until: datetime) -> None:
    """Nothing can be done about this text before then."""
    message = messages.get(message_id)
    outbox.put_off(SLOT, [message], until)


def _head(claim: Claim, now: datetime, seen: Container[ObjectId]) -> Message | None:
    """The earliest open text, if it is due; those behind it that are due are put off until it is.

    A text put off by a schedule holds nobody up; nor does a campaign's, before which all
    conversation goes; nor does one that was seen and stands in its sender's line all the same.
    """
    waiting = sorted(outbox.waiting(SLOT, claim.thread_id), key=_is_advertised)
    if any(one.id in seen and _is_in_line(one) for one in waiting):
        waiting = [one for one in waiting if not _is_in_line(one)]
    for place, message in enumerate(waiting):
        due_at = message.dispatch.due_at if message.dispatch else now
        if due_at <= now:
            return message
        if message.status != MessageStatus.SCHEDULED and not _is_advertised(message):
            behind = [m for m in waiting[place + 1 :] if not _is_for_later(m, now)]
            outbox.put_off(SLOT, behind, due_at)
            return None
    return None


def _is_for_later(message: Message, now: datetime) -> bool:
    """Whether its own time has still to come; else it would be found due again and again."""
    due_at = message.dispatch.due_at if message.dispatch else None
    return message.status == MessageStatus.SCHEDULED and due_at is not None and due_at > now


def _is_in_line(message: Message) -> bool:
    return bool(message.dispatch and message.dispatch.line)


def _is_advertised(message: Message) -> bool:
    return message.campaign_id is not None


def _suspect(message: Message, now: datetime) -> Message | None:
    """An attempt was written and its lease ran out: that worker crashed, the text may have left."""
    match = {
        "_id": message.id,
        "dispatch.state": "leased",
        "dispatch.lease_id": message.dispatch and message.dispatch.lease_id,
        "dispatch.lease_until": {"$lte": now},
    }
    fields = {"dispatch.state": "due", "dispatch.due_at": now, "looks": 0}
    return messages.move(match, MessageStatus.UNKNOWN, now, fields=fields)


def _prepare(
    message: Message,
    claim: Claim,
    now: datetime,
    policy: Policy,
    timing: Timing,
    links: Links | None,
    pace: Line | None,
) -> Step | None:
    """Ask the gate and the guard, write the attempt, ask again; None when it did not pass."""
    if not steering.admits(message, now, policy):
        return None
    if message.recall:
        edits.take_back(message, now, policy)
        return None
    if message.wanted:
        media.hold(message, SLOT, now)
        return None
    author, thread = message.sent_by, threads.get(message.thread_id)
    if author and author.kind == "agent" and agents.trusted(author.key, now) is None:
        return Identify(str(message.id), author.key, thread.sender, thread.channel.team_id)
    free = messages.not_begun() | {"recall": {"$exists": False}}
    said = None
    if not is_fresh(message, now):
        said = passes(message, thread.sender, free, now, policy)
        if said is None:
            return None
    if asked := verifying.needed(message, now, policy):
        return asked
    try:
        media.addresses(message, links, now)
    except DomainError as error:
        unfit = Verdict(False, ("unfit",), error.code, error.message, error.help)
        refuse(message, unfit, now)
        return None
    if not lines.admits(message, thread.sender, now, policy, pace):
        return None
    begun = _begin(message, said, claim, now, timing)
    if begun is None:
        return None
    # The customer may have said STOP since the gate was asked; the attempt is on record by now, so
    # either the one who takes in the STOP sees it and waits, or we see the block here. The same
    # holds of whatever else they wrote.
    again = passes(begun, thread.sender, {"dispatch.lease_id": claim.lease_id}, now, policy)
    if again is None:
        return None
    decisions.keep(begun, again, now)
    text = _text(begun, thread, policy, media.addresses(begun, links, now))
    due_at = message.dispatch.due_at if message.dispatch else None
    return Send(text, claim.lease_id, now + timing.lease, due_at, message.trace)


def _begin(
    message: Message, said: Verdict | None, claim: Claim, now: datetime, timing: Timing
) -> Message | None:
    """Write the attempt, only if nobody else began it and it was not called back meanwhile."""
    until = now + timing.lease
    match = {
        "_id": message.id,
        "dispatch.state": "due",
        "dispatch.due_at": {"$lte": now},  # it may have been put off since we looked
        "status": {"$in": messages.STOPPABLE},
        "twilioMessageSid": {"$exists": False},
        "recall": {"$exists": False},
    }
    fields = {
        "dispatch.state": "leased",
        "dispatch.lease_id": claim.lease_id,
        "dispatch.lease_until": until,
        "dispatch.due_at": until,
        "dispatch.attempts": (message.dispatch.attempts if message.dispatch else 0) + 1,
        "attemptedAt": now,
    }
    kept = decisions.note(message, said, now) if said else decisions.NOTHING
    return messages.move(
        match,
        MessageStatus.SENDING,
        now,
        fields=fields | kept.fields,
        unset=("dispatch.ready_at",),
        push=kept.push,
        show=not message.quiet,
    )


def _text(
    message: Message, thread: Thread, policy: Policy, media_urls: tuple[str, ...]
) -> OutgoingText:
    through_service = thread.sender == policy.service_sid
    return OutgoingText(
        message_id=str(message.id),
        to=message.to,
        body=message.body,
        from_phone=thread.own_number if through_service else thread.sender,
        service_sid=policy.service_sid if through_service else None,
        media_urls=media_urls,
    )
