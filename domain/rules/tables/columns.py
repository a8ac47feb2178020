"""Which column of a table says what of a contact, whatever the program that wrote it calls it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from domain.rules.tables.sheet import BadSheet

NAMES = (
    "phone",
    "otherPhones",
    "firstName",
    "lastName",
    "email",
    "street",
    "city",
    "state",
    "zip",
    "source",
    "status",
    "tags",
    "notes",
    "assignedAgent",
    "timezone",
    "preferredContactMethod",
    "emailOptIn",
    "callOptIn",
    "doNotCall",
    "ebrUntil",
    "buying",
    "selling",
    "propertyTypes",
    "locations",
    "priceMin",
    "priceMax",
    "timeframe",
    "customFields",
    "smsOptIn",
    "consentLevel",
    "consentDate",
    "consentIp",
    "consentWording",
    "consentEvidence",
    "consentMethod",
    "optedOut",
)
"""All columns that are read and written, in the order of an export."""
OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "name": "name",
        "fullname": "name",
        "contactname": "name",
        "phonenumber": "phone",
        "mobile": "phone",
        "mobilephone": "phone",
        "mobilenumber": "phone",
        "cell": "phone",
        "cellphone": "phone",
        "telephone": "phone",
        "phones": "otherPhones",
        "first": "firstName",
        "givenname": "firstName",
        "last": "lastName",
        "surname": "lastName",
        "familyname": "lastName",
        "emailaddress": "email",
        "address": "street",
        "addressstreet": "street",
        "streetaddress": "street",
        "addresscity": "city",
        "addressstate": "state",
        "addresszip": "zip",
        "zipcode": "zip",
        "postalcode": "zip",
        "leadsource": "source",
        "labels": "tags",
        "note": "notes",
        "agent": "assignedAgent",
        "preferencespreferredcontactmethod": "preferredContactMethod",
        "preferencesemailoptin": "emailOptIn",
        "preferencescalloptin": "callOptIn",
        "preferencessmsoptin": "smsOptIn",
        "smsconsent": "smsOptIn",
        "textoptin": "smsOptIn",
        "consent": "smsOptIn",
        "consentconsentdate": "consentDate",
        "consentconsentip": "consentIp",
        "consentip": "consentIp",
        "optedoutat": "optedOut",
        "optout": "optedOut",
        "smsoptout": "optedOut",
        "unsubscribed": "optedOut",
    }
)
IGNORED = frozenset(
    {"id", "rev", "v", "createdat", "updatedat", "lastcontactdate", "lastcontactmethod"}
    | {"marketingconsent", "tcpaconsent", "consentmarketingconsent", "consenttcpaconsent"}
)
LONGEST_NAME = 100
NO_PHONE = "There is no column `phone`: the first row must name the columns, one of them `phone`."
TWICE = "Two columns are read as `{name}`: rename or remove one of them."
NAMELESS = "The name of a column is longer than {most} characters: is the first row missing?"
_KNOWN = MappingProxyType({name.casefold(): name for name in NAMES} | dict(OTHERS))


@dataclass(frozen=True)
class Column:
    """What one column says: a field of ours, a custom field of that name, or nothing."""

    field: str | None = None
    custom: str | None = None


def understood(header: Sequence[str]) -> tuple[Column, ...]:
    """What each column says; BadSheet when the phone is missing or something is said twice."""
    found = tuple(_column(name) for name in header)
    said = [one.field or one.custom for one in found if one.field or one.custom]
    for name in said:
        if said.count(name) > 1:
            raise BadSheet(TWICE.format(name=name))
    if "phone" not in said:
        raise BadSheet(NO_PHONE)
    return found


def _column(name: str) -> Column:
    if len(name) > LONGEST_NAME:
        raise BadSheet(NAMELESS.format(most=LONGEST_NAME))
    word = re.sub(r"[\W_]+", "", name.casefold())
    if word in _KNOWN:
        return Column(field=_KNOWN[word])
    if not name or word in IGNORED:
        return Column()
    return Column(custom=name.replace(".", " ").lstrip("$").strip() or None)
