"""Contacts as the API shows them."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from graph import enums
from graph.enums import known
from graph.nodes.stored import (
    ID,
    Raw,
    Selected,
    as_kept,
    beside,
    decimal,
    made,
    one_of,
    optional,
)
from graph.types.contact import Address, Consent, Contact, Interests, Preferences, PriceRange
from graph.types.people import Agent
from graph.types.stored import Source, Sources

NUMBER = " number"  # no stored field is called so


def contact(raw: Raw, what: Selected, agent: Agent | None, number: Raw | None) -> Contact:
    """A contact; `number` is the state of its first number, where that was asked for."""
    known = raw if number is None else {**raw, NUMBER: number}
    return made(Contact, what, known, assigned_agent=agent, pages={})


def spoken_for(raw: Raw, known: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The state of the contact's first number; a block on any of theirs is a block."""
    theirs = (known.get(phone, {}) for phone in raw.get("phones") or [raw.get("phone") or ""])
    blocked = [one["blockedAt"] for one in theirs if one.get("blocked") and one.get("blockedAt")]
    first = known.get(raw.get("phone") or "", {})
    return {**first, "blocked": True, "blockedAt": min(blocked)} if blocked else first


def _address(raw: Raw | None) -> Address | None:
    if not raw:
        return None
    return Address(**{name: raw.get(name) for name in ("street", "city", "state", "zip")})


def _interests(raw: Raw | None) -> Interests | None:
    if not raw:
        return None
    prices = raw.get("priceRange")
    return Interests(
        buying=raw.get("buying"),
        selling=raw.get("selling"),
        property_types=list(raw.get("propertyTypes") or ()),
        locations=list(raw.get("locations") or ()),
        price_range=_prices(prices) if prices else None,
        timeframe=raw.get("timeframe"),
    )


def _prices(raw: Raw) -> PriceRange:
    return PriceRange(min=decimal(raw.get("min")), max=decimal(raw.get("max")))


def _preferences(raw: Raw) -> Preferences:
    return Preferences(
        sms_opt_in=bool(raw.get("smsOptIn")),
        email_opt_in=bool(raw.get("emailOptIn")),
        call_opt_in=bool(raw.get("callOptIn")),
        preferred_contact_method=optional(enums.ContactMethod, raw.get("preferredContactMethod")),
    )


def _consent(raw: Raw, number: Raw) -> Consent:
    opted_out_at: datetime | None = number.get("blockedAt") if number.get("blocked") else None
    return Consent(
        marketing_consent=bool(raw.get("marketingConsent")),
        tcpa_consent=bool(raw.get("tcpaConsent")),
        consent_date=raw.get("consentDate"),
        consent_ip=raw.get("consentIp"),
        level=known(enums.ConsentLevel, number.get("level"), enums.ConsentLevel.NONE),
        opted_out_at=opted_out_at,
        asked_at=number.get("pendingAt") if number.get("pending") else None,
    )


def _name(raw: Raw) -> str:
    return f"{raw.get('firstName') or ''} {raw.get('lastName') or ''}".strip()


CONTACT: Sources = MappingProxyType(
    {
        "id": ID,
        "first_name": as_kept("firstName", ""),
        "last_name": as_kept("lastName", ""),
        "name": Source(("firstName", "lastName"), _name),
        "email": as_kept("email"),
        "phone": as_kept("phone", ""),
        "phones": Source(
            ("phones", "phone"), lambda raw: list(raw.get("phones") or [raw.get("phone") or ""])
        ),
        "address": Source(("address",), lambda raw: _address(raw.get("address"))),
        "source": as_kept("source"),
        "status": one_of(enums.ContactStatus, "status", enums.ContactStatus.NEW),
        "tags": Source(("tags",), lambda raw: list(raw.get("tags") or ())),
        "interests": Source(("interests",), lambda raw: _interests(raw.get("interests"))),
        "preferences": Source(
            ("preferences",), lambda raw: _preferences(raw.get("preferences") or {})
        ),
        "consent": Source(
            ("consent", "phone", "phones"),
            lambda raw: _consent(raw.get("consent") or {}, raw.get(NUMBER) or {}),
        ),
        "notes": as_kept("notes"),
        "last_contact_date": as_kept("lastContactDate"),
        "last_contact_method": Source(
            ("lastContactMethod",),
            lambda raw: optional(enums.ContactMethod, raw.get("lastContactMethod")),
        ),
        "assigned_agent": beside("assignedAgent"),
        "timezone": as_kept("timezone"),
        "custom_fields": Source(("customFields",), lambda raw: raw.get("customFields")),
        "do_not_call": Source(("doNotCall",), lambda raw: bool(raw.get("doNotCall"))),
        "created_at": as_kept("createdAt"),
        "updated_at": Source(
            ("updatedAt", "createdAt"), lambda raw: raw.get("updatedAt") or raw["createdAt"]
        ),
    }
)
