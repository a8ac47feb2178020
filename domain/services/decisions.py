"""All that the gate ever said of a text is kept with it; the same again only moves its moment."""

from datetime import datetime
from typing import Any, NamedTuple

from domain.model import Decision, Message
from domain.rules.gate import Verdict
from domain.services.gate import as_decision

SAME = ("allowed", "code", "reasons", "rules_version", "earliest")


class Note(NamedTuple):
    """What an update of the message sets, and what it appends."""

    fields: dict[str, Any]
    push: dict[str, Any]


NOTHING = Note({}, {})


def note(message: Message, verdict: Verdict, now: datetime) -> Note:
    """How the verdict is written down along with what follows from it."""
    stored = as_decision(verdict, now)
    fields: dict[str, Any] = {"decision": stored}
    if says_the_same(message, verdict, now):
        return Note(fields | {f"decisions.{len(message.decisions) - 1}.at": now}, {})
    return Note(fields, {"decisions": stored})


def keep(message: Message, verdict: Verdict, now: datetime) -> None:
    """Write down another yes than its last one; nothing that a person could see has changed."""
    if says_the_same(message, verdict, now):
        return
    fields, push = note(message, verdict, now)
    Message._get_collection().update_one({"_id": message.id}, {"$set": fields, "$push": push})


def says_the_same(message: Message, verdict: Verdict, now: datetime) -> bool:
    """Whether that was its last word already."""
    if not message.decisions:
        return False
    last, said = message.decisions[-1], Decision._from_son(as_decision(verdict, now))
    return all(getattr(last, name) == getattr(said, name) for name in SAME)


def put_off(message: Message) -> bool:
    """Whether the gate's last word was that it only was too early or too late."""
    said = message.decision
    return said is not None and not said.allowed and said.earliest is not None
