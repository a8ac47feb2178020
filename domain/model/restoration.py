"""That this database is, or is becoming, what it was at an earlier moment."""

from datetime import datetime

from mongoengine import DateTimeField, IntField, StringField

from domain.model.base import TOLERANT, Noun, index

LOADING, READING, DONE = "loading", "reading", "done"


class Restoration(Noun):
    """The one restoration; those before it are forgotten. What is backed up is without it.

    Loading: its documents are put in, and nothing serves. Reading: nothing leaves before the
    carrier's records since `taken_at` were looked through. `backup` tells which one it is of.
    """

    meta = {**TOLERANT, "collection": "restorations"}
    INDEXES = (index("place", "place", unique=True),)

    place: str = StringField(required=True, default="only")
    state: str = StringField(required=True, choices=(LOADING, READING, DONE))
    backup: str = StringField(default="")
    taken_at: datetime = DateTimeField(required=True, db_field="takenAt")
    restored_at: datetime | None = DateTimeField(db_field="restoredAt")
    texts: int = IntField(default=0)
    campaigns: int = IntField(default=0)
