"""May this text leave? The one place that decides, from facts alone.

Every path asks here: when an agent or a program wants to send, and again when the text leaves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.rules.roles import Bar

RULES_VERSION = "2026-12-roles"


class Purpose(StrEnum):
    """Why a text is sent; the last three are only ever our own."""

    CONVERSATION = "conversation"
    INFORMATIONAL = "informational"
    MARKETING = "marketing"
    AUTO_REPLY = "auto_reply"
    HELP = "help"
    OPTOUT_CONFIRMATION = "optout_confirmation"


AFTER_A_NO = frozenset({Purpose.HELP, Purpose.OPTOUT_CONFIRMATION})
"""All that somebody who opted out may get, where it answers them."""
OURS = AFTER_A_NO | {Purpose.AUTO_REPLY}
"""What nobody but we ourselves may send."""


@dataclass(frozen=True)
class Facts:
    """What the gate looks at, all of the same moment. `wrote_at`: when the customer last wrote.

    `author_bar`: why whoever wrote it may not text customers. `declined`: they refused our
    programme (advertising) alone. `held`: a text of theirs may mean stop, and nobody has decided
    yet. `confirmed`: a person said that it may leave at night. `answers`: it is our one answer to
    a keyword of theirs of just now; `asks`: it asks them to confirm an agreement that waits for it.
    """

    now: datetime
    purpose: Purpose
    blocked: bool = False
    opted_in: bool = False
    written: bool = False
    declined: bool = False
    held: bool = False
    do_not_call: bool = False
    confirmed: bool = False
    answers: bool = False
    asks: bool = False
    sender_known: bool = True
    author_bar: Bar | None = None
    wrote_at: datetime | None = None
    reply_window: timedelta = timedelta(hours=24)


@dataclass(frozen=True)
class Verdict:
    """Yes, or no with a stable code, a sentence and the reasons as short words.

    `earliest`: when it may leave, where it only is too early or too late; `needs_confirmation`:
    it may also leave now if a person says so.
    """

    allowed: bool
    reasons: tuple[str, ...]
    code: str | None = None
    message: str | None = None
    help: str | None = None
    rules_version: str = RULES_VERSION
    earliest: datetime | None = None
    needs_confirmation: bool = False

    @property
    def deferred(self) -> bool:
        """Not now, but later: nothing is refused."""
        return not self.allowed and self.earliest is not None

    @property
    def refused(self) -> bool:
        """Neither now nor later."""
        return not self.allowed and self.earliest is None


def decide(facts: Facts) -> Verdict:
    """The verdict; a no is found before any yes is looked for."""
    if not facts.sender_known:
        return _no(
            "NOT_CONFIGURED",
            "sender_unknown",
            "This number is not set up as a sender of ours.",
            "Add it to TWILIO_PHONE_NUMBER, or answer from another conversation.",
        )
    if bar := facts.author_bar:
        return _no("FORBIDDEN", bar.reason, bar.message, bar.help)
    if facts.blocked and not (facts.answers and facts.purpose in AFTER_A_NO):
        return _no(
            "OPTED_OUT",
            "opted_out",
            "This person has opted out of texts.",
            "They can text START to opt in again.",
        )
    return _consented(facts)


def _consented(facts: Facts) -> Verdict:
    """Nothing forbids it; what allows it?"""
    if facts.purpose is Purpose.HELP or (facts.answers and facts.purpose in OURS):
        return Verdict(True, ("answers_keyword",))
    if facts.purpose is Purpose.OPTOUT_CONFIRMATION:
        return _no(
            "TOO_LATE",
            "no_opt_out",
            "An opt-out is confirmed once, within five minutes after the customer's text.",
            "Nothing is left to do: the opt-out itself is in force.",
        )
    if facts.asks and facts.purpose is Purpose.AUTO_REPLY:
        return Verdict(True, ("asks_to_confirm",))
    if _may_reply(facts):
        return Verdict(True, ("wrote_recently",))
    if facts.opted_in and facts.purpose is Purpose.MARKETING and not facts.written:
        return _no(
            "OPT_IN_REQUIRED",
            "no_written_consent",
            "This person has not agreed in writing to advertising.",
            "Record their written consent first.",
        )
    if facts.opted_in:
        return Verdict(True, ("opted_in",))
    return _no(
        "OPT_IN_REQUIRED",
        "no_consent",
        "This person has not agreed to receive texts.",
        "Record their consent first, or wait until they write.",
    )


def _may_reply(facts: Facts) -> bool:
    """A person's answer to somebody who wrote within the window."""
    answers = facts.purpose in (Purpose.CONVERSATION, Purpose.AUTO_REPLY)
    return (
        answers and facts.wrote_at is not None and facts.now - facts.wrote_at <= facts.reply_window
    )


def _no(code: str, reason: str, message: str, advice: str) -> Verdict:
    return Verdict(False, (reason,), code, message, advice)
