"""Documents as the rows of a page; what belongs to them is read together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId

from domain.model import Agent, Contact, Message, Template, Thread
from domain.rules.sentences import WORDLESS
from domain.rules.spans import span
from domain.services import messages
from domain.services.desk import schedules
from domain.services.home import failures
from domain.services.people import contacts
from domain.values import Failure, Match, Place, Planned, Sample, Talk

Raw = Mapping[str, Any]
LONGEST = 200
OURS, UNSAID = "We: ", "(not sent) "


def talks(found: Sequence[Raw], now: datetime) -> list[Talk]:
    """Conversations with their last words."""
    threads = [Thread._from_son(dict(one)) for one in found]
    names, last = _names(threads), _by_id(Message, (one.last_message_id for one in threads))
    return [
        Talk(
            thread_id=str(one.id),
            name=names[one.id],
            words=_last(last.get(one.last_message_id)),
            unread=one.unread_count,
            waiting=_waiting(one, now),
            place=_place(one),
        )
        for one in threads
    ]


def failed(found: Sequence[Raw]) -> list[Failure]:
    """Texts that did not arrive, with the reason and what can be done."""
    texts = [Message._from_son(dict(one)) for one in found]
    threads, names = _of(texts)
    silent = failures.unreachable(one.to for one in texts)
    rows = []
    for one in texts:
        reason, advice = failures.why(one)
        thread = threads.get(one.thread_id)
        row = Failure(
            message_id=str(one.id),
            name=names.get(one.thread_id, one.to),
            words=_said(one),
            at=one.created_at,
            by=failures.sent_by(one.sent_by),
            reason=reason,
            help=advice,
            may_retry=one.status in failures.REPEATABLE and one.to not in silent,
            place=_place(thread) if thread else None,
        )
        rows.append(row)
    return rows


def planned(found: Sequence[Raw], reader: Agent) -> list[Planned]:
    """Texts that wait for their time, as its reader's clock has it too."""
    texts = [Message._from_son(dict(one)) for one in found]
    threads, names = _of(texts)
    return [
        Planned(
            message_id=str(one.id),
            name=names.get(one.thread_id, one.to),
            words=_said(one),
            when=schedules.when(one, threads[one.thread_id], reader) or "",
            by=failures.sent_by(one.sent_by),
        )
        for one in texts
        if one.thread_id in threads
    ]


def matches(found: Sequence[Raw]) -> list[Match]:
    """Contacts that were looked for."""
    people = [Contact._from_son(dict(one)) for one in found]
    return [Match(str(one.id), one.name, one.phone, one.email) for one in people]


def samples(found: Sequence[Raw], agent_id: str) -> list[Sample]:
    """Templates; what is shared may be changed by anybody."""
    made = [Template._from_son(dict(one)) for one in found]
    return [
        Sample(
            template_id=str(one.id),
            name=one.name,
            words=one.body[:LONGEST],
            shared=one.shared,
            editable=one.shared or one.owner == agent_id,
        )
        for one in made
    ]


def _of(texts: Sequence[Message]) -> tuple[dict[ObjectId, Thread], dict[ObjectId, str]]:
    """Their conversations, and with whom those are."""
    threads = _by_id(Thread, (one.thread_id for one in texts))
    return threads, _names(list(threads.values()))


def _by_id(noun: type[Any], ids: Iterable[ObjectId | None]) -> dict[ObjectId, Any]:
    wanted = list({one for one in ids if one is not None})
    return {one.id: one for one in noun.objects(id__in=wanted)} if wanted else {}


def _names(threads: Sequence[Thread]) -> dict[ObjectId, str]:
    """The customer's name or number, by conversation; those who were merged are followed."""
    people = _by_id(Contact, (one.contact_id for one in threads))
    named = {}
    for thread in threads:
        contact = people.get(thread.contact_id)
        if contact is not None and contact.merged_into:
            contact = contacts.find(contact.id)
        named[thread.id] = contact.name if contact else thread.phone
    return named


def _place(thread: Thread) -> Place | None:
    where = thread.channel
    if not where.channel_id:
        return None
    return Place(where.channel_id, where.thread_ts, where.name, where.team_id)


def _waiting(thread: Thread, now: datetime) -> str | None:
    """Since the first text that nobody has read or answered."""
    if not thread.unread_count:
        return None
    theirs = {"threadId": thread.id, "direction": "inbound"}
    first = (
        Message.objects(__raw__=theirs)
        .order_by("-position", "-id")
        .skip(thread.unread_count - 1)
        .only("created_at")
        .first()
    )
    return span(now - first.created_at) if first else None


def _last(message: Message | None) -> str:
    if message is None:
        return ""
    if message.direction == "inbound":
        return _said(message)
    unsaid = UNSAID if message.status in messages.WITHDRAWN else ""
    return f"{OURS}{unsaid}{_said(message)}"


def _said(message: Message) -> str:
    return message.body[:LONGEST] or WORDLESS
