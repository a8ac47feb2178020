"""Whom an agent can text, found while they type, each with the gate's verdict of now.

Where only the hour is wrong they can be chosen all the same: it leaves later, or after a question.

A handful of commands whatever the number of contacts: one page of those who agreed, one of all,
and for both together their numbers, their conversations, and who wrote in the reply window.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId

from domain.model import Author, Contact, Message, Thread
from domain.policy import Policy
from domain.rules import phone as phones
from domain.rules import search
from domain.rules.gate import Purpose, Verdict
from domain.services import gate
from domain.services.lists import pages
from domain.services.lists.filters import ContactFilter
from domain.services.people import contacts

Raw = dict[str, Any]
LONGEST_QUERY = 100
MOST_RECENT = 30
FIELDS = ("firstName", "lastName", "phone", "phones", "email", "timezone", "address")
SHOWN = dict.fromkeys(FIELDS, 1)
UNREADABLE = Verdict(False, ("unreadable",), "INVALID_PHONE", "This number cannot be read.")


@dataclass(frozen=True)
class Addressee:
    """Somebody to text; `contact_id` None: a number that nobody has yet. `place`: their channel."""

    contact_id: str | None
    name: str
    phone: str
    verdict: Verdict
    place: str | None = None

    @property
    def value(self) -> str:
        """What stands for them in a menu: the contact's id, else the number."""
        return self.contact_id or self.phone


@dataclass(frozen=True)
class Found:
    """Those who may be texted first; `more`: the list goes on beyond what was looked at."""

    people: tuple[Addressee, ...]
    more: bool = False


def find(
    typed: str, author: Author, now: datetime, policy: Policy, most: int, sender: str | None = None
) -> Found:
    """By any part of a number, the beginning of any word of a name or e-mail; at most so many.

    Words that nobody wrote: those of the latest conversations, then the newest contacts. `sender`
    is ours from which they would be texted; None: that of their latest conversation.
    """
    query = " ".join(typed.split())[:LONGEST_QUERY]
    listed, more = _contacts(query, most)
    if "@" in query:  # of an address, more than its words counts
        listed = [one for one in listed if str(one.get("email")).startswith(query.lower())]
    number = phones.describe(query, policy.region).e164 if query else None
    exact = contacts.by_phone(number) if number else None
    if exact and not any(str(one["_id"]) == str(exact.id) for one in listed):
        listed = [_raw(exact), *listed]
    if number and not exact:
        listed = [{"_id": None, "firstName": number, "phone": number}, *listed]
    judged = _judged(listed, author, now, policy, sender)
    first = sorted(judged, key=lambda one: (one.verdict.refused, not one.verdict.allowed))
    return Found(tuple(first[:most]), more or len(first) > most)


def best(typed: str, people: Sequence[Addressee]) -> Addressee | None:
    """The one who is meant: the only one, or the only one of exactly that name or number."""
    if len(people) == 1:
        return people[0]
    wanted = set(search.wanted(typed))
    exact = [one for one in people if _names(one) == wanted or _is_number(one, wanted)]
    return exact[0] if len(exact) == 1 else None


def _names(one: Addressee) -> set[str]:
    return set(search.wanted(one.name))


def _is_number(one: Addressee, wanted: set[str]) -> bool:
    digits = one.phone.removeprefix("+")
    return any(len(term) >= 10 and digits.endswith(term) for term in wanted)


def _contacts(query: str, most: int) -> tuple[list[Raw], bool]:
    """Raw contacts, each once, and whether there are more."""
    agreed = _page(ContactFilter(search=query, sms_opt_in=True), most)
    everybody = _page(ContactFilter(search=query), most)
    recent = [] if query else _recent()
    listed = {one["_id"]: one for one in (*recent, *agreed.documents, *everybody.documents)}
    return list(listed.values()), agreed.has_next or everybody.has_next


def _page(wanted: ContactFilter, most: int) -> pages.Page:
    order = pages.NEWEST
    return pages.page(Contact, wanted.wanted(order), pages.Window(order, most), SHOWN)


def _recent() -> list[Raw]:
    """Those of the latest conversations, in their order."""
    latest = Thread._get_collection().find({}, {"contactId": 1})
    rows = list(latest.sort([("lastMessageAt", -1), ("_id", -1)]).limit(MOST_RECENT))
    ids = list(dict.fromkeys(one["contactId"] for one in rows if one.get("contactId")))
    fields = SHOWN | {"mergedInto": 1}
    found = {one["_id"]: one for one in pages.by_key(Contact, "_id", ids, fields)}
    return [found[each] for each in ids if each in found and not found[each].get("mergedInto")]


def _judged(
    listed: Sequence[Raw], author: Author, now: datetime, policy: Policy, sender: str | None
) -> list[Addressee]:
    """Each with its verdict, of facts that were read for all together."""
    people = {one["phone"]: one for one in listed}
    known = gate.several(people, policy)
    talks = _conversations(people, policy, sender)
    wrote = _wrote([one["_id"] for one in talks.values()], now, policy)
    barred = gate.bar(author)
    found = []
    for raw in listed:
        phone, talk = raw["phone"], talks.get(raw["phone"], {})
        ours = talk.get("sender") or sender or policy.default_sender or ""
        at = wrote.get(talk.get("_id"))
        verdict = gate.judge(known[phone], at, ours, Purpose.CONVERSATION, barred, now, policy)
        found.append(_addressee(raw, verdict if phones.is_phone(phone) else UNREADABLE, talk))
    return found


def _conversations(
    wanted: Iterable[str], policy: Policy, sender: str | None
) -> dict[str, dict[str, Any]]:
    """By number the conversation that a text would go on with: the latest of a sender of ours."""
    match: Raw = {"phone": {"$in": list(wanted)}} | ({"sender": sender} if sender else {})
    fields = {"phone": 1, "sender": 1, "position": 1, "channel": 1}
    found = Thread._get_collection().find(match, fields)
    rows = sorted(found, key=lambda one: one.get("position", 0))
    return {one["phone"]: one for one in rows if policy.knows(one["sender"])}


def _wrote(thread_ids: Sequence[ObjectId], now: datetime, policy: Policy) -> dict[Any, datetime]:
    """When the customer last wrote, by conversation, where that is within the reply window."""
    match = {
        "threadId": {"$in": list(thread_ids)},
        "createdAt": {"$gte": now - policy.reply_window},
        "direction": "inbound",
    }
    last = {"$group": {"_id": "$threadId", "at": {"$max": "$createdAt"}}}
    rows = Message._get_collection().aggregate([{"$match": match}, last])
    return {one["_id"]: one["at"] for one in rows}


def _addressee(raw: Raw, verdict: Verdict, talk: Raw) -> Addressee:
    name = f"{raw.get('firstName') or ''} {raw.get('lastName') or ''}".strip() or raw["phone"]
    channel = talk.get("channel") or {}
    own = channel.get("channelId") if not channel.get("threadTs") else None
    return Addressee(str(raw["_id"]) if raw["_id"] else None, name, raw["phone"], verdict, own)


def _raw(contact: Contact) -> Raw:
    stored = contact.to_mongo()
    return {"_id": contact.id} | {name: stored[name] for name in FIELDS if name in stored}
