"""Words that are sent again and again, with variables."""

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocumentField,
    IntField,
    ListField,
    StringField,
)

from domain.model.base import TOLERANT, Noun, Slot, index, present


class Template(Noun):
    """`desk` is whose it is: `shared`, or its owner's; within one, a name is there once.

    A removed one keeps its place for the texts that were made of it, without desk and key.
    `origin` is set on those that come with the product, so that each comes once. `usage` is due
    when `times_used` is to be counted anew.
    """

    meta = {**TOLERANT, "collection": "templates"}
    INDEXES = (
        index("name", "desk", "key", unique=True, where=present("key")),
        index("desk", "desk", "key", "_id"),
        index("search", "found", "key", "_id"),
        index("found", "desk", "found", "key", where=present("key")),
        index("origin", "origin", unique=True, where=present("origin")),
        index("usage", "usage.due_at", where=present("usage.due_at")),
    )

    name: str = StringField(required=True)
    body: str = StringField(required=True)
    shared: bool = BooleanField(default=True)
    owner: str | None = StringField()
    desk: str | None = StringField()
    key: str | None = StringField()
    found: list[str] = ListField(StringField())
    origin: str | None = StringField()
    times_used: int = IntField(default=0, db_field="timesUsed")
    usage: Slot | None = EmbeddedDocumentField(Slot)
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
    updated_at: datetime = DateTimeField(required=True, db_field="updatedAt")
    removed_at: datetime | None = DateTimeField(db_field="removedAt")
