"""Contacts as clients describe them."""

from contextlib import suppress
from decimal import Decimal, DecimalException
from enum import Enum
from typing import Any

import strawberry
from bson import Decimal128
from strawberry import UNSET
from strawberry.scalars import JSON

from domain.errors import FieldError, InvalidInput
from domain.model import contact as parts
from domain.services.people.fields import KEEP
from domain.services.people.profiles import Profile
from graph import enums
from graph.inputs import given
from graph.inputs.consent import ConsentInput
from graph.scalars import Phone

HIGHEST_PRICE = Decimal(10) ** 15
DIGITS = 30
BAD_PRICE = "This is not a price."
PLAIN = (
    "first_name",
    "last_name",
    "phone",
    "email",
    "source",
    "notes",
    "assigned_agent",
    "timezone",
    "custom_fields",
    "email_opt_in",
    "call_opt_in",
    "do_not_call",
)
LISTS = ("add_phones", "remove_phones", "add_tags", "remove_tags")


@strawberry.input(description="A postal address.")
class AddressInput:
    """Every line is optional."""

    street: str | None = strawberry.field(default=UNSET, description="Street and number.")
    city: str | None = strawberry.field(default=UNSET, description="City.")
    state: str | None = strawberry.field(default=UNSET, description="State.")
    zip: str | None = strawberry.field(default=UNSET, description="ZIP code.")


@strawberry.input(description="What somebody wants to spend.")
class PriceRangeInput:
    """Either end may be open."""

    min: Decimal | None = strawberry.field(default=UNSET, description="At least.")
    max: Decimal | None = strawberry.field(default=UNSET, description="At most.")


@strawberry.input(description="What somebody is looking for.")
class InterestsInput:
    """Replaces what was noted before."""

    buying: bool | None = strawberry.field(default=UNSET, description="Whether to buy.")
    selling: bool | None = strawberry.field(default=UNSET, description="Whether to sell.")
    property_types: list[str] | None = strawberry.field(
        default=UNSET, description="Which kinds of property."
    )
    locations: list[str] | None = strawberry.field(default=UNSET, description="Where.")
    price_range: PriceRangeInput | None = strawberry.field(
        default=UNSET, description="For how much."
    )
    timeframe: str | None = strawberry.field(default=UNSET, description="When.")


@strawberry.input(description="A new contact.")
class CreateContactInput:
    """Names and a phone number at least."""

    first_name: str = strawberry.field(description="First name.")
    last_name: str = strawberry.field(description="Last name.")
    phone: Phone = strawberry.field(description="Phone number in any usual form.")
    email: str | None = strawberry.field(default=UNSET, description="E-mail address.")
    address: AddressInput | None = strawberry.field(default=UNSET, description="Postal address.")
    source: str | None = strawberry.field(default=UNSET, description="Where they came from.")
    status: enums.ContactStatus | None = strawberry.field(
        default=enums.ContactStatus.NEW, description="Where they stand with the business."
    )
    tags: list[str] | None = strawberry.field(default=UNSET, description="Labels.")
    interests: InterestsInput | None = strawberry.field(
        default=UNSET, description="What they are looking for."
    )
    preferred_contact_method: enums.ContactMethod | None = strawberry.field(
        default=UNSET, description="The way they like best."
    )
    notes: str | None = strawberry.field(default=UNSET, description="Anything else.")
    assigned_agent: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Who looks after them."
    )
    timezone: str | None = strawberry.field(
        default=UNSET, description="Time zone, such as America/Los_Angeles."
    )
    custom_fields: JSON | None = strawberry.field(
        default=UNSET, description="Whatever else you keep: an object."
    )
    consent: ConsentInput | None = strawberry.field(
        default=UNSET, description="What they said about being texted."
    )
    email_opt_in: bool | None = strawberry.field(
        default=UNSET, description="Whether they agreed to e-mails."
    )
    call_opt_in: bool | None = strawberry.field(
        default=UNSET, description="Whether they agreed to calls."
    )
    idempotency_key: str | None = strawberry.field(
        default=UNSET, description="The same key makes one contact."
    )


@strawberry.input(description="What is to change; what is left out stays, null takes it away.")
class UpdateContactInput:
    """Any field, alone."""

    first_name: str | None = strawberry.field(default=UNSET, description="First name.")
    last_name: str | None = strawberry.field(default=UNSET, description="Last name.")
    phone: Phone | None = strawberry.field(
        default=UNSET, description="Another first number, in place of the present one."
    )
    add_phones: list[Phone] | None = strawberry.field(default=UNSET, description="More numbers.")
    remove_phones: list[Phone] | None = strawberry.field(
        default=UNSET, description="Numbers that are no longer theirs."
    )
    email: str | None = strawberry.field(default=UNSET, description="E-mail address.")
    address: AddressInput | None = strawberry.field(default=UNSET, description="Postal address.")
    source: str | None = strawberry.field(default=UNSET, description="Where they came from.")
    status: enums.ContactStatus | None = strawberry.field(
        default=UNSET, description="Where they stand with the business."
    )
    tags: list[str] | None = strawberry.field(default=UNSET, description="All labels anew.")
    add_tags: list[str] | None = strawberry.field(default=UNSET, description="More labels.")
    remove_tags: list[str] | None = strawberry.field(default=UNSET, description="Fewer labels.")
    interests: InterestsInput | None = strawberry.field(
        default=UNSET, description="What they are looking for."
    )
    preferred_contact_method: enums.ContactMethod | None = strawberry.field(
        default=UNSET, description="The way they like best."
    )
    notes: str | None = strawberry.field(default=UNSET, description="Anything else.")
    assigned_agent: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Who looks after them."
    )
    timezone: str | None = strawberry.field(
        default=UNSET, description="Time zone, such as America/Los_Angeles."
    )
    custom_fields: JSON | None = strawberry.field(
        default=UNSET, description="Whatever else you keep: an object."
    )
    email_opt_in: bool | None = strawberry.field(
        default=UNSET, description="Whether they agreed to e-mails."
    )
    call_opt_in: bool | None = strawberry.field(
        default=UNSET, description="Whether they agreed to calls."
    )
    do_not_call: bool | None = strawberry.field(
        default=UNSET, description="Whether they must not be called."
    )


def profile(said: CreateContactInput | UpdateContactInput) -> Profile:
    """The domain's word for what is said of a contact; what is not said stays."""
    taken = {name: getattr(said, name, UNSET) for name in PLAIN}
    words: dict[str, Any] = {name: KEEP if v is UNSET else v for name, v in taken.items()}
    for name in ("status", "preferred_contact_method"):
        member = getattr(said, name)
        words[name] = member.value if isinstance(member, Enum) else _said(member)
    words["preferred"] = words.pop("preferred_contact_method")
    words["tags"] = tuple(said.tags) if said.tags else _said(said.tags)
    words["address"] = _address(said.address) if said.address else _said(said.address)
    words["interests"] = _interests(said.interests) if said.interests else _said(said.interests)
    for name in LISTS:
        words[name] = tuple(getattr(said, name, None) or ())
    return Profile(**words)


def _said(value: Any) -> Any:
    return KEEP if value is UNSET else value


def _address(said: AddressInput) -> parts.Address:
    return parts.Address(
        street=said.street or None,
        city=said.city or None,
        state=said.state or None,
        zip=said.zip or None,
    )


def _interests(said: InterestsInput) -> parts.Interests:
    prices = said.price_range or None
    return parts.Interests(
        buying=given(said.buying),
        selling=given(said.selling),
        property_types=said.property_types or [],
        locations=said.locations or [],
        price_range=prices and parts.PriceRange(min=_price(prices.min), max=_price(prices.max)),
        timeframe=said.timeframe or None,
    )


def _price(value: Decimal | None) -> Decimal128 | None:
    """As the database keeps it; InvalidInput for what it cannot keep."""
    if value is None or value is UNSET:
        return None
    fits = value.is_finite() and value.copy_abs() <= HIGHEST_PRICE
    with suppress(DecimalException):  # closer to nothing than the database can tell
        if fits and len(value.as_tuple().digits) <= DIGITS:
            return Decimal128(value)
    raise InvalidInput(BAD_PRICE, fields=(FieldError("priceRange", BAD_PRICE),))
