"""What is done again and again for the whole house, one document each."""

from datetime import datetime

from mongoengine import DateTimeField, EmbeddedDocumentField, StringField

from domain.model.base import TOLERANT, Noun, Slot, index, present
from domain.model.look import Look


class Chore(Noun):
    """How far a chore has come, and whether it works.

    `done` is the last day that is done with, as `YYYY-MM-DD`. `trouble` is why it does not work
    until somebody puts something right, since `troubled_at`. `look` is of the one that looks
    through the carrier's records.
    """

    meta = {**TOLERANT, "collection": "chores"}
    INDEXES = (
        index("name", "name", unique=True),
        index("work", "work.due_at", where=present("work.due_at")),
    )

    name: str = StringField(required=True)
    done: str | None = StringField()
    trouble: str | None = StringField()
    troubled_at: datetime | None = DateTimeField(db_field="troubledAt")
    work: Slot | None = EmbeddedDocumentField(Slot)
    look: Look | None = EmbeddedDocumentField(Look)
