"""The carrier's records are looked through for what its webhooks did not bring, again and again.

One document remembers how far we are, and who is at it. A look lists what was sent in a span of
time, page by page; takes in what was missed, oldest first; asks for texts of ours without news one
by one; and then rests. Each step is safe to repeat and is written down with its result, so that
whoever is killed is succeeded by another, who goes on at the same step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain import outbox
from domain.model import Chore, Find, Look, Message
from domain.policy import Policy
from domain.rules import recovery
from domain.rules.recovery import Cadence, Span
from domain.services.programs.refreshing import Question
from domain.services.recovery import bulletins, gone, mending, missed, restored
from domain.services.registry import chores
from domain.services.registry.chores import RECORDS
from domain.values import CarriedText, MediaRef, Records

MOST_QUESTIONS = 50
"""So many texts without news are asked for in one look."""
SHORTLY = timedelta(seconds=1)
AGAIN = tuple(timedelta(minutes=one) for one in (1, 2, 5, 15, 60))
"""After how long a refusal is tried again, the first one, the second and so on."""
MINUTE_MS = 60_000
SPAN = ("began", "since", "until", "thorough")
SO_FAR = ("place", "listed", "seen", "questions", "foreign")


@dataclass(frozen=True)
class Turn:
    """Read a page of the list, from that place on."""

    since: datetime
    place: str | None


@dataclass(frozen=True)
class Ask:
    """Ask for one text of ours."""

    question: Question
    created_at: datetime


@dataclass(frozen=True)
class Take:
    """Take in one text that was missed."""

    found: Find


Step = Turn | Ask | Take


def claim(now: datetime, lease: timedelta) -> Chore | None:
    """The chore, ours alone until its lease ends; None when it is not due."""
    return chores.claim(RECORDS, now, lease)


def earliest() -> datetime | None:
    """When the next look is due, or goes on."""
    return chores.earliest(RECORDS)


def hasten(now: datetime) -> None:
    """Somebody starts to work, perhaps after an outage: do not wait for the next turn.

    What went wrong may be put right by now, too; whoever starts again and again asks once a minute.
    """
    own, tried = Chore._get_collection(), "look.troubleAt"
    rests = {"name": RECORDS, "look.since": None, "work.lease_id": ""}
    own.update_one(rests | {tried: None}, {"$min": {"work.due_at": now}})
    soon = {"$min": ["$work.due_at", {"$max": [now, {"$add": [f"${tried}", MINUTE_MS]}]}]}
    broken = {"name": RECORDS, "work.lease_id": "", tried: {"$exists": True}}
    own.update_one(broken, [{"$set": {"work.due_at": soon}}])


def next_step(chore: Chore, now: datetime, cadence: Cadence) -> Step | None:
    """What to do next of the look that is open, or of a new one; None at its end."""
    look = _opened(chore, now, cadence)
    if not look.listed:
        assert look.since
        return Turn(look.since, look.place)
    if found := missed.first():
        return Take(found)
    if look.questions >= MOST_QUESTIONS:
        return None
    after = (look.asked_at, look.asked_id) if look.asked_at else None
    silent = mending.quiet(after, now - cadence.reach, now)
    if silent is None:
        chores.write(chore, {"look.askedAt": None})
        return None
    assert silent.twilio_sid
    return Ask(Question(silent.id, silent.twilio_sid), silent.created_at)


def listed(chore: Chore, told: Records, now: datetime, policy: Policy) -> bool:
    """Mend what we have, keep what we have not; whether the chore is still ours."""
    look = chore.look or Look()
    assert look.since
    assert look.until
    ours = mending.known([one.text.sid for one in told.records])
    for record in told.records:
        if message := ours.get(record.text.sid):
            mending.mend(message, record.text, now)
    others = [one for one in told.records if one.text.sid not in ours]
    turns = {one.text.sid: place for place, one in enumerate(told.records, look.seen)}
    missed.find(others, turns, Span(look.since, look.until), now, policy)
    past = not look.thorough and all(one.at < look.since for one in told.records)
    over = told.next is None or past
    look.foreign += mending.strange([one for one in others if one.at >= look.since], policy)
    look.place, look.listed = (None, True) if over else (told.next, None)
    look.seen += len(told.records)
    return chores.write(chore, {f"look.{name}": getattr(look, name) for name in SO_FAR})


def taken(step: Take, media: Sequence[MediaRef], now: datetime, policy: Policy) -> None:
    """It is a text of ours."""
    missed.take(step.found, media, now, policy)


def answered(chore: Chore, step: Ask, told: CarriedText | None, now: datetime) -> bool:
    """What the carrier knows is written down; None: it said nothing of that text."""
    message = Message.objects(id=step.question.message_id).only(*mending.NEEDED).first()
    if told and message:
        mending.mend(message, told, now)
    look = chore.look or Look()
    look.questions += 1
    look.asked_at, look.asked_id = step.created_at, step.question.message_id
    asked = {"look.askedAt": look.asked_at, "look.askedId": look.asked_id}
    return chores.write(chore, {"look.questions": look.questions} | asked)


def renew(chore: Chore, now: datetime, lease: timedelta) -> bool:
    """Whether it is still ours, and then for longer."""
    return chores.write(chore, {"work.due_at": now + lease})


def done(chore: Chore, teams: Sequence[str], now: datetime, cadence: Cadence) -> None:
    """The look is over: what it recovered is to be told, and the next one waits."""
    look = chore.look or Look()
    told_to = bulletins.begin(look.told_to or look.began or now, teams, now)
    gone.tidy(now)
    fields: dict[str, Any] = {
        "look.lookedTo": look.until,
        "look.toldTo": told_to,
        "look.foreignBefore": look.foreign,
        "look.since": None,
        "look.troubleAt": None,
        "work.lease_id": "",
        "work.attempts": 0,
        "work.last_error": None,
        "work.due_at": now + cadence.every,
    }
    fields |= {"look.thoroughAt": now} if look.thorough else {}
    chores.write(chore, fields)
    chores.works(RECORDS)
    restored.read(look.until)


def rest(chore: Chore, now: datetime) -> None:
    """Enough for one turn: others may go on."""
    fields = {"work.due_at": now + SHORTLY, "work.attempts": 0, "work.lease_id": ""}
    chores.write(chore, fields | {"work.last_error": None})


def put_off(chore: Chore, now: datetime, reason: str, seconds: float | None = None) -> None:
    """The carrier could not be asked: the same step again later."""
    pause = outbox.backoff(chore.work.attempts if chore.work else 1, seconds)
    _later(chore, now, reason, pause, None)


def declined(chore: Chore, now: datetime, reason: str) -> None:
    """It does not let us look: seen until it does. A list that broke off begins anew."""
    chores.troubled(RECORDS, reason, now)
    tries = chore.work.attempts if chore.work else 1
    pause = AGAIN[min(max(tries, 1), len(AGAIN)) - 1]
    if chore.look and chore.look.place:
        chore.look.place, pause = None, SHORTLY
    _later(chore, now, reason, pause, now)


def _later(
    chore: Chore, now: datetime, reason: str, pause: timedelta, trouble_at: datetime | None
) -> None:
    fields: dict[str, Any] = {"work.due_at": now + pause, "work.last_error": reason}
    fields |= {"look.place": chore.look.place if chore.look else None}
    chores.write(chore, fields | {"look.troubleAt": trouble_at, "work.lease_id": ""})


def _opened(chore: Chore, now: datetime, cadence: Cadence) -> Look:
    """The look that is open; a new one if there is none, or nothing was read in it yet.

    So what happened while the carrier could not be asked is in it, too.
    """
    look = chore.look or Look()
    chore.look = look
    if look.since and (look.place or look.listed):
        return look
    look.began = look.began or _began(now.replace(microsecond=0))
    span = recovery.span(look.began, look.looked_to, look.thorough_at, now, cadence)
    look.since, look.until, look.thorough = span.since, span.until, span.thorough
    look.place, look.listed, look.seen, look.questions, look.foreign = None, None, 0, 0, 0
    chores.write(chore, {f"look.{name}": getattr(look, name) for name in (*SPAN, *SO_FAR)})
    return look


def _began(now: datetime) -> datetime:
    """Since when texts are to come to us: what was there before belongs to what was before."""
    first = Message._get_collection().find_one(
        {"twilioMessageSid": {"$exists": True}}, {"createdAt": 1}, sort=[("createdAt", 1)]
    )
    return min(first["createdAt"], now) if first else now
