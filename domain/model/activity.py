"""What happened to a contact beside texts and consent: notes, changes, merges."""

from datetime import datetime

from mongoengine import DateTimeField, EmbeddedDocumentField, ObjectIdField, StringField

from domain.model.base import TOLERANT, Author, Noun, index, present


class Activity(Noun):
    """One line of a contact's timeline; `kind` is a stable word, `origin` makes it happen once."""

    meta = {**TOLERANT, "collection": "activities"}
    INDEXES = (
        index("contact", "contactId", "-at", "-_id"),
        index("origin", "origin", unique=True, where=present("origin")),
    )

    origin: str | None = StringField()
    contact_id = ObjectIdField(required=True, db_field="contactId")
    kind: str = StringField(required=True)
    text: str = StringField(default="")
    author: Author = EmbeddedDocumentField(Author, default=Author)
    message_id = ObjectIdField(db_field="messageId")
    at: datetime = DateTimeField(required=True)
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
