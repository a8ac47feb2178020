"""What a customer's keyword does: it is in force before anything else is known of the text."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from pymongo.client_session import ClientSession

from domain.model import Number
from domain.policy import Policy
from domain.rules import phone as phones
from domain.rules.consent import keywords, wording
from domain.rules.consent.answers import Answer
from domain.rules.consent.keywords import Keyword
from domain.services import messages, numbers
from domain.services.consent import confirming, late, reading
from domain.services.consent.reading import Entry
from domain.services.consent.recording import own_block, record
from domain.services.consent.silencing import call_back
from domain.services.consent.statement import Statement
from domain.values import InboundText

Also = Callable[[ClientSession, Keyword, Statement], None]


class Meaning(NamedTuple):
    """What a text said of consent: its keyword, the ledger's action, and what we answer it with."""

    keyword: Keyword | None
    action: str | None = None
    answer: Answer | None = None

    @property
    def agreed(self) -> bool:
        """Whether they want texts."""
        return self.action in ("opt_in", "confirmed")


NOTHING = Meaning(None)
CARRIERS = frozenset({Keyword.STOP, Keyword.START, Keyword.HELP})
"""What a carrier may say that a text is."""


def heard(text: InboundText, policy: Policy) -> Keyword | None:
    """Our own reading of the text, or the carrier's: either suffices, and a STOP always counts."""
    own = keywords.read(text.body, text.sender, policy.consent.keywords)
    carriers = _carriers(text)
    if carriers is Keyword.STOP:
        return carriers
    # Words that may mean stop are for a person to read, whatever the carrier makes of them.
    return own or (None if keywords.phrase(text.body) else carriers)


def _carriers(text: InboundText) -> Keyword | None:
    """What the carrier says that it is; what else it may call it counts for nothing."""
    told = (text.opt_out_type or "").strip().lower()
    return Keyword(told) if told in CARRIERS else None


def honour(text: InboundText, now: datetime, policy: Policy, also: Also | None = None) -> Meaning:
    """Write what it means into the ledger, once per text; and what we are to answer, if at all.

    `also` does in the same transaction what else follows from it, so that no repetition does.
    A block is written before what is queued is called back, so that nothing slips in between.
    """
    keyword = heard(text, policy)
    if keyword is None:
        return NOTHING
    event = None if keyword is Keyword.HELP else _written(keyword, text, now, policy, also)
    if event and event.action == "opt_out" and numbers.state_of(text.sender).blocked:
        call_back(text.sender, now)
    answer = _answer(keyword, event)
    ours = answer if answer and _ours(answer, text, policy) else None
    return Meaning(keyword, event.action if event else None, ours)


def _written(
    keyword: Keyword, text: InboundText, now: datetime, policy: Policy, also: Also | None
) -> Entry | None:
    """The event of this text; None when it says nothing about consent.

    Of a repetition it is what was written then: what the customer has said since counts.
    """
    known = reading.known(origin(text.sid), text.sender)
    if known or (keyword is Keyword.YES and messages.by_origin(origin(text.sid))):
        return known
    said = _statement(keyword, text, text.sent_at or now, policy)
    if said is None:
        return None
    if text.sent_at and said.action != "opt_out":
        also = None  # what a yes of then settles may have been asked since
    within = (lambda session: also(session, keyword, said)) if also else None
    keep = late.record if text.sent_at else record
    return keep(origin(text.sid), text.sender, said, now, within)


def _statement(
    keyword: Keyword, text: InboundText, at: datetime, policy: Policy
) -> Statement | None:
    own = keywords.read(text.body, text.sender, policy.consent.keywords)
    said = Statement("opt_in", "keyword" if own else "twilio", at, message_sid=text.sid)
    if keyword is Keyword.STOP:
        return replace(said, action="opt_out", level="none")
    number = numbers.state_of(text.sender)
    if keyword is Keyword.YES and number.blocked and not _returns(text):
        return None
    if confirming.is_waiting(number, at) and not _before_asked(text, number):
        agreed = confirming.confirmation(said, number)
        returns_to_all = number.declined and keyword is not Keyword.YES
        return replace(agreed, action="opt_in") if returns_to_all else agreed
    if keyword is Keyword.JOIN:
        return _joining(said, number, policy)
    return said if number.blocked or keyword is Keyword.START else None


def _before_asked(text: InboundText, number: Number) -> bool:
    """Whether a text that came late was sent before the question that it seems to answer."""
    asked = number.pending_at
    return bool(text.sent_at and asked and text.sent_at < asked)


def _returns(text: InboundText) -> bool:
    """Whether a YES of somebody who has left brings them back."""
    return not phones.is_toll_free(text.recipient) and own_block(text.sender)


def _joining(said: Statement, number: Number, policy: Policy) -> Statement:
    """Who joins has read what stood beside the word, if the owner says what that was.

    Somebody who has left comes back by any word of theirs; what is more they confirm.
    """
    joining = said
    if policy.consent.join_wording:
        shown = wording.own(policy.consent.join_wording)
        words = shown.render(policy.business_name)
        joining = replace(said, level="written", wording=words, wording_version=shown.version)
    if not policy.consent.double_opt_in:
        return joining
    return said if number.blocked else confirming.waiting(joining, number, said.at)


def _answer(keyword: Keyword, event: Entry | None) -> Answer | None:
    if keyword is Keyword.HELP:
        return Answer.HELP
    if event is None:
        return None
    joined = Answer.JOIN if keyword is Keyword.JOIN else Answer.START
    return {"opt_out": Answer.STOP, "opt_in": joined, "confirmed": Answer.JOIN}.get(event.action)


def _ours(answer: Answer, text: InboundText, policy: Policy) -> bool:
    """Whether we answer: where Twilio does so by itself, a second answer would be one too many."""
    if policy.consent.confirms != "twilio":
        return True
    return not (
        _carriers(text) or (answer is not Answer.JOIN and keywords.carrier_answers(text.body))
    )


def origin(sid: str) -> str:
    """What a text, and the consent event that it is, are known by."""
    return f"twilio:{sid}"
