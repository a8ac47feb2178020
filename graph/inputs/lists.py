"""Conditions of lists."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import TypeVar

import strawberry
from strawberry import UNSET

from domain.rules import phone as phones
from domain.services.lists import filters
from domain.services.lists.orders import Order
from domain.services.lists.wanted import Wanted
from domain.services.people import contacts
from graph import enums
from graph.inputs import given
from graph.scalars import Phone

SHORT_CODE = 8
F = TypeVar("F", filters.ThreadFilter, filters.MessageFilter)


@strawberry.input(description="A stretch of time; either end may be open.")
class RangeInput:
    """Half-open."""

    from_: datetime | None = strawberry.field(
        default=UNSET, name="from", description="From this moment on."
    )
    to: datetime | None = strawberry.field(default=UNSET, description="Before this moment.")


@strawberry.input(description="Which contacts; every part that is given must hold.")
class ContactFilter:
    """Conditions of contacts."""

    status: list[enums.ContactStatus] | None = strawberry.field(
        default=UNSET, description="One of these."
    )
    tags_any: list[str] | None = strawberry.field(default=UNSET, description="With any of these.")
    tags_all: list[str] | None = strawberry.field(default=UNSET, description="With all of these.")
    sms_opt_in: bool | None = strawberry.field(
        default=UNSET, description="Whether they agreed to texts."
    )
    assigned_agent: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Looked after by this agent."
    )
    created: RangeInput | None = strawberry.field(default=UNSET, description="Made then.")
    last_contact: RangeInput | None = strawberry.field(
        default=UNSET, description="Last in touch then."
    )
    notes_text: str | None = strawberry.field(
        default=UNSET, description="All of these words in the notes, whole, in any order."
    )


@strawberry.input(description="Which conversations; every part that is given must hold.")
class ThreadFilter:
    """Conditions of conversations."""

    status: list[enums.ThreadStatus] | None = strawberry.field(
        default=UNSET, description="One of these."
    )
    assigned_to: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Answered by this agent."
    )
    unassigned: bool | None = strawberry.field(default=UNSET, description="Answered by nobody.")
    unread: bool | None = strawberry.field(
        default=UNSET, description="Whether there is something unread."
    )
    contact_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="With this contact."
    )
    sender_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="From this sender of ours."
    )


@strawberry.input(description="Which texts; every part that is given must hold.")
class MessageFilter:
    """Conditions of texts."""

    contact_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="With this contact."
    )
    thread_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="In this conversation."
    )
    phone: Phone | None = strawberry.field(default=UNSET, description="From or to this number.")
    direction: enums.Direction | None = strawberry.field(default=UNSET, description="That way.")
    status: list[enums.MessageStatus] | None = strawberry.field(
        default=UNSET, description="One of these."
    )
    campaign_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Of this campaign."
    )
    text: str | None = strawberry.field(
        default=UNSET, description="All of these words in the body, whole, in any order."
    )
    created: RangeInput | None = strawberry.field(default=UNSET, description="Committed then.")


def contact_filter(search: str | None, said: ContactFilter | None) -> filters.ContactFilter:
    """The domain's filter of contacts."""
    if not said:
        return filters.ContactFilter(search=search)
    return filters.ContactFilter(
        search=search,
        status=_stored(said.status),
        tags_any=_words(said.tags_any),
        tags_all=_words(said.tags_all),
        sms_opt_in=given(said.sms_opt_in),
        assigned_agent=said.assigned_agent or None,
        created=_range(said.created),
        last_contact=_range(said.last_contact),
        notes_text=said.notes_text or None,
    )


def thread_filter(said: ThreadFilter | None) -> filters.ThreadFilter:
    """The domain's filter of conversations."""
    if not said:
        return filters.ThreadFilter()
    return filters.ThreadFilter(
        status=_stored(said.status),
        assigned_to=said.assigned_to or None,
        unassigned=bool(said.unassigned),
        unread=given(said.unread),
        contact_id=said.contact_id or None,
        sender=said.sender_id or None,
    )


def message_filter(said: MessageFilter | None, region: str) -> filters.MessageFilter:
    """The domain's filter of texts; InvalidInput when its number cannot be read."""
    if not said:
        return filters.MessageFilter()
    return filters.MessageFilter(
        contact_id=said.contact_id or None,
        thread_id=said.thread_id or None,
        phone=number(said.phone or None, region),
        direction=said.direction.value if said.direction else None,
        status=_stored(said.status),
        campaign_id=said.campaign_id or None,
        text=said.text or None,
        created=_range(said.created),
    )


def whole(wanted: F, order: Order) -> Wanted:
    """What is wanted of a list, also of those who were merged into its contact; reads."""
    return with_merged(wanted).wanted(order)


def with_merged(wanted: F) -> F:
    """The same filter, also for those who were merged into its contact; reads."""
    if wanted.contact_id is None:
        return wanted
    own, *merged = contacts.family(wanted.contact_id)
    return replace(wanted, contact_id=own, merged_ids=tuple(merged))


def number(phone: str | None, region: str) -> str | None:
    """A number to look for: what is E.164 or a short code already, else read in the region."""
    plain = phone.strip() if phone else None
    if plain is None or phones.is_phone(plain) or (plain.isdecimal() and len(plain) <= SHORT_CODE):
        return plain
    return contacts.readable(plain, region)


def _range(said: RangeInput | None) -> filters.Range:
    return filters.Range(given(said.from_), given(said.to)) if said else filters.Range()


def _stored(members: Iterable[Enum] | None) -> tuple[str, ...] | None:
    return tuple(member.value for member in members) if members else None


def _words(words: Iterable[str] | None) -> tuple[str, ...] | None:
    return tuple(words) if words else None
