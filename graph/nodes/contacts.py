"""Contacts as the API shows them."""

from datetime import datetime

from graph import enums
from graph.enums import known
from graph.nodes.stored import Raw, decimal, identity, optional
from graph.scalars import Phone
from graph.types.contact import Address, Consent, Contact, Interests, Preferences, PriceRange
from graph.types.people import Agent


def contact(raw: Raw, agent: Agent | None, number: Raw | None) -> Contact:
    """A contact; `number` is the state of its first number, where that was asked for."""
    first, last = raw.get("firstName") or "", raw.get("lastName") or ""
    return Contact(
        id=identity(raw),
        first_name=first,
        last_name=last,
        name=f"{first} {last}".strip(),
        email=raw.get("email"),
        phone=Phone(raw["phone"]),
        phones=[Phone(one) for one in raw.get("phones") or [raw["phone"]]],
        address=_address(raw.get("address")),
        source=raw.get("source"),
        status=known(enums.ContactStatus, raw.get("status"), enums.ContactStatus.NEW),
        tags=list(raw.get("tags") or ()),
        interests=_interests(raw.get("interests")),
        preferences=_preferences(raw.get("preferences") or {}),
        consent=_consent(raw.get("consent") or {}, number or {}),
        notes=raw.get("notes"),
        last_contact_date=raw.get("lastContactDate"),
        last_contact_method=optional(enums.ContactMethod, raw.get("lastContactMethod")),
        assigned_agent=agent,
        timezone=raw.get("timezone"),
        custom_fields=raw.get("customFields"),
        do_not_call=bool(raw.get("doNotCall")),
        created_at=raw["createdAt"],
        updated_at=raw.get("updatedAt") or raw["createdAt"],
        pages={},
    )


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
    )
