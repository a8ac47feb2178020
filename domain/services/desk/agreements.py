"""What an agent records of a person's consent: a yes with what was shown, proof after a no, a no.

A yes lifts no block: somebody may have opted out while the form was open. After a no, others than
the person themselves must show proof that they asked for it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from pymongo.client_session import ClientSession

from domain.errors import Conflict, FieldError
from domain.model import Author, Number
from domain.policy import Policy
from domain.rules.words.visible import has_controls, seen
from domain.services import consent, messages, numbers, wordings
from domain.services.consent import Entry, Statement, confirming, reading
from domain.services.desk import blocks
from domain.services.desk.blocks import Blocks
from domain.services.people import contacts
from domain.services.people.fields import wrong

METHOD = "agent"
LONGEST_NOTE, LONGEST_EVIDENCE = 2_000, 1_000
OPTED_OUT = "This person has opted out of texts, so a ticked box is not enough."
OPTED_OUT_HELP = "They can text START to opt in again, or record proof that they asked for it."
NO_PROOF = "Say where the proof is kept: this person has opted out."
VAGUE = "Say where the proof is kept, in words that others understand."
FEWEST = 5
NO_WAY = "Say how they agreed."
NO_LEVEL = "Say what they agreed to."
LEVELS = ("express", "written")


@dataclass(frozen=True)
class Known:
    """What a number's person has said so far; `since` is when, where that is known.

    `blocks` are those of all their numbers.
    """

    phone: str
    blocked: bool = False
    level: str = "none"
    since: datetime | None = None
    blocks: Blocks = field(default_factory=dict)


@dataclass(frozen=True)
class Yes:
    """An agreement as an agent heard of it: `way` is how (in words).

    `version` of the wording was shown, with `business` in it: as the form had it, whatever we are
    called by now.
    """

    level: str
    way: str
    note: str = ""
    evidence: str = ""
    version: str | None = None
    business: str | None = None


def known(phone: str, policy: Policy) -> Known:
    """Where the person with that number stands; a no to any of their numbers is theirs."""
    number = numbers.judged(phone, policy.secret)
    if not number.blocked:
        return Known(phone, level=number.level, since=number.consent_at)
    held = blocks.held(_all(phone))
    since = max(filter(None, held.values()), default=None)
    return Known(phone, blocked=True, level=number.level, since=since, blocks=held)


def check(said: Yes, known: Known) -> None:
    """InvalidInput or Conflict for what cannot be recorded; nothing has been stored yet."""
    if not said.way:
        raise wrong("way", NO_WAY)
    if said.level not in LEVELS:
        raise wrong("level", NO_LEVEL)
    for name, text, most in (
        ("note", said.note, LONGEST_NOTE),
        ("evidence", said.evidence, LONGEST_EVIDENCE),
    ):
        if len(text) > most:
            raise wrong(name, f"This can have at most {most:,} characters.")
        if has_controls(text):
            raise wrong(name, "This cannot hold control characters: remove them.")
    if said.evidence and seen(said.evidence) < FEWEST:
        raise wrong("evidence", VAGUE)
    if known.blocked and not said.evidence:
        raise _blocked("evidence", NO_PROOF)


def allowed(phone: str, policy: Policy) -> None:
    """Conflict OPTED_OUT where a ticked box is not enough."""
    if numbers.judged(phone, policy.secret).blocked:
        raise _blocked("consent")


def agree(
    origin: str, phone: str, said: Yes, author: Author, now: datetime, policy: Policy
) -> Entry:
    """Record that the box was ticked, once per `origin`; Conflict OPTED_OUT after a no."""
    check(said, Known(phone))

    def unblocked(session: ClientSession) -> None:
        found = Number._get_collection().find_one({"phone": phone}, session=session) or {}
        if found.get("blocked"):
            raise _blocked("consent")

    if known_before := reading.known(origin, phone):
        return known_before
    allowed(phone, policy)
    business = said.business or policy.business_name
    words = wordings.rendered(said.version, business, "consent") if said.version else None
    statement = _statement(said, author, now, words)
    return confirming.record(origin, phone, statement, now, policy, within=unblocked)


def lift(
    origin: str,
    phone: str,
    said: Yes,
    author: Author,
    now: datetime,
    seen: Blocks,
    policy: Policy,
) -> None:
    """Record proof that a person who opted out wants texts again, for all their blocked numbers.

    `seen` are the blocks it was given for: Conflict OPTED_OUT when there is another one by now, or
    when agreements are to be confirmed, for which nobody may be asked who has left.
    """
    check(said, Known(phone, blocked=True))
    if policy.consent.double_opt_in:
        why = confirming.THEIR_OWN
        fields = (FieldError("evidence", why),)
        raise Conflict(why, code="OPTED_OUT", help=confirming.THEIR_OWN_HELP, fields=fields)
    statement = _statement(said, author, now, None)
    theirs = _all(phone)
    for one in sorted({phone, *blocks.held(theirs)}):
        unchanged = partial(blocks.check, theirs, seen)
        consent.record(f"{origin}/{one}", one, statement, now, within=unchanged)


def refuse(origin: str, phone: str, note: str, author: Author, now: datetime) -> int:
    """They asked to stop: in force at once for all their numbers; how many texts were called back.

    Once per `origin` and number.
    """
    said = Statement("opt_out", METHOD, now, level="none", note=note or None, recorded_by=author)
    phones = _all(phone)
    for one in phones:
        consent.record(f"{origin}/{one}", one, said, now)
    return sum(messages.cancel_for(one, now, consent.STOPPED) for one in phones)


def _all(phone: str) -> list[str]:
    """All numbers of the person who has that one."""
    person = contacts.by_phone(phone)
    return list(person.phones) if person else [phone]


def _statement(said: Yes, author: Author, now: datetime, shown: str | None) -> Statement:
    note = " ".join(filter(None, (f"Given {said.way}.", said.note)))
    return Statement(
        "opt_in",
        METHOD,
        now,
        level=said.level,
        wording=shown,
        wording_version=said.version if shown else None,
        evidence_url=said.evidence or None,
        note=note,
        recorded_by=author,
    )


def _blocked(field: str, message: str = OPTED_OUT) -> Conflict:
    return Conflict(
        message, code="OPTED_OUT", help=OPTED_OUT_HELP, fields=(FieldError(field, message),)
    )
