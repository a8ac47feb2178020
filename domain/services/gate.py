"""Gathers the facts about one text and asks `rules.gate`; decides nothing itself."""

from datetime import datetime
from typing import Any

from bson import ObjectId

from domain.model import Author, Number
from domain.policy import Policy
from domain.rules.gate import OURS, Facts, Purpose, Verdict, decide
from domain.rules.roles import Bar
from domain.services import agents, messages, numbers
from domain.services.consent import permits


def ask(
    phone: str,
    sender: str,
    thread_id: ObjectId | None,
    purpose: str,
    author: Author | None,
    now: datetime,
    policy: Policy,
    *,
    confirmed: bool = False,
    origin: str | None = None,
) -> Verdict:
    """The verdict for a text to `phone` from `sender` at this moment.

    `confirmed`: a person said that it may leave at night. `origin` proves what a text of our own
    answers.
    """
    number, wrote_at = numbers.judged(phone, policy.secret), messages.last_inbound_at(thread_id)
    return judge(
        number,
        wrote_at,
        sender,
        purpose,
        bar(author),
        now,
        policy,
        confirmed=confirmed,
        origin=origin if purpose in OURS else None,
    )


def judge(
    number: Number,
    wrote_at: datetime | None,
    sender: str,
    purpose: str,
    barred: Bar | None,
    now: datetime,
    policy: Policy,
    *,
    confirmed: bool = False,
    origin: str | None = None,
) -> Verdict:
    """The same of facts that are at hand; `barred`: why its author may not send."""
    return decide(
        Facts(
            now=now,
            purpose=Purpose(purpose),
            blocked=number.blocked,
            opted_in=number.opted_in,
            written=number.level == "written",
            confirmed=confirmed,
            answers=origin is not None and permits.answers(origin, number, now),
            asks=origin is not None and permits.asks(origin, number, now),
            sender_known=policy.knows(sender),
            author_bar=barred,
            wrote_at=wrote_at,
            reply_window=policy.reply_window,
        )
    )


def bar(author: Author | None) -> Bar | None:
    """Why an agent may not text customers, as far as we know; programs and the system always may.

    An agent that nobody has looked up yet passes here: dispatch looks them up before it calls.
    """
    if author is None or author.kind != "agent":
        return None
    agent = agents.known(author.key)
    return agent.bar if agent else None


def as_decision(verdict: Verdict, now: datetime) -> dict[str, Any]:
    """The verdict as it is stored in a message."""
    stored = {
        "allowed": verdict.allowed,
        "code": verdict.code,
        "message": verdict.message,
        "reasons": list(verdict.reasons),
        "rulesVersion": verdict.rules_version,
        "at": now,
        "earliest": verdict.earliest,
        "needsConfirmation": verdict.needs_confirmation or None,
    }
    return {key: value for key, value in stored.items() if value is not None}
