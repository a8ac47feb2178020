"""What somebody wants to see of a list, and which of its conditions an index finds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Any

from bson import ObjectId

from domain.errors import FieldError, InvalidInput
from domain.rules import search
from domain.services.lists.orders import LATEST, NAME, NEWEST, OLDEST, Order
from domain.services.lists.wanted import Driver, Wanted, among, both, one_of

Raw = dict[str, Any]
BY_TIME = (NEWEST, OLDEST)
MOST_VALUES = 50
TOO_MANY = f"Give at most {MOST_VALUES}."
DIRECTIONS = ("inbound", "outbound")


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

    def admits(self, moment: datetime | None) -> bool:
        """The same judgement over one moment; what never was is in no range but the open one."""
        if moment is None:
            return self.since is None and self.until is None
        after = self.since is None or moment >= self.since
        return after and (self.until is None or moment < self.until)


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

    def __post_init__(self) -> None:
        _few("tagsAny", self.tags_any)
        _few("tagsAll", self.tags_all)

    def match(self) -> Raw:
        """The whole condition over stored fields."""
        return self.wanted(NEWEST).match

    def wanted(self, order: Order) -> Wanted:
        """The same for a list in that order."""
        found = [*self._words(order), *self._labels()]
        ranges = (("createdAt", self.created), ("lastContactDate", self.last_contact))
        return Wanted(
            drivers=tuple(one for one in found if one.index),
            stretch=both(*(one.match(field) for field, one in ranges if field == order.keys[0])),
            rest=(
                *(one.match for one in found if not one.index),
                *(
                    given
                    for field, one in ranges
                    if field != order.keys[0] and (given := one.match(field))
                ),
            ),
            aside=None if order in BY_TIME else self._aside(order),
            nearly_all={"mergedInto": None},
        )

    def admits(self, contact: Raw) -> bool:
        """The same judgement over one raw document that is at hand."""
        tags = set(contact.get("tags") or ())
        return all(
            (
                contact.get("mergedInto") is None,
                set(search.sought(self.search)) <= set(contact.get("terms") or ()),
                self.status is None or contact.get("status") in self.status,
                self.tags_any is None or bool(tags & set(self.tags_any)),
                self.tags_all is None or tags >= set(self.tags_all),
                self._agrees(contact),
                self.assigned_agent in (None, contact.get("assignedAgent")),
                self.created.admits(contact.get("createdAt")),
                self.last_contact.admits(contact.get("lastContactDate")),
                search.says(contact.get("notes"), self.notes_text),
            )
        )

    def _agrees(self, contact: Raw) -> bool:
        told = (contact.get("preferences") or {}).get("smsOptIn")
        return self.sms_opt_in is None or told is self.sms_opt_in

    def _words(self, order: Order) -> Iterator[Driver]:
        """Words and pieces of numbers; one that has an index in this order only is checked."""
        for term in search.sought(self.search):
            if order is NAME and not term.isdecimal():
                yield among("names", "names", term)
            else:
                yield among("search" if order in BY_TIME else None, "terms", term)
        for word in search.said(self.notes_text):
            yield among("words" if order in BY_TIME else None, "words", word)

    def _labels(self) -> Iterator[Driver]:
        yield from (among("tags", "tags", tag) for tag in self.tags_all or ())
        if self.tags_any is not None:
            yield among("tags", "tags", *self.tags_any)
        if self.assigned_agent is not None:
            yield one_of("agent", "assignedAgent", [self.assigned_agent])
        if self.status is not None:
            yield one_of("status", "status", self.status)
        if self.sms_opt_in is not None:
            yield one_of("optIn", "preferences.smsOptIn", [self.sms_opt_in])

    def _aside(self, order: Order) -> Driver | None:
        """Of the words without an index in this order: what probably finds the fewest."""
        both_ = zip(self._words(order), self._words(NEWEST), strict=True)
        return next((newest for here, newest in both_ if not here.index), None)


@dataclass(frozen=True)
class ThreadFilter:
    """Conversations; every part that is given must hold.

    `merged_ids` are of contacts that have become `contact_id`.
    """

    status: tuple[str, ...] | None = None
    assigned_to: str | None = None
    unassigned: bool = False
    unread: bool | None = None
    contact_id: str | None = None
    sender: str | None = None
    merged_ids: tuple[str, ...] = ()

    def match(self) -> Raw:
        """The whole condition over stored fields."""
        return self.wanted(LATEST).match

    def wanted(self, _: Order) -> Wanted:
        """The same for a list; these have one order only."""
        rest = ({"unreadCount": {"$lte": 0}},) if self.unread is False else ()
        return Wanted(tuple(self._drivers()), rest=rest)

    def _drivers(self) -> Iterator[Driver]:
        yield from _contact(self.contact_id, self.merged_ids)
        if self.unread:
            yield Driver("unread", ({"unreadCount": {"$gt": 0}},))
        if self.assigned_to is not None or self.unassigned:
            yield Driver("assigned", self._assigned())
        if self.status is not None:
            yield one_of("status", "status", self.status)
        if self.sender is not None:
            yield one_of("sender", "sender", [self.sender])

    def _assigned(self) -> tuple[Raw, ...]:
        """Nobody can be both."""
        if self.unassigned:
            return () if self.assigned_to is not None else ({"assignedTo": {"$exists": False}},)
        return ({"assignedTo": self.assigned_to},)

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
                _is_with(thread, self.contact_id, self.merged_ids),
                self.sender is None or thread.get("sender") == self.sender,
            )
        )


@dataclass(frozen=True)
class MessageFilter:
    """Texts; every part that is given must hold. `phone` is E.164 and theirs or ours.

    `merged_ids` are of contacts that have become `contact_id`.
    """

    contact_id: str | None = None
    thread_id: str | None = None
    phone: str | None = None
    direction: str | None = None
    status: tuple[str, ...] | None = None
    text: str | None = None
    created: Range = Range()
    merged_ids: tuple[str, ...] = ()
    campaign_id: str | None = None

    def match(self) -> Raw:
        """The whole condition over stored fields."""
        return self.wanted(NEWEST).match

    def wanted(self, order: Order) -> Wanted:
        """The same for a list in that order."""
        return Wanted(tuple(self._drivers()), stretch=self.created.match(order.keys[0]))

    def _drivers(self) -> Iterator[Driver]:
        if self.thread_id is not None:
            yield Driver("thread", _links("threadId", [self.thread_id]))
        yield from _contact(self.contact_id, self.merged_ids)
        if self.campaign_id is not None:
            yield Driver("campaign", _links("campaignId", [self.campaign_id]))
        for word in search.said(self.text):
            yield among("words", "words", word)
        if self.phone is not None:
            to = one_of("to", "to", [self.phone])
            yield replace(one_of("from", "from", [self.phone]), other=to)
        if self.status is not None:
            # Which way is in the index before the time, so both are named when neither is wanted.
            ways = DIRECTIONS if self.direction is None else (self.direction,)
            both_ = product(dict.fromkeys(self.status), ways)
            yield Driver("status", tuple({"status": one, "direction": way} for one, way in both_))
        elif self.direction is not None:
            yield one_of("direction", "direction", [self.direction])

    def admits(self, message: Raw) -> bool:
        """The same judgement over one raw document that is at hand."""
        return all(
            (
                _is_with(message, self.contact_id, self.merged_ids),
                self.thread_id is None or str(message.get("threadId")) == self.thread_id,
                self.campaign_id is None or str(message.get("campaignId")) == self.campaign_id,
                self.phone is None or self.phone in (message.get("from"), message.get("to")),
                self.direction is None or message.get("direction") == self.direction,
                self.status is None or message.get("status") in self.status,
                self.created.admits(message.get("createdAt")),
                search.says(message.get("body"), self.text),
            )
        )


UNPLACED: Raw = {"unplaced": True}
"""Texts that came for a number which is not ours."""


def _few(field: str, values: tuple[str, ...] | None) -> None:
    if values and len(values) > MOST_VALUES:
        raise InvalidInput(TOO_MANY, fields=(FieldError(field, TOO_MANY),))


def _links(field: str, ids: Iterable[str]) -> tuple[Raw, ...]:
    """An id that cannot be one matches nothing, as a strange id does."""
    return tuple({field: ObjectId(one)} for one in ids if ObjectId.is_valid(one))


def _contact(own: str | None, merged: tuple[str, ...]) -> Iterator[Driver]:
    if own is not None:
        yield Driver("contact", _links("contactId", dict.fromkeys((own, *merged))))


def _is_with(document: Raw, own: str | None, merged: tuple[str, ...]) -> bool:
    return own is None or str(document.get("contactId")) in (own, *merged)
