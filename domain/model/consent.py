"""The ledger: what a person said about being texted. Documents are only ever inserted."""

from datetime import datetime

from bson import ObjectId
from mongoengine import (
    BinaryField,
    BooleanField,
    DateTimeField,
    EmbeddedDocumentField,
    IntField,
    ObjectIdField,
    StringField,
)

from domain.model.base import TOLERANT, Author, Noun, index
from domain.rules.consent.ledger import ACTIONS, PROOFS


class ConsentEvent(Noun):
    """One statement about a number. What tells of a person is in `sealed` alone.

    `number` is the id of its NumberKey and `place` counts that number's events, in the order in
    which they took effect. `proof` says what stands behind it. `origin`, a digest of what caused
    it, makes it happen once.
    """

    meta = {**TOLERANT, "collection": "ledger"}
    INDEXES = (
        index("origin", "origin", unique=True),
        index("place", "number", "place", unique=True),
        index("number", "number", "-recordedAt", "-_id"),
        index("contact", "contactId", "-recordedAt", "-_id"),
        index("left", "at", where={"action": "opt_out"}),
    )

    origin: str = StringField(required=True)
    number: ObjectId = ObjectIdField(required=True)
    place: int = IntField(required=True)
    contact_id = ObjectIdField(db_field="contactId")
    action: str = StringField(required=True, choices=ACTIONS)
    level: str = StringField(default="none")
    scope: str = StringField(default="all", choices=("program", "all"))
    method: str = StringField(required=True)
    at: datetime = DateTimeField(required=True)
    disclosed: bool | None = BooleanField()
    wording_version: str | None = StringField(db_field="wordingVersion")
    wording_hash: str | None = StringField(db_field="wordingHash")
    proof: str | None = StringField(choices=PROOFS)
    recorded_by: Author = EmbeddedDocumentField(Author, db_field="recordedBy", default=Author)
    recorded_at: datetime = DateTimeField(required=True, db_field="recordedAt")
    sealed: bytes | None = BinaryField()
