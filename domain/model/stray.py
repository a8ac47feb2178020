"""Signed reports that fit no message of ours: kept, so that somebody can look."""

from datetime import datetime

from mongoengine import DateTimeField, DictField, StringField

from domain.model.base import TOLERANT, Noun, index, present


class Stray(Noun):
    """One report as it came, under its supplier's id and word so that repeats fold into one."""

    meta = {**TOLERANT, "collection": "strays"}
    INDEXES = (
        index("origin", "origin", unique=True),
        index("newest", "-createdAt", "-_id"),
        index("from", "raw.From", where=present("raw.From")),
        index("to", "raw.To", where=present("raw.To")),
    )

    origin: str = StringField(required=True)
    kind: str = StringField(required=True)
    raw: dict[str, str] = DictField()
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
