"""A database as an earlier Node/Mongoose CRM left it: its indexes, its habits, its mistakes."""

from datetime import UTC, datetime
from typing import Any

from bson import ObjectId
from pymongo.database import Database

Raw = dict[str, Any]
OURS = "+15550009999"


def day(number: int) -> datetime:
    """A day of the year before."""
    return datetime(2025, 1, 1, 9, tzinfo=UTC).replace(month=1 + number // 28, day=1 + number % 28)


def own(number: int) -> ObjectId:
    """The id of the contact or text with that number."""
    return ObjectId(f"{number:024x}")


CONTACTS: list[Raw] = [
    {
        "_id": own(1),
        "firstName": "Jane",
        "lastName": "Doe",
        "phone": "(760) 555-1234",
        "email": "Jane@Example.com",
        "status": "Client",
        "tags": [" vip ", "vip", None],
        "address": {"street": "1 Main St", "geo": {"lat": 1.5}},
        "preferences": {"smsOptIn": True, "emailOptIn": False, "theme": "dark"},
        "consent": {
            "marketingConsent": True,
            "tcpaConsent": True,
            "consentDate": day(10),
            "consentIp": "203.0.113.9",
        },
        "lastContactMethod": "in-person",
        "lastContactDate": day(40),
        "assignedAgent": own(77),
        "createdAt": day(1),
        "updatedAt": day(41),
        "__v": 3,
        "leadScore": 42,
    },
    {"_id": own(2), "firstName": "Twin", "lastName": "Doe", "phone": "760-555-1234"},
    {"_id": own(3), "firstName": "Bad", "lastName": "Number", "phone": "call the office"},
    {"_id": own(4), "firstName": "No", "lastName": "Number", "phone": None, "email": None},
    {
        "_id": own(5),
        "firstName": "Opted",
        "lastName": "Out",
        "phone": "+17605550005",
        "preferences": {"smsOptIn": True},
        "createdAt": day(2),
    },
    {
        "_id": own(6),
        "firstName": "Came",
        "lastName": "Back",
        "phone": "+17605550006",
        "preferences": {"smsOptIn": True},
        "consent": {"consentDate": day(60)},
        "createdAt": day(3),
    },
    {
        "_id": own(7),
        "firstName": "Silent",
        "lastName": "One",
        "phone": "+17605550007",
        "preferences": {"smsOptIn": False},
        "lastContactMethod": "IN_PERSON",
        "createdAt": day(4),
    },
]


def _text(number: int, theirs: str, at: int, **fields: Any) -> Raw:
    inbound = fields.get("direction", "inbound") == "inbound"
    sides = {"from": theirs, "to": OURS} if inbound else {"from": OURS, "to": theirs}
    sid = {"twilioMessageSid": f"SM{number:032x}"}
    common = {"_id": own(100 + number), "createdAt": day(at), "contactId": str(own(1))}
    return common | sid | sides | {"direction": "inbound", "status": "received"} | fields


def _unsent(number: int, status: str) -> Raw:
    made = _text(number, "+17605551234", 50, direction="outbound", status=status, body="draft")
    del made["twilioMessageSid"]
    return made


TEXTS: list[Raw] = [
    _text(1, "+17605551234", 20, body="Is it still for sale?"),
    _text(
        2,
        "7605551234",
        21,
        body="Yes, come and see it",
        direction="outbound-api",
        status="delivered",
        price="-0.00790",
        errorCode="30003",
        campaign={"name": "spring"},
    )
    | {"from": OURS, "to": "7605551234"},
    _unsent(3, "queued"),
    _unsent(4, "draft"),
    _unsent(5, "failed"),
    _text(6, "+17605550005", 30, body="STOP"),
    _text(7, "+17605550006", 31, body="Stop."),
    _text(8, "+17605550008", 32, body="Who is this?", mediaUrls=None),
    _text(9, "", 33, body="from nobody"),
    _text(
        10, "+17605550007", 34, direction="outbound", status="failed", errorCode=21610, body="Hi"
    ),
]


STRANGE_CONTACTS: list[Raw] = [
    {"_id": "a string", "firstName": "Odd", "phone": 7605550021, "preferences": "yes"},
    {"_id": own(22), "firstName": 7, "address": "12 Main St", "consent": [], "origin": "web"},
    {"_id": own(23), "email": ["a@b.c"], "tags": {"a": 1}, "interests": 3, "origin": "web"},
    {
        "_id": own(24),
        "phone": "+17605550024",
        "preferences": {"smsOptIn": True, "emailOptIn": "no"},
        "consent": {"consentDate": "last year", "marketingConsent": "yes"},
        "address": {"zip": 92101},
        "lastContactDate": "2025-02-03T00:00:00Z",
        "createdAt": "yesterday",
    },
]
STRANGE_TEXTS: list[Raw] = [
    {"_id": own(151), "from": 17605550024, "to": OURS, "direction": "inbound", "body": "stop"},
    {"_id": own(152), "body": {"html": "<p>"}, "status": 5, "sentBy": own(9), "media": "x.png"},
    {"_id": own(153), "from": OURS, "to": "+17605550024", "statusHistory": "x", "errorCode": "?"},
    {"_id": 154, "from": OURS, "to": "+17605550024", "twilioMessageSid": "SM154", "origin": "web"},
]


def left_behind(db: Database[Raw]) -> None:
    """Fill the database as the CRM did: sparse unique ids, a unique phone, its own text indexes."""
    contacts, texts = db["contacts"], db["smsmessages"]
    for collection in (contacts, texts):
        collection.drop()
    contacts.create_index("phone", unique=True, sparse=True)
    contacts.create_index("email")
    contacts.create_index([("createdAt", -1)])
    contacts.create_index([("firstName", "text"), ("notes", "text")], name="contact_text")
    texts.create_index("twilioMessageSid", unique=True, sparse=True)
    texts.create_index([("body", "text")])
    texts.create_index([("contactId", 1), ("createdAt", -1)])
    contacts.insert_many([dict(one) for one in CONTACTS])
    texts.insert_many([dict(one) for one in TEXTS])
