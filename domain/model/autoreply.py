"""A rule that answers a customer's text by itself."""

from datetime import datetime

from mongoengine import BooleanField, DateTimeField, IntField, ListField, StringField

from domain.model.base import TOLERANT, Noun, index, present

MATCHES = ("exact", "starts_with", "contains")


class AutoReply(Noun):
    """`key` is the name as it is compared: no two rules have one. `body` has variables.

    `during_hours` True: only while the business is open; False: only while it is not; without it:
    always. The higher `priority` goes first. `origin` is what caused it, for each cause once.
    """

    meta = {**TOLERANT, "collection": "autoreplies"}
    INDEXES = (
        index("key", "key", unique=True),
        index("list", "-priority", "createdAt", "_id"),
        index("origin", "origin", unique=True, where=present("origin")),
    )

    name: str = StringField(required=True)
    key: str = StringField(required=True)
    keywords: list[str] = ListField(StringField())
    match: str = StringField(default="exact", choices=MATCHES)
    body: str = StringField(required=True)
    enabled: bool = BooleanField(default=True)
    during_hours: bool | None = BooleanField(db_field="duringHours")
    priority: int = IntField(default=0)
    origin: str | None = StringField()
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
    updated_at: datetime = DateTimeField(required=True, db_field="updatedAt")
