"""A no that was missed, of somebody who was forgotten since: it is kept, and nothing else of it."""

from datetime import datetime

from domain.policy import Policy
from domain.rules import phone as phones
from domain.rules.consent.keywords import Keyword, phrase
from domain.rules.consent.privacy import hashed
from domain.services import inbound
from domain.services.consent import forgetting, keywords, late
from domain.services.consent.statement import Statement
from domain.services.people import contacts
from domain.services.recovery import gone
from domain.values import InboundText

NOBODY = "Words that may mean stop, found when nobody could be asked about them any more."


def keep(text: InboundText, now: datetime, policy: Policy) -> None:
    """What it refused is known under the number's hash; of what refuses nothing nothing stays.

    Words that may mean stop count as a no. Whoever is back since then has a number that is known,
    and what they said since stands. Safe to repeat.
    """
    stops = keywords.heard(text, policy) is Keyword.STOP
    if not stops and not phrase(text.body):
        return
    inbound.heed(text, now, policy)
    if not stops:
        said = Statement("opt_out", "other", text.sent_at or now, level="none", note=NOBODY)
        late.record(f"late:{text.sid}", text.sender, said, now)
    theirs = [one for one in (text.sender, phones.behind(text.sender)) if one]
    for phone in {*theirs} - contacts.ids(theirs).keys():
        forgetting.forget(phone, hashed(phone, policy.secret), now)
    gone.forget([text.sid], policy.secret, now)
