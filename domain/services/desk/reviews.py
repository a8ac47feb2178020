"""What a text that may mean `stop texting me` did mean: a person decides, once; or time does.

The decision, its line in the timeline, the end of the hold and what it calls back are one
transaction, so that of several deciders (a STOP among them) one counts and nothing is left of the
others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bson import ObjectId
from pymongo.client_session import ClientSession

from domain.errors import Conflict
from domain.model import Author, Message, Number, Thread
from domain.rules.consent.answers import IN_TIME, Answer
from domain.rules.consent.keywords import Keyword
from domain.services import consent, messages, numbers, threads
from domain.services.consent import Statement
from domain.services.desk import holding
from domain.services.people import activities
from domain.services.people.fields import wrong

LONGEST_NOTE = 2_000
METHODS = {"agent": "agent", "token": "api", "system": "system"}
HELD = "held"
NOT_HELD = "This conversation is not held for a decision."
DECIDED = "This has been decided already."
NEWER = (
    "They have written more since. Read that, and answer the newest question: nothing is decided."
)
OPTED_OUT = "Decided: this was an opt-out."
GOES_ON = "Decided: this was not an opt-out."
EXPIRED = "Nobody decided in time: this counts as an opt-out."
ANOTHER = "They opted out with another number of theirs."
OTHERS = "They said that the number is somebody else's."

Also = Callable[[ClientSession], None]


@dataclass(frozen=True)
class Verdict:
    """What is decided of a held conversation, by whom, and what the timeline says of it."""

    thread: Thread
    author: Author
    at: datetime
    line: str
    note: str | None = None
    ip: str | None = None

    @property
    def phone(self) -> str:
        """The number that is held: perhaps another one of the same person."""
        return self.thread.review.phone if self.thread.review else self.thread.phone

    @property
    def stranger(self) -> bool:
        """Whether the number is somebody else's by their own words: then only it is meant."""
        return bool(self.thread.review and self.thread.review.stranger)

    def says(self, action: str, note: str | None = None) -> Statement:
        """As the ledger has it."""
        return Statement(
            action,
            METHODS[self.author.kind],
            self.at,
            level="none",
            note=note or self.note,
            recorded_from_ip=self.ip,
            recorded_by=self.author,
        )


def decide(
    thread_id: object,
    opt_out: bool,
    note: str | None,
    author: Author,
    now: datetime,
    ip: str | None = None,
    *,
    key: str | None = None,
) -> Thread:
    """End the hold, by an opt-out or by going on; Conflict when there is none, or not any more.

    `key`: the question that was answered, where it must be that one.
    """
    thread = threads.get(thread_id)
    _check(thread, key)
    told = _noted(note)
    line = " ".join([OPTED_OUT if opt_out else GOES_ON, *told])
    verdict = Verdict(thread, author, now, line, told[0] if told else None, ip)
    if opt_out:
        opted_out(verdict)
    else:
        _go_on(verdict)
    return threads.get(thread.id)


def opted_out(verdict: Verdict, also: Also | None = None) -> None:
    """In force for all numbers of the person; or for this one, where it is a stranger's."""
    phones = [verdict.phone] if verdict.stranger else holding.theirs(verdict.phone)
    origin = f"review:{verdict.thread.id}/{ObjectId()}"

    def together(session: ClientSession) -> None:
        _settle(session, verdict)
        for one in phones:
            if one != verdict.phone:
                said = verdict.says("opt_out")
                consent.along(session, f"{origin}/{one}", one, said, verdict.at)
            messages.cancel_for(one, verdict.at, consent.STOPPED, session)
        if verdict.stranger:
            void = verdict.says("voided", OTHERS)
            consent.along(session, f"{origin}/voided", verdict.phone, void, verdict.at)
        _confirm(session, verdict)
        if also:
            also(session)

    said = verdict.says("opt_out")
    consent.record(origin, verdict.phone, said, verdict.at, within=together)
    for one in phones:  # what somebody wrote while that was being written
        consent.silence(one, "all", verdict.at)


def _confirm(session: ClientSession, verdict: Verdict) -> None:
    """What a person decided soon enough is confirmed, by us: the carrier knows no phrases."""
    if verdict.author.kind == "system" or verdict.thread.review is None:
        return
    since = {"$gt": verdict.at - IN_TIME}
    text = {"origin": verdict.thread.review.key, "createdAt": since}
    owed = {"answer": str(Answer.STOP), "effects.state": "due", "effects.due_at": verdict.at}
    update = {"$set": owed, "$unset": {"effects.lease_id": ""}}
    Message._get_collection().update_one(text, update, session=session)


def settled(
    session: ClientSession, keyword: Keyword, said: Statement, *, phone: str, now: datetime
) -> None:
    """Their own word, in the transaction that records it, tells what they meant before it.

    A STOP does for all their numbers, a yes for its own; YES may answer anything.
    """
    sid = said.message_sid or ""
    if keyword is Keyword.STOP:
        overtaken(session, phone, sid, now)
    elif keyword is not Keyword.YES and said.action in consent.YES and _held([phone], session):
        freed = Statement("released", holding.METHOD, now, level="none", message_sid=sid)
        consent.along(session, f"returned:{sid}", phone, freed, now)


def returned(phone: str, now: datetime) -> None:
    """What waited for a decision is due, unless there is still something to decide."""
    if not numbers.state_of(phone).held:
        messages.undefer(phone, HELD, now)


def overtaken(session: ClientSession, phone: str, sid: str, now: datetime) -> None:
    """They have opted out meanwhile: what they meant with another number of theirs is clear."""
    said = Statement("opt_out", holding.METHOD, now, level="none", note=ANOTHER, message_sid=sid)
    for one in _held(holding.theirs(phone, session), session) - {phone}:
        consent.along(session, f"overtaken:{sid}/{one}", one, said, now)


def _held(phones: Sequence[str], session: ClientSession) -> set[str]:
    match = {"phone": {"$in": list(phones)}, "held": True}
    return {one["phone"] for one in Number._get_collection().find(match, session=session)}


def _go_on(verdict: Verdict) -> None:
    """What waited for the decision is due at its own time again."""
    consent.record(
        f"review:{verdict.thread.id}/{ObjectId()}",
        verdict.phone,
        verdict.says("released"),
        verdict.at,
        within=partial(_settle, verdict=verdict),
    )
    for one in holding.theirs(verdict.phone):
        messages.undefer(one, HELD, verdict.at)


def _settle(session: ClientSession, verdict: Verdict) -> None:
    """Nobody else has decided; the end of the hold follows from the ledger's event itself."""
    thread = verdict.thread
    found = Thread._get_collection().find_one({"_id": thread.id}, session=session)
    now = Thread._from_son(found) if found else None
    _check(now, thread.review.key if thread.review else None)
    activities.record(
        thread.contact_id, "revocation", verdict.line, verdict.author, verdict.at, session=session
    )


def _check(thread: Thread | None, key: str | None) -> None:
    if thread is None or thread.review is None or not thread.held_for_review:
        raise Conflict(DECIDED if thread and thread.review else NOT_HELD)
    if key is not None and thread.review.key != key:
        raise Conflict(NEWER)


def _noted(note: str | None) -> list[str]:
    plain = (note or "").strip()
    if len(plain) > LONGEST_NOTE:
        raise wrong("note", f"A note can have at most {LONGEST_NOTE:,} characters.")
    return [plain] if plain else []
