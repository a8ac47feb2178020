"""The ledger and the number's state, written together or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from bson import ObjectId
from mongoengine import get_connection
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from domain.errors import Conflict
from domain.model import Author, ConsentEvent, Contact, Number
from domain.rules.consent.keywords import Keyword
from domain.rules.consent.leaving import own_words
from domain.rules.consent.ledger import Standing, fold
from domain.rules.gate import AFTER_A_NO, Purpose
from domain.services import messages, numbers, stale
from domain.services.consent import asking, holds, keys, mirror, reading, standing, writing
from domain.services.consent.reading import Entry
from domain.services.consent.statement import Statement
from domain.services.registry import telling

STOPPED = "The customer opted out before it left."
CARRIED = "They opted out with another number of theirs, which is no longer kept with this one."
AGREED_BEFORE = "This person has opted out since then: an earlier agreement does not undo that."
YES = ("opt_in", "confirmed")

Raw = dict[str, Any]
Within = Callable[[ClientSession], None]


def record(
    origin: str, phone: str, said: Statement, now: datetime, within: Within | None = None
) -> Entry:
    """Write the event and the state that follows, once per `origin`; the event as stored.

    `within` does what belongs to it in the same transaction. Raises Conflict when a block is to
    be lifted without proof that the person asked for it.
    """
    return once(origin, phone, lambda txn: along(txn, origin, phone, said, now, within))


def once(origin: str, phone: str, deed: Callable[[ClientSession], Entry]) -> Entry:
    """Do what records that origin in a transaction, unless it is known; the event as stored."""
    if known := reading.known(origin, phone):
        return known
    with get_connection().start_session() as session:
        try:
            entry: Entry = session.with_transaction(deed)
        except DuplicateKeyError:  # somebody else was faster
            found = reading.known(origin, phone)
            if found is None:
                raise
            return found
    return entry


def along(
    session: ClientSession,
    origin: str,
    phone: str,
    said: Statement,
    now: datetime,
    within: Within | None = None,
) -> Entry:
    """The same inside a transaction, which may run again: all of it is written or nothing."""
    if known := reading.known(origin, phone, session):
        return known
    contact = Contact._get_collection().find_one({"phones": phone}, session=session)
    contact_id = contact["_id"] if contact else None
    # Whoever else writes of this number waits from here on, or makes all of this run again.
    key = keys.taken(phone, contact_id, session)
    event = writing.document(origin, key, contact_id, said, now)
    ConsentEvent._get_collection().insert_one(event, session=session)
    if within:
        within(session)
    entry = reading.entry(event, key)
    _follow(session, entry, said)
    for other in holds.ended(entry, session):
        along(session, f"with:{entry.id}/{other}", other, said, now)
        if said.action == "opt_out":
            messages.cancel_for(other, now, STOPPED, session)
    phones = contact["phones"] if contact else [phone]
    stale.with_numbers(phones, now, session)
    if contact:
        _show(session, contact, entry)
    return entry


def _follow(session: ClientSession, entry: Entry, said: Statement) -> None:
    """The number's state becomes what the event makes of it."""
    numbers_ = Number._get_collection()
    stored = numbers_.find_one({"phone": entry.phone}, session=session)
    # Should all states be lost, what comes before they are rebuilt is judged by the ledger too.
    before = standing.read(stored) if stored else fold(reading.earlier(entry, session))
    _must_prove(before, said)
    after = before.after(standing.heard(said, entry.recorded_at))
    change = telling.along(standing.update(after), before, after, said, entry.recorded_at)
    change = asking.along(change, after, said, entry.recorded_at)
    numbers_.update_one({"phone": entry.phone}, change, upsert=True, session=session)


def _show(session: ClientSession, contact: Raw, entry: Entry) -> None:
    """The contact's view of it; where a yes to their first number came from is theirs to see."""
    stored = Number._get_collection().find({"phone": {"$in": contact["phones"]}}, session=session)
    theirs = [Number._from_son(one) for one in stored]
    fields = mirror.view(contact["phone"], theirs)
    if entry.action in YES and entry.phone == contact["phone"] and entry.ip:
        fields[mirror.IP] = entry.ip
    if entry.action == "callable":
        fields["doNotCall"] = any(one.do_not_call for one in theirs)
    change = mirror.update(fields)
    Contact._get_collection().update_one({"_id": contact["_id"]}, change, session=session)


def from_keyword(
    keyword: Keyword | None, phone: str, sid: str, method: str, now: datetime
) -> Entry | None:
    """The consent event that a customer's STOP or START is; None for any other text."""
    if keyword is Keyword.STOP:
        said = Statement("opt_out", method, now, level="none", message_sid=sid)
    elif keyword is Keyword.START or (keyword is Keyword.YES and own_block(phone)):
        said = Statement("opt_in", method, now, message_sid=sid)
    else:
        return None
    return record(f"twilio:{sid}", phone, said, now)


def own_block(phone: str) -> bool:
    """Whether their own keyword alone blocked that number, or the carrier: YES lifts no other."""
    return numbers.state_of(phone).blocked and own_words(reading.facts(phone))


def silence(phone: str, scope: str, now: datetime) -> int:
    """Call back what a no of that scope forbids and has not begun to leave; how many it was.

    Not what answers the no itself.
    """
    allowed = {"$nin": [str(one) for one in AFTER_A_NO]}
    purpose = allowed if scope == "all" else str(Purpose.MARKETING)
    match = {"to": phone, "direction": "outbound", "purpose": purpose}
    return messages.cancel_all(match, now, STOPPED)


def carry(before: Sequence[str], after: Sequence[str], by: Author, now: datetime) -> None:
    """Numbers of one person are parted: what they refused with one that goes holds for the rest."""
    gone = [phone for phone in before if phone not in after]
    for number in Number.objects(phone__in=gone):
        for phone in after:
            _carry(number, phone, by, now)


def _carry(number: Number, phone: str, by: Author, now: datetime) -> None:
    """The noes of one number, once for each time that they were said."""
    own = keys.current(number.phone)
    said = Statement("opt_out", "other", now, level="none", note=CARRIED, recorded_by=by)
    if number.blocked and not _strangers(number):
        at = number.blocked_at or now
        origin = f"carried:{own}/{phone}/{at.isoformat()}"
        record(origin, phone, replace(said, at=at), now)
        messages.cancel_for(phone, now, STOPPED)
    if number.declined and not numbers.state_of(phone).declined:
        origin = f"carried:program/{own}/{phone}/{ObjectId()}"
        record(origin, phone, replace(said, scope="program"), now)
    if number.held and not holds.strangers(number.phone) and not numbers.state_of(phone).held:
        waits = replace(said, action="held", at=number.held_at or now)
        within = partial(holds.carried, number.phone, phone)
        record(f"carried:held/{own}/{phone}/{ObjectId()}", phone, waits, now, within)
    if number.do_not_call:
        at = number.dnc_at or now
        uncalled = replace(said, action="do_not_call", at=at)
        record(f"carried:dnc/{own}/{phone}/{at.isoformat()}", phone, uncalled, now)


def _strangers(number: Number) -> bool:
    """Whether that no is of whoever has the number now, and not of the person who had it."""
    voided, blocked = number.voided_at, number.blocked_at
    agreed = number.consent_at is not None  # since it was voided, which ended all before
    return voided is not None and blocked is not None and blocked >= voided and not agreed


def check(phone: str, said: Statement) -> None:
    """Conflict, as `record` raises it, before anything else is stored for that number."""
    _must_prove(standing.of(numbers.state_of(phone)), said)


def _must_prove(number: Standing, said: Statement) -> None:
    """A block is lifted by the person's own text after it; others must show what was said."""
    if said.action != "opt_in" or said.message_sid or not number.blocked:
        return
    if number.blocked_at and said.at < number.blocked_at:
        raise Conflict(AGREED_BEFORE, code="OPTED_OUT", help="They can text START to opt in again.")
    if not (said.wording or said.evidence_url or said.ip):
        raise Conflict(
            "This person has opted out; an opt-in needs proof that they asked for it.",
            code="OPTED_OUT",
            help="They can text START, or give wording, evidenceUrl or ip of their agreement.",
        )
