"""May this text leave? The one place that decides, from facts alone.

Every path asks here: when an agent or a program wants to send, and again when the text leaves.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.rules.hours import Hours, Opening, saying
from domain.rules.roles import Bar

RULES_VERSION = "2026-11-hours"
"""Of what is decided without the rules of hours, which have a version of their own."""
CONFIRM = "Confirm that it may leave at this hour, or let it wait."
WAITS = "Nothing is to be done: it waits until then."
PLACE_THEM = "Set the contact's time zone, then send it again."
SET_OR_CONFIRM = "Set the contact's time zone, or confirm that it may leave at any hour there."
UNKNOWN = "zone_unknown"
LOOKED_AT_AGAIN = timedelta(minutes=5)
"""So soon after the end of a wait that nobody has ended."""


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
    yet; `held_until`: when that wait ends. `confirmed`: a person said that it may leave at night.
    `answers`: it is our one answer to a keyword of theirs of just now; `asks`: it asks them to
    confirm an agreement that waits for it. `hours`: the rules of hours and where they are; without
    any it is judged by the strictest.
    """

    now: datetime
    purpose: Purpose
    blocked: bool = False
    opted_in: bool = False
    written: bool = False
    declined: bool = False
    held: bool = False
    held_until: datetime | None = None
    do_not_call: bool = False
    confirmed: bool = False
    answers: bool = False
    asks: bool = False
    sender_known: bool = True
    author_bar: Bar | None = None
    wrote_at: datetime | None = None
    reply_window: timedelta = timedelta(hours=24)
    hours: Hours = field(default_factory=Hours)

    @property
    def replies(self) -> bool:
        """Whether it answers somebody who wrote within the window."""
        wrote = self.wrote_at is not None and self.now - self.wrote_at <= self.reply_window
        return wrote and self.purpose in (Purpose.CONVERSATION, Purpose.AUTO_REPLY)


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
    def blind(self) -> bool:
        """Nobody knows the time there: at `earliest` a person has to say yes no less than now."""
        return self.needs_confirmation and UNKNOWN in self.reasons

    @property
    def refused(self) -> bool:
        """Neither now nor later."""
        return not self.allowed and self.earliest is None


def decide(facts: Facts) -> Verdict:
    """The verdict; a no is found before any yes is looked for, a refusal before any wait."""
    return replace(_decided(facts), rules_version=facts.hours.book.version)


def _decided(facts: Facts) -> Verdict:
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
    return _answering(facts) if facts.purpose in OURS else _sent(facts)


def _answering(facts: Facts) -> Verdict:
    """What we say by ourselves: answers at any hour, though an ordinary one waits while they are
    held; what they did not just ask for in usual hours.
    """
    if facts.purpose is Purpose.HELP or facts.answers:
        return Verdict(True, ("answers_keyword",))
    if facts.purpose is Purpose.OPTOUT_CONFIRMATION:
        return _no(
            "TOO_LATE",
            "no_opt_out",
            "An opt-out is confirmed once, within five minutes after the customer's text.",
            "Nothing is left to do: the opt-out itself is in force.",
        )
    if facts.asks:
        return _timed(facts, "asks_to_confirm")
    if not facts.replies:
        return _no(
            "OPT_IN_REQUIRED",
            "wrote_long_ago",
            "An automatic answer goes only to somebody who has just written.",
            "Wait until they write, or let a person text them.",
        )
    return _waiting(facts, Verdict(True, ("wrote_recently",)))


def _sent(facts: Facts) -> Verdict:
    """What a person or a program sends: whether they agreed, then whether it is the time."""
    if facts.replies:
        return _replied(facts)
    if facts.purpose is Purpose.MARKETING and (refusal := _unwanted(facts)):
        return refusal
    if not facts.opted_in:
        return _no(
            "OPT_IN_REQUIRED",
            "no_consent",
            "This person has not agreed to receive texts.",
            "Record their consent first, or wait until they write.",
        )
    return _timed(facts, "opted_in")


def _unwanted(facts: Facts) -> Verdict | None:
    """What keeps advertising from somebody who may get other texts."""
    if facts.do_not_call:
        return _no(
            "OPTED_OUT",
            "do_not_call",
            "This person is on your do-not-call list.",
            "Text them about what they asked for, without any offer.",
        )
    if facts.declined:
        return _no(
            "OPTED_OUT",
            "declined",
            "This person wants no advertising.",
            "They can text START to get it again.",
        )
    if facts.opted_in and not facts.written:
        return _no(
            "OPT_IN_REQUIRED",
            "no_written_consent",
            "This person has not agreed in writing to advertising.",
            "Record their written consent first.",
        )
    return None


def _replied(facts: Facts) -> Verdict:
    """A person's answer: at night they are asked whether it may leave all the same.

    So they are where nobody knows whether it is night.
    """
    facts = replace(facts, hours=facts.hours.answering)
    found = facts.hours.ordinary(facts.now)
    if facts.confirmed or found.at == facts.now:
        return Verdict(True, ("wrote_recently",))
    if found.at is None:
        return _unplaced(facts)
    return replace(_too_early(facts, found), needs_confirmation=True, help=CONFIRM)


def _unplaced(facts: Facts) -> Verdict:
    """An answer to somewhere; our own morning is proposed for it."""
    at = facts.hours.proposed(facts.now)
    told = saying.unknown(at, facts.hours)
    no = Verdict(False, (UNKNOWN,), "QUIET_HOURS", told, SET_OR_CONFIRM)
    return replace(no, earliest=at, needs_confirmation=True)


def _timed(facts: Facts, reason: str) -> Verdict:
    """Whoever agreed gets it within their hours, and not while nobody knows what they want."""
    found = _opening(facts, facts.now)
    yes = Verdict(True, (reason,))
    return _waiting(facts, yes if found.at == facts.now else _too_early(facts, found))


def _opening(facts: Facts, at: datetime) -> Opening:
    hours = facts.hours
    return hours.advertising(at) if facts.purpose is Purpose.MARKETING else hours.ordinary(at)


def _waiting(facts: Facts, said: Verdict) -> Verdict:
    """The same, or that it waits for what somebody decides; and then for its hours once more."""
    if not facts.held or (not said.allowed and said.earliest is None):
        return said
    until = max(facts.held_until or facts.now, facts.now + LOOKED_AT_AGAIN)
    ours = facts.purpose is Purpose.AUTO_REPLY
    return Verdict(
        False,
        ("held",),
        "QUIET_HOURS",
        "A text of theirs may mean that they want no more, and nobody has decided yet.",
        "Decide what they meant; until then this text waits.",
        earliest=until if ours else _opening(facts, until).at,
    )


def _too_early(facts: Facts, found: Opening) -> Verdict:
    """Not in this minute; where nobody can say when, a person has to help."""
    refusal, hours, now = found.refusal, facts.hours, facts.now
    assert refusal
    told = saying.why(refusal, hours, now)
    reasons = (refusal.because, *refusal.rules)
    if found.at is None:
        return Verdict(False, reasons, "QUIET_HOURS", told, PLACE_THEM)
    message = f"{told} {saying.until(found.at, hours, now)}"
    return Verdict(False, reasons, "QUIET_HOURS", message, WAITS, earliest=found.at)


def _no(code: str, reason: str, message: str, advice: str) -> Verdict:
    return Verdict(False, (reason,), code, message, advice)
