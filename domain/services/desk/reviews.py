"""A text that may mean `stop texting me` holds its conversation until a person has read it."""

from datetime import datetime

from bson import ObjectId
from mongoengine import get_connection
from pymongo.client_session import ClientSession

from domain import outbox
from domain.errors import Conflict
from domain.model import Author, Number, Thread
from domain.services import consent, messages, threads
from domain.services.consent import Statement
from domain.services.desk import changes
from domain.services.desk.changes import Line
from domain.services.people.fields import wrong

LONGEST_NOTE = 2_000
NOT_HELD = "This conversation is not held for a decision."
OPTED_OUT = "Decided: this was an opt-out."
GOES_ON = "Decided: this was not an opt-out."


def decide(
    thread_id: object,
    opt_out: bool,
    note: str | None,
    author: Author,
    now: datetime,
    ip: str | None = None,
) -> Thread:
    """End the hold, by an opt-out or by going on; Conflict when there is none, or not any more."""
    thread = threads.get(thread_id)
    told = _noted(note)
    line = Line("revocation", " ".join([OPTED_OUT if opt_out else GOES_ON, *told]), author, now)
    if opt_out:
        _opt_out(thread, line, told[0] if told else None, ip)
    else:
        _go_on(thread, line)
    return threads.get(thread.id)


def _opt_out(thread: Thread, line: Line, note: str | None, ip: str | None) -> None:
    """The block, its proof and the end of the hold are one; then what waits is called back."""
    said = Statement(
        "opt_out",
        "agent" if line.author.kind == "agent" else "api",
        line.at,
        level="none",
        note=note,
        recorded_from_ip=ip,
        recorded_by=line.author,
    )
    consent.record(
        f"review:{thread.id}/{ObjectId()}",
        thread.phone,
        said,
        line.at,
        within=lambda session: _release(session, thread, line),
    )
    messages.cancel_for(thread.phone, line.at, consent.STOPPED)


def _go_on(thread: Thread, line: Line) -> None:
    """What waited for the decision is due at its own time again."""
    with get_connection().start_session() as session:
        session.with_transaction(lambda txn: _release(txn, thread, line))
    outbox.resume(messages.DISPATCH, thread.id)


def _release(session: ClientSession, thread: Thread, line: Line) -> None:
    held = {"_id": thread.id, "heldForReview": True}
    if changes.apply(session, held, changes.setting({"heldForReview": False}), line) is None:
        raise Conflict(NOT_HELD)
    Number._get_collection().update_one(
        {"phone": thread.phone, "held": True},
        {"$set": {"held": False}, "$inc": {"rev": 1}},
        session=session,
    )


def _noted(note: str | None) -> list[str]:
    plain = (note or "").strip()
    if len(plain) > LONGEST_NOTE:
        raise wrong("note", f"A note can have at most {LONGEST_NOTE:,} characters.")
    return [plain] if plain else []
