"""Texts of another CRM become ours: each in its conversation, and none of them still to be sent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bson import Decimal128, ObjectId
from pymongo import UpdateOne

from domain.model import Message, Thread
from domain.policy import Policy
from domain.rules import legacy
from domain.rules import phone as phones
from domain.rules.consent import keywords
from domain.rules.consent.keywords import Keyword
from domain.rules.legacy import Text
from domain.services import consent, numbers
from domain.services.adoption.people import ADOPTED, BATCH, batches
from domain.services.adoption.report import Report
from domain.services.consent import Statement
from domain.services.people import contacts

Raw = Mapping[str, Any]
FOREIGN: dict[str, Any] = {"position": {"$exists": False}}
OPTED_OUT_ERROR = 21610
ADOPTED_NOW = "adopted"
STILL_OPEN = timedelta(days=30)
Judged = Sequence[tuple[Raw, Text]]
Pair = tuple[str, str]


def adopt(
    report: Report,
    now: datetime,
    policy: Policy,
    *,
    dry_run: bool,
    seen: Callable[[int], None],
) -> None:
    """In the order in which they were sent, so that the last word about consent is the last."""
    pairs: set[Pair] = set()
    order = [("createdAt", 1), ("_id", 1)]
    found = Message._get_collection().find(FOREIGN, batch_size=BATCH).sort(order)
    for batch in batches(found.allow_disk_use(True), BATCH):
        judged = [(raw, legacy.text(raw, policy.region, policy.numbers, now)) for raw in batch]
        _count(report, judged, pairs)
        if not dry_run:
            _place(judged, now, policy)
        for raw, one in judged:
            _honour(report, raw, one, now, policy, dry_run=dry_run)
        if not dry_run:
            _store(judged)
        seen(len(batch))
    report.threads = len(pairs)
    if not dry_run:
        _settle(now)


def _count(report: Report, judged: Judged, pairs: set[Pair]) -> None:
    for raw, one in judged:
        report.texts += 1
        report.unsent += one.changes.get("errorMessage") is not None
        for problem in one.problems:
            report.tell("text", raw["_id"], problem)
        if pair := _pair(one):
            pairs.add(pair)


def _pair(one: Text) -> Pair | None:
    return (one.ours, one.theirs) if one.ours and one.theirs else None


def _place(judged: Judged, now: datetime, policy: Policy) -> None:
    """Give each text its person and its conversation; both are made where there is none."""
    people = contacts.ids([one.theirs for _, one in judged if one.theirs])
    changes = []
    for raw, one in judged:
        if one.theirs is None or one.ours is None:
            continue
        if one.theirs not in people:
            people[one.theirs] = contacts.ensure(one.theirs, now, "sms", policy.secret)
        one.changes["contactId"] = people[one.theirs]
        changes.append(_conversation(raw["_id"], one, people[one.theirs], policy))
    if changes:
        Thread._get_collection().bulk_write(changes)
    pairs = [{"sender": one.ours, "phone": one.theirs} for _, one in judged if _pair(one)]
    known = (
        Thread._get_collection().find({"$or": pairs}, {"sender": 1, "phone": 1}) if pairs else ()
    )
    ids = {(thread["sender"], thread["phone"]): thread["_id"] for thread in known}
    for _, one in judged:
        if pair := _pair(one):
            one.changes["threadId"] = ids[pair]


def _conversation(own: ObjectId, one: Text, contact_id: ObjectId, policy: Policy) -> UpdateOne:
    """The text moves its conversation on; what came before we did counts as read."""
    position, ours = one.changes["position"], one.ours or ""
    newer = {"$gte": [one.at, {"$ifNull": ["$lastMessageAt", one.at]}]}
    born = {
        "status": "open",
        "unreadCount": 0,
        "replyMode": "send",
        "heldForReview": False,
        "channel": {"step": "wanted", "tries": 0},
        "createdAt": one.at,
        "rev": 1,
        "contactId": contact_id,
        "known": policy.knows(ours),
        "ownNumber": {"$literal": ours},
        ADOPTED_NOW: True,
    }
    fields: dict[str, Any] = {
        name: {"$ifNull": [f"${name}", value]} for name, value in born.items()
    }
    fields |= {
        "lastMessageId": {"$cond": [newer, own, "$lastMessageId"]},
        "lastMessageAt": {"$max": ["$lastMessageAt", one.at]},
        "position": {"$max": ["$position", position]},
        "readUpTo": {"$max": ["$readUpTo", position]},
    }
    return UpdateOne({"sender": ours, "phone": one.theirs}, [{"$set": fields}], upsert=True)


def _honour(
    report: Report, raw: Raw, one: Text, now: datetime, policy: Policy, *, dry_run: bool
) -> None:
    """Somebody who said no to the earlier system said it to us, unless they agreed since then."""
    own = policy.consent.keywords
    body = one.changes["body"] if one.inbound else ""
    keyword = keywords.read(body, one.theirs or "", own)
    code = one.changes.get("errorCode", raw.get("errorCode"))
    barred = not one.inbound and code == OPTED_OUT_ERROR
    if not (keyword or barred) or one.theirs is None or not phones.is_phone(one.theirs):
        return
    since = (report.agreed.get(one.theirs), numbers.state_of(one.theirs).consent_at)
    if any(at and at > one.at for at in since):
        return
    report.opt_outs += barred or keyword is Keyword.STOP
    if barred and not dry_run:
        said = Statement("opt_out", "twilio", one.at, level="none", recorded_by=ADOPTED)
        consent.record(f"adopt:{raw['_id']}/{OPTED_OUT_ERROR}", one.theirs, said, now)
    elif not dry_run:
        sid = str(raw.get("twilioMessageSid") or f"adopted:{raw['_id']}")
        consent.from_keyword(keyword, one.theirs, sid, "keyword", one.at)


def _store(judged: Judged) -> None:
    """Last, as a text with a position is not looked at again."""
    updates = []
    for raw, one in judged:
        setting = dict(one.changes)
        if one.price is not None:
            setting["price"] = Decimal128(one.price)
        update: dict[str, Any] = {"$set": setting}
        update |= {"$unset": dict.fromkeys(one.gone, "")} if one.gone else {}
        updates.append(UpdateOne({"_id": raw["_id"]}, update))
    Message._get_collection().bulk_write(updates, ordered=False)


def _settle(now: datetime) -> None:
    """Conversations that were quiet for long are closed; the next text opens them again."""
    threads = Thread._get_collection()
    quiet = {ADOPTED_NOW: True, "status": "open", "lastMessageAt": {"$lt": now - STILL_OPEN}}
    threads.update_many(quiet, {"$set": {"status": "closed"}, "$inc": {"rev": 1}})
    threads.update_many({ADOPTED_NOW: True}, {"$unset": {ADOPTED_NOW: ""}})
