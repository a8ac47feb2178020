"""The ledger: what a person said about being texted, never changed and never deleted."""

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocumentField,
    ObjectIdField,
    StringField,
)

from domain.model.base import TOLERANT, Author, Noun, index
from domain.rules.ledger import ACTIONS


class ConsentEvent(Noun):
    """One statement about a number, with its proof. `origin` makes it happen once."""

    meta = {**TOLERANT, "collection": "consentevents"}
    INDEXES = (
        index("origin", "origin", unique=True),
        index("phone", "phone", "-recordedAt", "-_id"),
        index("contact", "contactId", "-recordedAt", "-_id"),
    )

    origin: str = StringField(required=True)
    phone: str = StringField(required=True)
    contact_id = ObjectIdField(db_field="contactId")
    action: str = StringField(required=True, choices=ACTIONS)
    level: str = StringField(default="none")
    scope: str = StringField(default="all", choices=("program", "all"))
    method: str = StringField(required=True)
    at: datetime = DateTimeField(required=True)
    wording: str | None = StringField()
    disclosed: bool | None = BooleanField()
    wording_version: str | None = StringField(db_field="wordingVersion")
    ip: str | None = StringField()
    user_agent: str | None = StringField(db_field="userAgent")
    evidence_url: str | None = StringField(db_field="evidenceUrl")
    note: str | None = StringField()
    message_sid: str | None = StringField(db_field="messageSid")
    recorded_by: Author = EmbeddedDocumentField(Author, db_field="recordedBy", default=Author)
    recorded_at: datetime = DateTimeField(required=True, db_field="recordedAt")
    recorded_from_ip: str | None = StringField(db_field="recordedFromIp")
