"""What somebody wants to see of a list, as the match that MongoDB's indexes serve."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId

from domain.rules import search

Raw = dict[str, Any]


@dataclass(frozen=True)
class Range:
    """From a moment on, and before another; either may be open."""

    since: datetime | None = None
    until: datetime | None = None

    def match(self, field: str) -> Raw:
        """Half-open, so that neighbouring ranges share nothing."""
        bounds = {"$gte": self.since, "$lt": self.until}
        given = {key: value for key, value in bounds.items() if value is not None}
        return {field: given} if given else {}


@dataclass(frozen=True)
class ContactFilter:
    """People; every part that is given must hold."""

    search: str | None = None
    status: tuple[str, ...] | None = None
    tags_any: tuple[str, ...] | None = None
    tags_all: tuple[str, ...] | None = None
    sms_opt_in: bool | None = None
    assigned_agent: str | None = None
    created: Range = Range()
    last_contact: Range = Range()
    notes_text: str | None = None

    def match(self) -> Raw:
        """The stored fields that serve it."""
        conditions = [
            self._sought(),
            _one_of("status", self.status),
            _one_of("tags", self.tags_any),
            {"tags": {"$all": list(self.tags_all)}} if self.tags_all else {},
            _equal("preferences.smsOptIn", self.sms_opt_in),
            _equal("assignedAgent", self.assigned_agent),
            self.created.match("createdAt"),
            self.last_contact.match("lastContactDate"),
            _words(self.notes_text),
        ]
        return _all(conditions)

    def _sought(self) -> Raw:
        """Everybody when nothing is sought; nobody when it has neither letters nor digits."""
        terms = search.wanted(self.search or "")
        if terms:
            return {"terms": {"$all": sorted(terms, key=len, reverse=True)}}
        return {"terms": {"$in": []}} if (self.search or "").strip() else {}


@dataclass(frozen=True)
class ThreadFilter:
    """Conversations; every part that is given must hold."""

    status: tuple[str, ...] | None = None
    assigned_to: str | None = None
    unassigned: bool = False
    unread: bool | None = None
    contact_id: str | None = None
    sender: str | None = None

    def match(self) -> Raw:
        """The stored fields that serve it."""
        conditions = [
            _one_of("status", self.status),
            _equal("assignedTo", self.assigned_to),
            {"assignedTo": None} if self.unassigned else {},
            _unread(self.unread),
            _link("contactId", self.contact_id),
            _equal("sender", self.sender),
        ]
        return _all(conditions)

    def admits(self, thread: Raw) -> bool:
        """The same judgement over one raw document that is at hand."""
        assigned = thread.get("assignedTo")
        unread = bool(thread.get("unreadCount"))
        return all(
            (
                self.status is None or thread.get("status") in self.status,
                self.assigned_to is None or assigned == self.assigned_to,
                not self.unassigned or assigned is None,
                self.unread is None or unread is self.unread,
                self.contact_id is None or str(thread.get("contactId")) == self.contact_id,
                self.sender is None or thread.get("sender") == self.sender,
            )
        )


@dataclass(frozen=True)
class MessageFilter:
    """Texts; every part that is given must hold. `phone` is E.164 and theirs or ours."""

    contact_id: str | None = None
    thread_id: str | None = None
    phone: str | None = None
    direction: str | None = None
    status: tuple[str, ...] | None = None
    text: str | None = None
    created: Range = Range()

    def match(self) -> Raw:
        """The stored fields that serve it."""
        either = {"$or": [{"from": self.phone}, {"to": self.phone}]} if self.phone else {}
        conditions = [
            _link("contactId", self.contact_id),
            _link("threadId", self.thread_id),
            either,
            _one_of("status", self.status),
            _equal("direction", self.direction),
            self.created.match("createdAt"),
            _words(self.text),
        ]
        return _all(conditions)

    def admits(self, message: Raw) -> bool:
        """The same judgement over one raw document; words and times are not asked for here."""
        return all(
            (
                self.contact_id is None or str(message.get("contactId")) == self.contact_id,
                self.thread_id is None or str(message.get("threadId")) == self.thread_id,
                self.phone is None or self.phone in (message.get("from"), message.get("to")),
                self.direction is None or message.get("direction") == self.direction,
                self.status is None or message.get("status") in self.status,
            )
        )


UNPLACED: Raw = {"unplaced": True}
"""Texts that came for a number which is not ours."""


def _all(conditions: list[Raw]) -> Raw:
    """One document when no field is named twice, so that plans stay simple."""
    given = [condition for condition in conditions if condition]
    names = [name for condition in given for name in condition]
    if len(names) != len(set(names)):
        return {"$and": given}
    return {name: value for condition in given for name, value in condition.items()}


def _equal(field: str, value: object) -> Raw:
    return {} if value is None else {field: value}


def _one_of(field: str, values: tuple[str, ...] | None) -> Raw:
    if values is None:
        return {}
    return {field: values[0] if len(values) == 1 else {"$in": list(values)}}


def _link(field: str, value: str | None) -> Raw:
    """An id that cannot be one matches nothing, as a strange id does."""
    if value is None:
        return {}
    return {field: ObjectId(value) if ObjectId.is_valid(value) else {"$in": []}}


def _unread(wanted: bool | None) -> Raw:
    if wanted is None:
        return {}
    return {"unreadCount": {"$gt": 0} if wanted else {"$lte": 0}}


def _words(text: str | None) -> Raw:
    return {"$text": {"$search": text}} if text and text.strip() else {}
