"""A short address of ours, and where it leads."""

from datetime import datetime

from mongoengine import DateTimeField, IntField, StringField

from domain.model.base import TOLERANT, Noun, index, present


class Link(Noun):
    """It stands in the text of that `origin`, which went to `phone`, and nowhere else.

    It leads to `target` until `expires_at`; one whose person was forgotten has no target any more,
    and nothing that tells of them. `clicks` of people, from `first_at` to `last_at`; machines that
    only look are not counted.
    """

    meta = {**TOLERANT, "collection": "links"}
    INDEXES = (
        index("code", "code", unique=True),
        index("cause", "origin", "target", unique=True, where=present("target")),
        index("phone", "phone", where=present("phone")),
        index("expired", "expiresAt"),
    )

    code: str = StringField(required=True)
    url: str = StringField(required=True)
    target: str | None = StringField()
    origin: str | None = StringField()
    phone: str | None = StringField()
    clicks: int = IntField(default=0)
    first_at: datetime | None = DateTimeField(db_field="firstAt")
    last_at: datetime | None = DateTimeField(db_field="lastAt")
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
    expires_at: datetime = DateTimeField(required=True, db_field="expiresAt")
