"""What the last look at each part of the installation found, and what of it has been told."""

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocumentField,
    IntField,
    StringField,
)
from pymongo import ASCENDING, IndexModel

from domain.model.base import TOLERANT, Noun, Slot, index, present

STATES = ("fine", "failed")
A_MONTH = 30 * 24 * 3600


class Checkup(Noun):
    """One part: what it said when it was last looked at.

    `kept` parts are shown as they were then; the others are looked at whenever somebody asks.
    `state` is what counts as known: it changes only after `looks` that agree, of which the first
    was at `since`. It has been so from `turned_at`; while `untold`, alarms are still to be made.
    """

    meta = {**TOLERANT, "collection": "checkups"}
    INDEXES = (
        index("name", "name", unique=True),
        index("untold", "untold", where=present("untold")),
    )

    name: str = StringField(required=True)
    status: str = StringField(default="ok")
    message: str = StringField(default="")
    fix: str | None = StringField()
    seen_at: datetime | None = DateTimeField(db_field="seenAt")
    kept: bool = BooleanField(default=False)
    state: str = StringField(default="fine", choices=STATES)
    looks: int = IntField(default=0)
    since: datetime | None = DateTimeField()
    turned_at: datetime | None = DateTimeField(db_field="turnedAt")
    untold: bool | None = BooleanField()


class Alarm(Noun):
    """A part that turned failed, or fine again, at a moment: told to one workspace once.

    `team_id` empty: the only one. What was `tried` in `channel_id` may be there. `refused` counts
    noes; `ts` is the post.
    """

    meta = {**TOLERANT, "collection": "alarms"}
    INDEXES = (
        index("turn", "name", "turnedAt", "teamId", unique=True),
        index("work", "work.due_at", where=present("work.due_at")),
        IndexModel([("turnedAt", ASCENDING)], name="old", expireAfterSeconds=A_MONTH),
    )

    name: str = StringField(required=True)
    state: str = StringField(required=True, choices=STATES)
    turned_at: datetime = DateTimeField(required=True, db_field="turnedAt")
    since: datetime | None = DateTimeField()
    message: str = StringField(default="")
    fix: str | None = StringField()
    team_id: str = StringField(default="", db_field="teamId")
    channel_id: str | None = StringField(db_field="channelId")
    tried_at: datetime | None = DateTimeField(db_field="triedAt")
    refused: int = IntField(default=0)
    ts: str | None = StringField()
    work: Slot | None = EmbeddedDocumentField(Slot)
