"""When the outside world was last heard of."""

from datetime import datetime

from mongoengine import DateTimeField, StringField

from domain.model.base import TOLERANT, Noun, index


class Hearing(Noun):
    """By who speaks (`slack`): when something of theirs came, to the minute, and when a request
    that looked like theirs was refused for its signature.
    """

    meta = {**TOLERANT, "collection": "hearings"}
    INDEXES = (index("name", "name", unique=True),)

    name: str = StringField(required=True)
    heard_at: datetime | None = DateTimeField(db_field="heardAt")
    refused_at: datetime | None = DateTimeField(db_field="refusedAt")
