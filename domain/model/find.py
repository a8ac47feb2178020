"""What was found in the carrier's records and is not among our texts yet."""

from datetime import datetime

from mongoengine import DateTimeField, IntField, StringField

from domain.model.base import TOLERANT, Noun, index


class Find(Noun):
    """A customer's text that nobody told us of, until it is taken in; `media` files came with it.

    `tries` counts how often that was begun. Records tell times by the second: of those of one
    second the list had the last first, and `turn` is its place in the list.
    """

    meta = {**TOLERANT, "collection": "finds"}
    INDEXES = (
        index("sid", "sid", unique=True),
        index("order", "sentAt", "-turn", "_id"),
        index("sender", "from"),
    )

    sid: str = StringField(required=True)
    from_: str = StringField(required=True, db_field="from")
    to: str = StringField(required=True)
    service_sid: str | None = StringField(db_field="messagingServiceSid")
    body: str = StringField(default="")
    media: int = IntField(default=0)
    segments: int | None = IntField()
    sent_at: datetime = DateTimeField(required=True, db_field="sentAt")
    turn: int = IntField(default=0)
    tries: int = IntField(default=0)


class Gone(Noun):
    """A text of somebody who was forgotten: `key` is the hash of the carrier's id.

    Or of their number, of which all texts are gone that were sent before `at`. By it what the
    carrier still has is not taken for a text that was missed.
    """

    meta = {**TOLERANT, "collection": "gone"}
    INDEXES = (index("key", "key", unique=True), index("at", "at"))

    key: str = StringField(required=True)
    at: datetime = DateTimeField(required=True)
