"""The ledger and the number's state, written together or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoengine import get_connection
from pymongo.client_session import ClientSession

from domain.errors import Conflict
from domain.model import Author, ConsentEvent, Contact, Number
from domain.rules.keywords import Keyword
from domain.services import messages, numbers, stale
from domain.services.consent import holds, standing
from domain.services.registry import telling

STOPPED = "The customer opted out before it left."
CARRIED = "They opted out with another number of theirs, which is no longer kept with this one."
AGREED_BEFORE = "This person has opted out since then: an earlier agreement does not undo that."
ENDING = ("voided", "erased")

Within = Callable[[ClientSession], None]


@dataclass(frozen=True)
class Statement:
    """What somebody said about being texted, as it is to be written into the ledger.

    `disclosed`: that the disclosure was shown is known, though its wording is not.
    """

    action: str
    method: str
    at: datetime
    level: str = "express"
    scope: str = "all"
    wording: str | None = None
    wording_version: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    evidence_url: str | None = None
    note: str | None = None
    message_sid: str | None = None
    recorded_from_ip: str | None = None
    recorded_by: Author = field(default_factory=Author)
    disclosed: bool | None = None


def record(
    origin: str, phone: str, said: Statement, now: datetime, within: Within | None = None
) -> ConsentEvent:
    """Write the event and the state that follows, once per `origin`; the event as stored.

    `within` does what belongs to it in the same transaction. Raises Conflict when a block is to
    be lifted without proof that the person asked for it.
    """
    known: ConsentEvent | None = ConsentEvent.objects(origin=origin).first()
    if known:
        return known
    contact = Contact.objects(phones=phone).only("id").first()
    event = _event(origin, phone, contact.id if contact else None, said, now)
    client = get_connection()
    with client.start_session() as session:
        session.with_transaction(lambda txn: _write(txn, event, said, within))
    stored: ConsentEvent = ConsentEvent.objects(origin=origin).get()
    return stored


def along(session: ClientSession, origin: str, phone: str, said: Statement, now: datetime) -> None:
    """The same inside the transaction of another statement: both are written or neither."""
    contact = Contact.objects(phones=phone).only("id").first()
    _write(session, _event(origin, phone, contact.id if contact else None, said, now), said, None)


def from_keyword(
    keyword: Keyword | None, phone: str, sid: str, method: str, now: datetime
) -> ConsentEvent | None:
    """The consent event that a customer's STOP or START is; None for any other text."""
    if keyword is Keyword.STOP:
        said = Statement("opt_out", method, now, level="none", message_sid=sid)
    elif keyword is Keyword.START or (keyword is Keyword.YES and numbers.state_of(phone).blocked):
        said = Statement("opt_in", method, now, message_sid=sid)
    else:
        return None
    return record(f"twilio:{sid}", phone, said, now)


def carry(before: Sequence[str], after: Sequence[str], by: Author, now: datetime) -> None:
    """Numbers of one person are parted: what they refused with one that goes holds for the rest."""
    gone = [phone for phone in before if phone not in after]
    for number in Number.objects(phone__in=gone, blocked=True):
        at = number.blocked_at or now
        for phone in after:
            said = Statement("opt_out", "other", at, level="none", note=CARRIED, recorded_by=by)
            record(f"carried:{number.phone}/{phone}/{at.isoformat()}", phone, said, now)
            messages.cancel_for(phone, now, STOPPED)


def _must_prove(phone: str, said: Statement) -> None:
    """A block is lifted by the person's own text after it; others must show what was said."""
    if said.action != "opt_in" or said.message_sid:
        return
    number = numbers.state_of(phone)
    if number.blocked and number.blocked_at and said.at < number.blocked_at:
        raise Conflict(AGREED_BEFORE, code="OPTED_OUT", help="They can text START to opt in again.")
    proof = said.wording or said.evidence_url or said.ip
    if number.blocked and not proof:
        raise Conflict(
            "This person has opted out; an opt-in needs proof that they asked for it.",
            code="OPTED_OUT",
            help="They can text START, or give wording, evidenceUrl or ip of their agreement.",
        )


def _event(
    origin: str, phone: str, contact_id: ObjectId | None, said: Statement, now: datetime
) -> ConsentEvent:
    return ConsentEvent(
        origin=origin,
        phone=phone,
        contact_id=contact_id,
        recorded_at=now,
        **{name: getattr(said, name) for name in said.__dataclass_fields__},
    )


def _write(
    session: ClientSession, event: ConsentEvent, said: Statement, within: Within | None
) -> None:
    """Event, number and the contact's view of it, inside one transaction (it may run again)."""
    stored = event.to_mongo().to_dict()
    made = ConsentEvent._get_collection().update_one(
        {"origin": event.origin}, {"$setOnInsert": stored}, upsert=True, session=session
    )
    if not made.upserted_id:
        return
    if within:
        within(session)
    _must_prove(event.phone, said)  # in here: a STOP that comes meanwhile makes all of it run again
    numbers_ = Number._get_collection()
    before = standing.read(numbers_.find_one({"phone": event.phone}, session=session))
    after = before.after(standing.heard(said, event.recorded_at))
    change = telling.along(standing.update(after), before, after, said, event.recorded_at)
    numbers_.update_one({"phone": event.phone}, change, upsert=True, session=session)
    holds.ended(event, session)
    contact = Contact._get_collection().find_one({"phones": event.phone}, session=session)
    phones = contact["phones"] if contact else [event.phone]
    stale.with_numbers(phones, event.recorded_at, session)
    if contact:
        theirs = numbers_.find({"phone": {"$in": contact["phones"]}}, session=session)
        view = _view(contact["phone"], [Number._from_son(one) for one in theirs], event)
        Contact._get_collection().update_one({"_id": contact["_id"]}, view, session=session)


def _view(first: str, theirs: Sequence[Number], event: ConsentEvent) -> dict[str, Any]:
    """The contact's `preferences` and `consent`, which only mirror the person's numbers."""
    fields, gone = numbers.person(first, theirs), {}
    own = next((one for one in theirs if one.phone == first), None)
    if own and own.consent_at:
        fields["consent.consentDate"] = own.consent_at
    elif event.phone == first and event.action in ENDING:
        gone = dict.fromkeys(("consent.consentDate", "consent.consentIp"), "")
    if event.action == "opt_in" and event.phone == first and event.ip:
        fields["consent.consentIp"] = event.ip
    return {"$set": fields, "$inc": {"rev": 1}} | ({"$unset": gone} if gone else {})
