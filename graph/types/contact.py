"""A person we text with."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.scalars import JSON

from graph.enums import ConsentLevel, ContactMethod, ContactStatus
from graph.fields import field
from graph.scalars import Cursor, Phone
from graph.types.page import Connection, Pages
from graph.types.people import Agent
from graph.types.stored import Stored

if TYPE_CHECKING:
    from graph.types.activity import Activity
    from graph.types.message import Message
    from graph.types.thread import Thread

First = Annotated[int | None, strawberry.argument(description="How many, at most 200.")]
After = Annotated[
    Cursor | None, strawberry.argument(description="Begin after this cursor of the list.")
]


@strawberry.type(description="A postal address.")
class Address:
    """Every line is optional."""

    street: str | None = strawberry.field(description="Street and number.")
    city: str | None = strawberry.field(description="City.")
    state: str | None = strawberry.field(description="State.")
    zip: str | None = strawberry.field(description="ZIP code.")


@strawberry.type(description="What somebody wants to spend.")
class PriceRange:
    """Either end may be open."""

    min: Decimal | None = strawberry.field(description="At least.")
    max: Decimal | None = strawberry.field(description="At most.")


@strawberry.type(description="What somebody is looking for.")
class Interests:
    """As far as anybody noted it."""

    buying: bool | None = strawberry.field(description="Whether they want to buy.")
    selling: bool | None = strawberry.field(description="Whether they want to sell.")
    property_types: list[str] = strawberry.field(description="Which kinds of property.")
    locations: list[str] = strawberry.field(description="Where.")
    price_range: PriceRange | None = strawberry.field(description="For how much.")
    timeframe: str | None = strawberry.field(description="When.")


@strawberry.type(description="How somebody wants to be reached.")
class Preferences:
    """`smsOptIn` follows the consent events."""

    sms_opt_in: bool = strawberry.field(
        description="Whether they agreed to texts and have not revoked it."
    )
    email_opt_in: bool = strawberry.field(description="Whether they agreed to e-mails.")
    call_opt_in: bool = strawberry.field(description="Whether they agreed to calls.")
    preferred_contact_method: ContactMethod | None = strawberry.field(
        description="The way they like best."
    )


@strawberry.type(description="A view of the consent ledger.")
class Consent:
    """What the ledger says of the first number; a no to any of them counts."""

    marketing_consent: bool = strawberry.field(description="Agreed in writing to advertising.")
    tcpa_consent: bool = strawberry.field(description="Agreed with the disclosure shown.")
    consent_date: datetime | None = strawberry.field(description="When they last agreed.")
    consent_ip: str | None = strawberry.field(description="From which IP address.")
    level: ConsentLevel = strawberry.field(description="The strongest consent of the number.")
    opted_out_at: datetime | None = strawberry.field(
        description="Since when any number is opted out."
    )
    asked_at: datetime | None = strawberry.field(
        description="When they were asked to confirm what they agreed to, while that waits."
    )


@strawberry.type(description="A person we text with.")
class Contact(Stored):
    """One person, however many numbers."""

    id: strawberry.ID = strawberry.field(description="The contact's id.")
    first_name: str = strawberry.field(description="First name; a stranger's is their number.")
    last_name: str = strawberry.field(description="Last name.")
    name: str = strawberry.field(description="First and last name.")
    email: str | None = strawberry.field(description="E-mail address, lower-case.")
    phone: Phone = strawberry.field(description="The first number.")
    phones: list[Phone] = strawberry.field(description="All numbers, the first one first.")
    address: Address | None = strawberry.field(description="Postal address.")
    source: str | None = strawberry.field(description="Where the contact came from.")
    status: ContactStatus = strawberry.field(description="Where they stand with the business.")
    tags: list[str] = strawberry.field(description="Labels.")
    interests: Interests | None = strawberry.field(description="What they are looking for.")
    preferences: Preferences = strawberry.field(description="How they want to be reached.")
    consent: Consent = strawberry.field(description="A view of the consent ledger.")
    notes: str | None = strawberry.field(description="Anything else.")
    last_contact_date: datetime | None = strawberry.field(description="The last time in touch.")
    last_contact_method: ContactMethod | None = strawberry.field(description="And in which way.")
    assigned_agent: Agent | None = strawberry.field(description="Who looks after them.")
    timezone: str | None = strawberry.field(description="Their time zone, if it was said.")
    custom_fields: JSON | None = strawberry.field(description="Whatever else a program keeps.")
    do_not_call: bool = strawberry.field(description="Whether they must not be called.")
    created_at: datetime = strawberry.field(description="When the contact was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    pages: strawberry.Private[Pages]

    @field("Their conversations, the latest activity first.")
    def threads(
        self, first: First = 10, after: After = strawberry.UNSET
    ) -> Connection[Annotated["Thread", strawberry.lazy("graph.types.thread")]]:
        """Loaded with the page that this contact is on."""
        found: Connection[Thread] = self.pages["threads", first, after or None]
        return found

    @field("Their texts over all conversations, the newest first.")
    def messages(
        self, first: First = 50, after: After = strawberry.UNSET
    ) -> Connection[Annotated["Message", strawberry.lazy("graph.types.message")]]:
        """Loaded with the page that this contact is on."""
        found: Connection[Message] = self.pages["messages", first, after or None]
        return found

    @field("What happened: texts, consent, changes and notes, the newest first.")
    def timeline(
        self, first: First = 50, after: After = strawberry.UNSET
    ) -> Connection[Annotated["Activity", strawberry.lazy("graph.types.activity")]]:
        """Loaded with the page that this contact is on."""
        found: Connection[Activity] = self.pages["timeline", first, after or None]
        return found
