"""A text's words as they leave: with the opt-out line where the owner or the law wants it."""

from collections.abc import Collection

from domain.errors import FieldError, InvalidInput
from domain.model import Message
from domain.policy import Policy
from domain.rules.consent import optout
from domain.rules.consent.optout import Past
from domain.rules.gate import Purpose
from domain.rules.segments import MAX_BODY
from domain.rules.status import MessageStatus

GONE = [str(MessageStatus.SENT), str(MessageStatus.DELIVERED)]
TOO_LONG = (
    "A text can have at most {most:,} characters; this one has {length:,}, as “{added}” "
    "is added to it."
)


def worded(body: str, phone: str, purpose: str, policy: Policy, past: Past | None = None) -> str:
    """The body as it would leave to that number now; safe to repeat on its own result.

    `past`: what they had before; None: it is looked up. InvalidInput MESSAGE_TOO_LONG when there
    is no room for the line.
    """
    setting, business = policy.consent.opt_out_line, policy.business_name
    past = past or _past(phone, purpose, setting)
    whole = optout.worded(body, purpose, setting, business, past)
    if whole != body and len(whole) > MAX_BODY:
        added = whole.rpartition("\n")[2]
        reason = TOO_LONG.format(most=MAX_BODY, length=len(whole), added=added)
        raise InvalidInput(reason, code="MESSAGE_TOO_LONG", fields=(FieldError("body", reason),))
    return whole


def same(one: str, other: str, policy: Policy) -> bool:
    """Whether two bodies say the same, but for what we added to either."""
    return optout.same(one, other, policy.business_name)


def pasts(phones: Collection[str], purpose: str, policy: Policy) -> dict[str, Past]:
    """What has left to each of these numbers, in a command or two."""
    every = frozenset(phones)
    first = policy.consent.opt_out_line == "first"
    texted = _had(phones) if first else every
    marketed = _had(phones, purpose=purpose) if purpose == Purpose.MARKETING else every
    return {phone: Past(phone in texted, phone in marketed) for phone in phones}


def _had(phones: Collection[str], **which: str) -> frozenset[str]:
    match = {"to": {"$in": list(phones)}, "direction": "outbound", "status": {"$in": GONE}} | which
    rows = Message._get_collection().aggregate([{"$match": match}, {"$group": {"_id": "$to"}}])
    return frozenset(row["_id"] for row in rows)


def _past(phone: str, purpose: str, setting: str) -> Past:
    """What has left to that number; nobody looks where it makes no difference.

    A text on its way does not count yet: called back, it leaves another to be the first.
    """
    return Past(
        texted=setting != "first" or _left(phone),
        marketed=purpose != Purpose.MARKETING or _left(phone, purpose=purpose),
    )


def _left(phone: str, **which: str) -> bool:
    match = {"to": phone, "direction": "outbound", "status": {"$in": GONE}} | which
    return Message._get_collection().find_one(match, {"_id": 1}) is not None
