"""The gate's and the guard's word on a text that is about to leave, and what follows from it."""

from datetime import datetime
from typing import Any

from domain.model import Message
from domain.policy import Policy
from domain.rules.gate import Verdict
from domain.rules.status import MessageStatus
from domain.services import edits, gate, guard, messages, threads
from domain.services.dispatch.steps import SLOT


def refuse(message: Message, verdict: Verdict, now: datetime) -> None:
    """The gate's no at the last moment: nothing leaves, and its author is told why."""
    fields: dict[str, Any] = {"decision": gate.as_decision(verdict, now)}
    fields |= {"errorMessage": verdict.message, "errorHelp": verdict.help}
    match = {
        "_id": message.id,
        "status": {"$in": [*messages.STOPPABLE, MessageStatus.SENDING]},
        "twilioMessageSid": {"$exists": False},
    }
    push: dict[str, Any] = {}
    if message.sent_by and message.sent_by.kind == "agent":
        why = " ".join(filter(None, ("Not sent.", verdict.message, verdict.help)))
        notice = {"key": "refused", "userId": message.sent_by.key, "text": why, "tried": False}
        push["notices"] = notice
    messages.move(match, MessageStatus.REFUSED, now, fields=fields, push=push, close=(SLOT, "done"))


def asked(message: Message, match: dict[str, Any], now: datetime, policy: Policy) -> bool:
    """Whether its author must be asked first: then it waits for them, if `match` still holds.

    Asked before the attempt, so that most never seem to leave, and again once it is on record:
    whatever was committed before that is seen then, whoever looked when.
    """
    question = guard.collision(message, policy)
    if question is None:
        return False
    free = {"decidedBy": {"$exists": False}, "twilioMessageSid": {"$exists": False}}
    waiting = guard.ask(message, question, now, match=free | match)
    if waiting and waiting.recall:
        edits.take_back(waiting, now, policy)
    return True


def verdict(message: Message, now: datetime, policy: Policy) -> Verdict:
    """The gate's word of this moment, for its present state."""
    thread = threads.get(message.thread_id)
    return gate.ask(
        message.to, thread.sender, thread.id, message.purpose, message.sent_by, now, policy
    )
