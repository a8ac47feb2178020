"""What a number's ledger comes to: now, and at any moment that is past. The one fold."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

OWN_WORDS = frozenset({"keyword", "twilio"})
"""Methods by which the customers themselves said it."""
OWN, SHOWN, NONE = PROOFS = ("own", "shown", "none")
"""What stands behind a statement: a text of theirs, something that can be shown, or a claim."""
RANK = {"none": 0, "express": 1, "written": 2}


@dataclass(frozen=True)
class Said:
    """One event of the ledger: when it was said, and when we came to know."""

    action: str
    level: str
    at: datetime
    recorded_at: datetime
    scope: str = "all"
    method: str = "other"
    disclosed: bool = False
    proof: str | None = None

    @property
    def own(self) -> bool:
        """Whether the customers themselves texted it; of older events the method tells."""
        return self.proof == OWN if self.proof else self.method in OWN_WORDS

    @property
    def counts_from(self) -> datetime:
        """Since when it holds; clocks of forms may be a little ahead of ours."""
        return min(self.at, self.recorded_at)


@dataclass(frozen=True)
class Standing:
    """Where a number stands; a level is the strongest yes ever given, also while it is blocked."""

    blocked: bool = False
    level: str = "none"
    blocked_at: datetime | None = None
    declined: bool = False
    declined_at: datetime | None = None
    consent_at: datetime | None = None
    disclosed: bool = False
    do_not_call: bool = False
    dnc_at: datetime | None = None
    held: bool = False
    held_at: datetime | None = None
    pending: str | None = None
    pending_at: datetime | None = None
    verified_at: datetime | None = None
    voided_at: datetime | None = None

    @property
    def opted_in(self) -> bool:
        """Not revoked and at least express consent."""
        return not self.blocked and self.level != "none"

    def after(self, said: Said) -> "Standing":
        """Where it stands once that was said; what we do not know changes nothing."""
        step = STEPS.get(said.action)
        return step(self, said) if step else self


def _yes(was: Standing, said: Said) -> Standing:
    """A new yes never lowers what was agreed to; one of before the number changed hands is void."""
    if was.voided_at and said.at < was.voided_at:
        return was
    level = max(was.level, said.level, key=_rank)
    reached = was.pending is not None and _rank(was.pending) <= _rank(level)
    declined = was.declined and not _renews(was, said)
    return replace(
        was,
        blocked=False,
        blocked_at=None,
        level=level,
        consent_at=said.at,
        disclosed=was.disclosed or said.disclosed,
        declined=declined,
        declined_at=was.declined_at if declined else None,
        pending=None if reached else was.pending,
        pending_at=None if reached else was.pending_at,
    )


def _renews(was: Standing, said: Said) -> bool:
    """Whether advertising, refused before, is wanted again: by their own word, or proved to be.

    A list of somebody's proves nothing, nor does a YES by which less than that was confirmed.
    """
    if was.declined_at and said.at < was.declined_at:
        return False
    if said.own and said.action == "opt_in":
        return True
    proved = said.proof == SHOWN or said.own
    return said.level == "written" and proved and said.method != "import"


def _no(was: Standing, said: Said) -> Standing:
    """A no suspends all that was agreed to; of the programme alone, only that is refused."""
    if said.scope == "program":
        waits = None if was.pending == "written" else was.pending
        return replace(
            was,
            declined=True,
            declined_at=_later(was.declined_at, said.at),
            pending=waits,
            pending_at=was.pending_at if waits else None,
        )
    return replace(
        was,
        blocked=True,
        blocked_at=_later(was.blocked_at, said.at),
        held=False,
        held_at=None,
        pending=None,
        pending_at=None,
    )


def _asked(was: Standing, said: Said) -> Standing:
    """They were asked to confirm; what they agreed to before counts meanwhile."""
    if said.level == "none":
        return was
    return replace(was, pending=said.level, pending_at=said.at)


def _confirmed(was: Standing, said: Said) -> Standing:
    """The level that waited counts. A block is not lifted by it."""
    if was.pending is None:
        return was
    agreed = replace(_yes(was, replace(said, level=was.pending)), pending=None, pending_at=None)
    return replace(agreed, blocked=was.blocked, blocked_at=was.blocked_at)


def _held(was: Standing, said: Said) -> Standing:
    """Who has opted out is not asked what they meant: it is one more no."""
    if was.blocked:
        return replace(was, blocked_at=_later(was.blocked_at, said.at))
    return replace(was, held=True, held_at=was.held_at or said.at)


def _released(was: Standing, _: Said) -> Standing:
    return replace(was, held=False, held_at=None)


def _uncallable(was: Standing, said: Said) -> Standing:
    return replace(was, do_not_call=True, dnc_at=said.at)


def _callable(was: Standing, _: Said) -> Standing:
    return replace(was, do_not_call=False, dnc_at=None)


def _verified(was: Standing, said: Said) -> Standing:
    return replace(was, verified_at=_later(was.verified_at, said.at))


def _voided(was: Standing, said: Said) -> Standing:
    """It is somebody else's: no yes is left, whereas a block and a do-not-call stay."""
    return replace(_without_yes(was), voided_at=_later(was.voided_at, said.at))


def _erased(was: Standing, _: Said) -> Standing:
    """Whose it was is forgotten: a no is all that is left of them.

    What may have been one counts as such, as nobody can ask them any more.
    """
    no = Standing(was.blocked or was.held, "none", was.blocked_at or was.held_at)
    return replace(no, do_not_call=was.do_not_call, dnc_at=was.dnc_at)


def _without_yes(was: Standing) -> Standing:
    return replace(
        was,
        level="none",
        consent_at=None,
        disclosed=False,
        pending=None,
        pending_at=None,
        verified_at=None,
    )


STEPS: Mapping[str, Callable[[Standing, Said], Standing]] = MappingProxyType(
    {
        "opt_in": _yes,
        "opt_out": _no,
        "pending": _asked,
        "confirmed": _confirmed,
        "held": _held,
        "released": _released,
        "do_not_call": _uncallable,
        "callable": _callable,
        "verified": _verified,
        "voided": _voided,
        "erased": _erased,
    }
)
ACTIONS = tuple(STEPS)


def fold(events: Iterable[Said], start: Standing | None = None) -> Standing:
    """The standing after all of them, in the order in which they were recorded."""
    total = start or Standing()
    for event in events:
        total = total.after(event)
    return total


def standing(events: Iterable[Said], moment: datetime) -> Standing:
    """The number's standing at that moment, from its events in the order of their recording.

    A statement holds from when it was said, even if we heard of it later. A no that was on
    record by then counts in any case, whatever is said of earlier moments.
    """
    known = list(events)
    recorded = fold(one for one in known if one.recorded_at <= moment)
    by_time = sorted(known, key=lambda one: one.counts_from)
    spoken = fold(one for one in by_time if one.counts_from <= moment)
    return replace(
        spoken,
        blocked=spoken.blocked or recorded.blocked,
        blocked_at=spoken.blocked_at or recorded.blocked_at,
        declined=spoken.declined or recorded.declined,
        declined_at=spoken.declined_at or recorded.declined_at,
        held=spoken.held or recorded.held,
        held_at=spoken.held_at or recorded.held_at,
        do_not_call=spoken.do_not_call or recorded.do_not_call,
        dnc_at=spoken.dnc_at or recorded.dnc_at,
    )


def _rank(level: str) -> int:
    return RANK.get(level, 0)


def _later(one: datetime | None, other: datetime) -> datetime:
    return max(one, other) if one else other
