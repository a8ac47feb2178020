"""A person we text with: the CRM's `contacts` collection, field names as it has them."""

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    Decimal128Field,
    DictField,
    EmbeddedDocumentField,
    ListField,
    ObjectIdField,
    StringField,
)
from pymongo import IndexModel

from domain.model.base import TOLERANT, Noun, Part, index, present

STATUSES = ("new", "contacted", "qualified", "nurturing", "client", "inactive")
METHODS = ("sms", "email", "phone", "in-person")


NEWEST = ("-createdAt", "-_id")
BY_LAST_CONTACT = ("-lastContactDate", "-_id")
BY_NAME = ("lastName", "firstName", "_id")


def _labelled(name: str, field: str) -> tuple[IndexModel, ...]:
    """A field's indexes, one for each order in which contacts are listed."""
    return (
        index(name, field, *NEWEST),
        index(f"{name}ByLastContact", field, *BY_LAST_CONTACT),
        index(f"{name}ByName", field, *BY_NAME),
    )


class Address(Part):
    """A postal address, every line optional."""

    street: str | None = StringField()
    city: str | None = StringField()
    state: str | None = StringField()
    zip: str | None = StringField()


class PriceRange(Part):
    """What somebody wants to spend."""

    min = Decimal128Field()
    max = Decimal128Field()


class Interests(Part):
    """What somebody is looking for."""

    buying: bool | None = BooleanField()
    selling: bool | None = BooleanField()
    property_types: list[str] = ListField(StringField(), db_field="propertyTypes")
    locations: list[str] = ListField(StringField())
    price_range: PriceRange | None = EmbeddedDocumentField(PriceRange, db_field="priceRange")
    timeframe: str | None = StringField()


class Preferences(Part):
    """Ways of being reached; `sms_opt_in` follows the consent events and is set by them alone."""

    sms_opt_in: bool = BooleanField(default=False, db_field="smsOptIn")
    email_opt_in: bool = BooleanField(default=False, db_field="emailOptIn")
    call_opt_in: bool = BooleanField(default=False, db_field="callOptIn")
    preferred: str | None = StringField(db_field="preferredContactMethod")


class Consent(Part):
    """The ledger's state as the CRM's readers expect to find it."""

    marketing: bool = BooleanField(default=False, db_field="marketingConsent")
    tcpa: bool = BooleanField(default=False, db_field="tcpaConsent")
    date: datetime | None = DateTimeField(db_field="consentDate")
    ip: str | None = StringField(db_field="consentIp")


class Contact(Noun):
    """One person. `phones` are all their numbers, `phone` the first; `import_ids` named them.

    `terms`, `names` and `words` are what search finds it by (`domain.rules.search`).
    """

    meta = {**TOLERANT, "collection": "contacts"}
    INDEXES = (
        index("phones", "phones", unique=True, where=present("phones")),
        index("search", "terms", *NEWEST),
        index("namesByName", "names", *BY_NAME),
        index("words", "words", *NEWEST),
        index("newest", *NEWEST),
        index("lastContact", *BY_LAST_CONTACT),
        index("name", *BY_NAME),
        *_labelled("status", "status"),
        *_labelled("agent", "assignedAgent"),
        *_labelled("tags", "tags"),
        *_labelled("optIn", "preferences.smsOptIn"),
        index("email", "email", where=present("email")),
        index("origin", "origin", unique=True, where=present("origin")),
        index("merged", "mergedInto", where=present("mergedInto")),
        index("imports", "importIds", *NEWEST, where=present("importIds")),
    )

    origin: str | None = StringField()
    first_name: str = StringField(required=True, db_field="firstName")
    last_name: str = StringField(default="", db_field="lastName")
    phone: str = StringField(required=True)
    phones: list[str] = ListField(StringField())
    email: str | None = StringField()
    address: Address | None = EmbeddedDocumentField(Address)
    source: str | None = StringField()
    notes: str | None = StringField()
    assigned_agent: str | None = StringField(db_field="assignedAgent")
    status: str = StringField(default="new", choices=STATUSES)
    tags: list[str] = ListField(StringField())
    interests: Interests | None = EmbeddedDocumentField(Interests)
    preferences: Preferences = EmbeddedDocumentField(Preferences, default=Preferences)
    consent: Consent = EmbeddedDocumentField(Consent, default=Consent)
    last_contact_date: datetime | None = DateTimeField(db_field="lastContactDate")
    last_contact_method: str | None = StringField(db_field="lastContactMethod", choices=METHODS)
    timezone: str | None = StringField()
    custom_fields: dict[str, object] = DictField(db_field="customFields")
    do_not_call: bool = BooleanField(default=False, db_field="doNotCall")
    merged_into = ObjectIdField(db_field="mergedInto")
    merged_ids = ListField(ObjectIdField(), db_field="mergedIds")
    import_ids = ListField(ObjectIdField(), db_field="importIds")
    erasing_since: datetime | None = DateTimeField(db_field="erasingSince")
    terms: list[str] = ListField(StringField())
    names: list[str] = ListField(StringField())
    words: list[str] = ListField(StringField())
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
    updated_at: datetime = DateTimeField(required=True, db_field="updatedAt")

    @property
    def name(self) -> str:
        """First and last name as people write them."""
        return f"{self.first_name} {self.last_name}".strip()
