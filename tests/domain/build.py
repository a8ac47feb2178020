"""Small builders: a customer's text, an agent's answer, a callback, and threads that race."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from bson import ObjectId

from domain import outbox
from domain.model import Author, Contact, Message, Thread
from domain.outbox import Claim
from domain.policy import Policy, Timing
from domain.rules.status import report
from domain.services import agents, dispatch, inbound, messages, outbound, threads
from domain.services.consent import reading
from domain.services.consent.reading import Entry
from domain.services.dispatch import Send
from domain.services.outbound import Answer
from domain.services.people import contacts
from domain.services.programs import sending
from domain.services.programs.drafts import Draft
from domain.values import Accepted, Advice, CarriedText, InboundText, Person, StatusReport
from tests.clock import NOON

T = TypeVar("T")
OURS = "+17605550100"
CUSTOMER = "+17605550111"
STRANGER = "+17605550122"
SERVICE = "MG00000000000000000000000000000001"
POLICY = Policy(numbers=(OURS,))
THROUGH_SERVICE = Policy(numbers=(OURS,), service_sid=SERVICE)
TIMING = Timing()
AGENT = "U1"
CHANNEL = "C1"
TOKEN = Author(kind="token", key="token1", name="CRM")
STOP_ADVICE = Advice("OPT_OUT", "This person has opted out.", "They can text START.")
BAD_NUMBER = Advice("BAD_NUMBER", "This number cannot receive texts.", "Check the number.")


def later(seconds: float = 0, **parts: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(seconds=seconds, **parts)


def new_sid() -> str:
    """A carrier's id that nothing else has."""
    return f"SM{uuid4().hex}"


def text_in(body: str = "Hello", sid: str | None = None, **changes: Any) -> InboundText:
    """A customer's text as the webhook hands it over."""
    told: dict[str, Any] = {"account_sid": "AC1", "sender": CUSTOMER, "recipient": OURS}
    return InboundText(sid=sid or new_sid(), body=body, **(told | changes))


def customer(now: datetime = NOON, source: str = "sms") -> Contact:
    """The customer's contact, made if need be."""
    contacts.ensure(CUSTOMER, now, source=source)
    found = contacts.by_phone(CUSTOMER)
    assert found is not None
    return found


def received(body: str = "Hello", now: datetime = NOON, **changes: Any) -> Message:
    """A customer's text, taken in."""
    policy = changes.pop("policy", POLICY)
    return messages.get(inbound.receive(text_in(body, **changes), now, policy).message_id)


def person(user_id: str = AGENT, **flags: Any) -> Person:
    """A member of the workspace: one of ours unless a flag says otherwise."""
    known = Person(user_id, "T1", "Ann Agent", "ann@example.com", False, False, False, False)
    return replace(known, **flags)


def conversation(now: datetime = NOON, **changes: Any) -> Thread:
    """A customer has written, an agent is known, and the channel is there."""
    agents.learn(person(), now)
    thread = threads.get(received(now=now, **changes).thread_id)
    furnished(thread.id)
    return threads.get(thread.id)


def furnished(thread_id: ObjectId, channel_id: str = CHANNEL) -> None:
    """The conversation's channel is ready, and shows what there is so far."""
    ready = {"channel.step": "ready", "channel.channelId": channel_id, "channel.name": "sms-x"}
    Thread._get_collection().update_one({"_id": thread_id}, {"$set": ready})
    shown = {"shadow.ts": "1.0", "shadow.channelId": channel_id, "relay": {"state": "done"}}
    Message._get_collection().update_many({"threadId": thread_id}, {"$set": shown})


def said(text: str = "Hi there", at: datetime = NOON, **changes: Any) -> Answer:
    """What an agent wrote in the conversation's channel; its ts is its time."""
    ts = f"{at.timestamp():.6f}"
    told: dict[str, Any] = {
        "origin": f"slack:T1/{CHANNEL}/{ts}",
        "channel_id": CHANNEL,
        "thread_ts": None,
        "ts": ts,
        "user_id": AGENT,
        "team_id": "T1",
        "foreign": False,
        "text": text,
        "said_at": at,
    }
    return Answer(**(told | changes))


def answered(text: str = "Hi there", at: datetime = NOON, **changes: Any) -> Message:
    """An agent's answer, held."""
    made = outbound.answer(said(text, at, **changes), at, POLICY, TIMING)
    assert made is not None
    return made


def draft(body: str = "Your keys are ready", **changes: Any) -> Draft:
    """A program's text to the customer."""
    told: dict[str, Any] = {"author": TOKEN, "phone": CUSTOMER}
    return Draft(body=body, **(told | changes))


def queued(body: str = "Your keys are ready", at: datetime = NOON, **changes: Any) -> Message:
    """A program's text, due at once."""
    return sending.send(draft(body, **changes), at, POLICY)


def leased(slot: str, now: datetime) -> Claim:
    """A thread that a worker has leased: there must be one."""
    claim = outbox.claim(slot, now, TIMING.lease)
    assert claim is not None
    return claim


def leaving(now: datetime = NOON, policy: Policy = POLICY) -> Send:
    """The next text is about to be handed over; its own lease runs, the thread's is given back."""
    claim = leased("dispatch", now)
    step = dispatch.next_step(claim, now, policy, TIMING)
    outbox.release(claim)
    assert isinstance(step, Send)
    return step


def handed_over(body: str = "Your keys are ready", sid: str | None = None) -> Message:
    """A text that the carrier has accepted, in a conversation of its own time."""
    message = queued(body)
    dispatch.record(leaving(), accepted_as(sid or new_sid()), NOON, TIMING)
    return messages.get(message.id)


def accepted_as(sid: str, word: str = "accepted") -> Accepted:
    """The carrier's yes."""
    meaning = report(word)
    assert meaning is not None
    return Accepted(sid, meaning.status, meaning.rank, word)


def callback(word: str, sid: str, message_id: object = None, **changes: Any) -> StatusReport:
    """One status callback, its word looked up as the adapter does."""
    meaning = report(word)
    status, rank = (meaning.status, meaning.rank) if meaning else (None, None)
    ours = str(message_id) if message_id else None
    return StatusReport(sid, ours, word, status, rank, raw={"MessageSid": sid}, **changes)


def carried(body: str, **changes: Any) -> CarriedText:
    """A text in the carrier's own records."""
    meaning = report("sent")
    assert meaning is not None
    told: dict[str, Any] = {
        "sid": new_sid(),
        "to": CUSTOMER,
        "from_phone": OURS,
        "service_sid": None,
        "status": meaning.status,
        "rank": meaning.rank,
        "word": "sent",
        "created_at": NOON,
    }
    return CarriedText(body=body, **(told | changes))


def race(*calls: Callable[[], T]) -> list[T]:
    """The results of calls that all begin at the same moment, each in a thread of its own."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        start.wait(60)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def statuses(message: Message) -> Sequence[str]:
    """The words of its history, oldest first."""
    return [line.status for line in messages.get(message.id).history]


def fresh(message: Message) -> Message:
    """The message as it is stored now."""
    return messages.get(message.id)


def due(message: Message, slot: str) -> datetime | None:
    """When that work of the message is due as stored now; None when it is not open."""
    found = fresh(message)[slot]
    return found.due_at if found else None


def said_of(phone: str) -> Sequence[Entry]:
    """The ledger of a number, oldest first."""
    return reading.of_phone(phone)
