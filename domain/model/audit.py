"""Who did what to the installation and to people's data: written once, never changed."""

from datetime import datetime

from mongoengine import DateTimeField, DictField, EmbeddedDocumentField, StringField

from domain.model.base import TOLERANT, Author, Noun, index, present


class AuditEntry(Noun):
    """One deed: `action` is a stable word such as `token.create`, `subject` the id it is about.

    `facts` are short words about it, never what a text says, a name or a whole number. `origin`
    makes one entry of what repeats.
    """

    meta = {**TOLERANT, "collection": "audit"}
    INDEXES = (
        index("newest", "-createdAt", "-_id"),
        index("subject", "subject", "-createdAt", "-_id", where=present("subject")),
        index("origin", "origin", unique=True, where=present("origin")),
    )

    action: str = StringField(required=True)
    by: Author = EmbeddedDocumentField(Author, required=True)
    subject: str | None = StringField()
    ip: str | None = StringField()
    facts: dict[str, str] = DictField()
    origin: str | None = StringField()
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
