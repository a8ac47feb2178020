"""Gathers the facts about one text and asks `rules.gate`; decides nothing itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId

from domain.model import Author
from domain.policy import Policy
from domain.rules.consent import working
from domain.rules.gate import OURS, Facts, Purpose, Verdict, decide
from domain.rules.roles import Bar
from domain.services import agents, messages
from domain.services.consent import permits
from domain.services.gate import whom
from domain.services.gate.whom import Whom


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

    `confirmed`: a person said that it may leave at night. `origin` is the text's own, if there is
    one yet: it proves what a text of ours answers, and an advertisement does not count itself.
    """
    them, wrote_at = whom.one(phone, policy), messages.last_inbound_at(thread_id)
    return judge(
        them,
        wrote_at,
        sender,
        purpose,
        bar(author),
        now,
        policy,
        confirmed=confirmed,
        origin=origin,
    )


def judge(
    them: Whom,
    wrote_at: datetime | None,
    sender: str,
    purpose: str,
    barred: Bar | None,
    now: datetime,
    policy: Policy,
    *,
    confirmed: bool = False,
    origin: str | None = None,
    sent: Sequence[datetime] | None = None,
) -> Verdict:
    """The same of facts that are at hand; `barred`: why its author may not send.

    `sent`: when advertising to them was attempted in the last 24 hours; None: it is looked up.
    """
    number, why = them.number, Purpose(purpose)
    if sent is None:
        sent = whom.adverts(them.phones, now, origin) if why is Purpose.MARKETING else ()
    proof = origin if why in OURS else None
    return decide(
        Facts(
            now=now,
            purpose=why,
            blocked=number.blocked,
            opted_in=number.opted_in,
            written=number.level == "written",
            declined=number.declined,
            held=number.held,
            held_until=decided_by(number.held_at, policy),
            do_not_call=number.do_not_call,
            confirmed=confirmed,
            answers=permits.answers(proof, number, now),
            asks=permits.asks(proof, number, now),
            sender_known=policy.knows(sender),
            author_bar=barred,
            wrote_at=wrote_at,
            reply_window=policy.reply_window,
            hours=them.hours(policy, sent),
        )
    )


def decided_by(held_at: datetime | None, policy: Policy) -> datetime | None:
    """When the wait for a decision ends that began then."""
    return working.day_after(held_at, policy.consent.zone) if held_at else None


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
