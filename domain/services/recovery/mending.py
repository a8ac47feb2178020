"""What the carrier's records know of texts that we have: how far they came, and what they cost."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.model import Message
from domain.policy import Policy
from domain.rules.status import MessageStatus
from domain.services.programs import refreshing
from domain.services.programs.refreshing import Question
from domain.services.recovery import gone
from domain.values import OUTBOUND, CarriedText, Record

Raw = dict[str, Any]
NEEDED = ("twilio_sid", "direction", "rank", "price", "segments", "error_code")
NEAR = timedelta(hours=1)
QUIET = timedelta(minutes=15)
"""So long a text that the carrier has may go without news before it is asked for."""
WAITING = [str(MessageStatus.QUEUED), str(MessageStatus.SENDING)]


def known(sids: Sequence[str]) -> dict[str, Message]:
    """Those that are among our texts, by the carrier's id."""
    found = Message.objects(twilio_sid__in=list(sids)).only(*NEEDED)
    return {str(one.twilio_sid): one for one in found}


def mend(message: Message, told: CarriedText, now: datetime) -> bool:
    """Write down what is news; whether anything was. As by a callback, and as safe to repeat."""
    ours = message.direction == "outbound"
    news = refreshing.news(message, told)
    if ours and told.rank is not None and told.rank > message.rank:
        refreshing.record(Question(message.id, told.sid), told, now)
        return True
    if not ours:  # an error of a customer's text is about a webhook of ours
        news = {name: fact for name, fact in news.items() if not name.startswith("error")}
    refreshing.note(message, news, now)
    return bool(news)


def foreign(record: Record, policy: Policy) -> bool:
    """Whether it left from a sender of ours, and is not ours: another program's. It stays theirs.

    Not while a text of ours to that number may be the one: that is for `unclear` to find out. The
    carrier's own answers to STOP, START and HELP are no program's.
    """
    text = record.text
    if record.way != OUTBOUND:
        return False
    if not (policy.knows(text.from_phone or "") or policy.knows(text.service_sid or "")):
        return False
    near = {"$gte": record.at - NEAR, "$lte": record.at + NEAR}
    doubtful: Raw = {"twilioMessageSid": {"$exists": False}, "attemptedAt": near}
    theirs: Raw = {"to": text.to, "$or": [{"otherSids": text.sid}, doubtful]}
    return Message._get_collection().find_one(theirs, {"_id": 1}) is None


def strange(records: Sequence[Record], policy: Policy) -> int:
    """How many of these, which are not among our texts, another program has sent."""
    lost = gone.known([one.text.sid for one in records], policy.secret)
    return sum(foreign(one, policy) for one in records if one.text.sid not in lost)


def quiet(after: tuple[datetime, object] | None, since: datetime, now: datetime) -> Message | None:
    """The next of our texts that the carrier has and that had no news for long; newest first.

    A list by the date of sending lacks them: they have none yet.
    """
    within: Raw = {"$gte": since, "$lte": now - QUIET}
    match: Raw = {
        "status": {"$in": WAITING},
        "direction": "outbound",
        "createdAt": within,
        "twilioMessageSid": {"$exists": True},
    }
    if after:
        at, own = after
        match["$or"] = [{"createdAt": {"$lt": at}}, {"createdAt": at, "_id": {"$lt": own}}]
    found = (
        Message.objects(__raw__=match)
        .order_by("-created_at", "-id")
        .only("twilio_sid", "created_at")
    )
    message: Message | None = found.first()
    return message
