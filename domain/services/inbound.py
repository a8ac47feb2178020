"""A customer's text arrives.

Consent comes first: STOP is in force before anything else is known of the text. Then the person
and the conversation, found or made. Last the text itself, whose insert is the commit: what is
still to be done with it (show it to agents, sum up the thread) is inside it. Every step may be
repeated, so a text that is delivered twice, or after a crash half-way, is one text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bson import ObjectId

from domain import outbox, tracing
from domain.policy import Policy
from domain.rules.consent.keywords import Keyword, phrase
from domain.rules.search import spoken
from domain.rules.segments import measure
from domain.rules.status import MessageStatus
from domain.services import compose, consent, messages, threads
from domain.services.consent import channelled, keywords
from domain.services.consent.keywords import NOTHING, Meaning
from domain.services.desk import holding, reviews
from domain.services.people import contacts
from domain.services.threads import Arrival
from domain.values import InboundText


@dataclass(frozen=True)
class Receipt:
    """The text is durable. `calls_under_way`: a text to this person is just being handed over."""

    message_id: str
    first_time: bool
    calls_under_way: bool = False


def receive(text: InboundText, now: datetime, policy: Policy) -> Receipt:
    """Take in one text, once per `text.sid`; when this returns it is durable."""
    return receive_all([text], now, policy)[0]


def receive_all(texts: Sequence[InboundText], now: datetime, policy: Policy) -> list[Receipt]:
    """The same for several, in their order, with one wait for the disk: all, or it raises."""
    people = _known({text.sender for text in texts}, now, policy)
    said = [_honoured(text, now, policy) for text in texts]
    stored = _commit(texts, said, people, now, policy)
    return [
        Receipt(str(message_id), first, _waits(one, text, now))
        for text, one, (message_id, first) in zip(texts, said, stored, strict=True)
    ]


def heed(text: InboundText, now: datetime, policy: Policy) -> None:
    """What the text says of consent is in force, before it is taken in itself. Safe to repeat."""
    _known({text.sender}, now, policy)
    _honoured(text, now, policy)


def _known(senders: set[str], now: datetime, policy: Policy) -> dict[str, ObjectId]:
    """Whose numbers these are; one who was forgotten is recognised before anything is written."""
    people = contacts.ids(senders)
    for stranger in senders - people.keys():
        consent.recognise(stranger, policy.secret, now)
    return people


def _honoured(text: InboundText, now: datetime, policy: Policy) -> Meaning:
    """What the text says of consent by a keyword is in force.

    A yes may answer the question whether they meant stop, so it settles nothing.
    """
    settled = partial(reviews.settled, phone=text.sender, now=now)
    said = keywords.honour(text, now, policy, settled)
    if said.keyword is Keyword.STOP:
        channelled.stopped(text, now, partial(reviews.overtaken, sid=text.sid, now=now))
    if said.agreed and said.keyword is not Keyword.YES:
        reviews.returned(text.sender, now)
    return said


def _waits(said: Meaning, text: InboundText, now: datetime) -> bool:
    return said.keyword is Keyword.STOP and messages.under_way(text.sender, now)


def _commit(
    texts: Sequence[InboundText],
    said: Sequence[Meaning],
    people: dict[str, ObjectId],
    now: datetime,
    policy: Policy,
) -> list[tuple[ObjectId, bool]]:
    """Insert the texts; a repetition is known by its origin and is the text that is there."""
    arrivals = [_arrival(text, people.get(text.sender), now, policy) for text in texts]
    turns = threads.take_turns(arrivals, now)
    _doubt(texts, said, now, policy)
    return compose.commit_all(
        [
            document(text, now, unplaced=not one.known, said=meant)
            | {"contactId": one.contact_id, "threadId": turn.thread_id, "position": turn.position}
            for text, meant, one, turn in zip(texts, said, arrivals, turns, strict=True)
        ]
    )


def _doubt(
    texts: Sequence[InboundText], said: Sequence[Meaning], now: datetime, policy: Policy
) -> None:
    """Who may mean "no more texts" is held before anybody can see the text."""
    for text, meant in zip(texts, said, strict=True):
        if meant.keyword is None and phrase(text.body):
            origin = keywords.origin(text.sid)
            holding.hold(origin, text.sid, text.sender, text.body, now, policy)


def _arrival(
    text: InboundText, contact_id: ObjectId | None, now: datetime, policy: Policy
) -> Arrival:
    """The text with its person, found or made, and the conversation it belongs to."""
    sender = _sender(text, policy)
    person = contact_id or contacts.ensure(text.sender, now, "sms", policy.secret)
    return Arrival(sender, text.sender, person, text.recipient, policy.knows(sender))


def _sender(text: InboundText, policy: Policy) -> str:
    """Our side of the conversation: the configured Messaging Service if it is named, else `To`."""
    if text.service_sid and text.service_sid == policy.service_sid:
        return text.service_sid
    return text.recipient


def document(
    text: InboundText, now: datetime, *, unplaced: bool, said: Meaning = NOTHING
) -> dict[str, Any]:
    """The text as `Message` stores it, but for its place.

    Written out, as every text comes this way: by way of the model it takes as long as the insert.
    """
    size = measure(text.body)
    status = str(MessageStatus.RECEIVED)
    sids = {"twilioMessageSid": text.sid}
    sids |= {"messagingServiceSid": text.service_sid} if text.service_sid else {}
    fetch = {"fetch": outbox.due(now)} if text.media else {}
    asked = {"keyword": str(said.keyword)} if said.keyword else {}
    found = {"recoveredAt": now, "twilioCreatedAt": text.sent_at} if text.sent_at else {}
    asked |= {"answer": str(said.answer)} if said.answer else {}
    asked |= {"trace": text.trace or tracing.begun()}
    return (
        sids
        | fetch
        | asked
        | ({"lapsed": True} if text.lapsed else {})
        | found
        | {
            "rev": 1,
            "origin": keywords.origin(text.sid),
            "direction": "inbound",
            "status": status,
            "rank": -1,
            "purpose": "conversation",
            "from": text.sender,
            "to": text.recipient,
            "body": text.body,
            "words": spoken(text.body),
            "media": [],
            "mediaUrls": [media.url for media in text.media],
            "mediaTypes": [media.content_type for media in text.media],
            "wanted": _wanted(text),
            "tags": [],
            "segments": text.segments if text.segments is not None else size.segments,
            "encoding": str(size.encoding),
            "unplaced": unplaced,
            "looks": 0,
            "resends": 0,
            "otherSids": [],
            "dismissedBy": [],
            "relay": outbox.due(now),
            "effects": outbox.due(now),
            "shadow": {"marks": [], "triedMarks": []},
            "notices": [],
            "decisions": [],
            "statusHistory": [{"status": status, "at": now}],
            "createdAt": now,
            "raw": dict(text.raw),
        }
    )


def _wanted(text: InboundText) -> list[dict[str, Any]]:
    """What came with it is still at the carrier's."""
    return [
        {"place": place, "source": one.url, "contentType": one.content_type}
        for place, one in enumerate(text.media)
    ]
