"""What happened to a contact beside texts and consent: notes, changes, merges."""

from datetime import datetime

from mongoengine import (
    DateTimeField,
    Decimal128Field,
    EmbeddedDocumentField,
    ObjectIdField,
    StringField,
)

from domain.model.base import TOLERANT, Author, Noun, index, present


class Activity(Noun):
    """One line of a contact's timeline; `kind` is a stable word, `origin` makes it happen once.

    `amount` is what they brought, in the currency of the prices, if it is of kind `value`;
    `campaign_id`: the campaign to which that is owed. A change of status has it `before` and
    `after`; `asked` is the digest of what was asked under that `origin`.
    """

    meta = {**TOLERANT, "collection": "activities"}
    INDEXES = (
        index("contact", "contactId", "-at", "-_id"),
        index("value", "campaignId", "at", where=present("amount")),
        index("kind", "kind", "at"),
        index("origin", "origin", unique=True, where=present("origin")),
    )

    origin: str | None = StringField()
    contact_id = ObjectIdField(required=True, db_field="contactId")
    kind: str = StringField(required=True)
    text: str = StringField(default="")
    author: Author = EmbeddedDocumentField(Author, default=Author)
    message_id = ObjectIdField(db_field="messageId")
    amount = Decimal128Field()
    campaign_id = ObjectIdField(db_field="campaignId")
    before: str | None = StringField()
    after: str | None = StringField()
    asked: str | None = StringField()
    at: datetime = DateTimeField(required=True)
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
