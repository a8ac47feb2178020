"""Which of our processes run: each says so every few seconds."""

from datetime import datetime

from mongoengine import DateTimeField, DictField, IntField, StringField
from pymongo import ASCENDING, IndexModel

from domain.model.base import TOLERANT, Noun, index

KINDS = ("web", "worker", "bot")
A_DAY = 24 * 3600


class Process(Noun):
    """One running process, by a `key` that it made up when it started.

    `facts` are short words about it, such as where it listens. It removes itself at a clean end;
    one that died is forgotten a day after it was last seen.
    """

    meta = {**TOLERANT, "collection": "processes"}
    INDEXES = (
        index("key", "key", unique=True),
        IndexModel([("seenAt", ASCENDING)], name="seen", expireAfterSeconds=A_DAY),
    )

    key: str = StringField(required=True)
    kind: str = StringField(required=True, choices=KINDS)
    host: str = StringField(default="")
    pid: int = IntField(default=0)
    version: str = StringField(default="")
    facts: dict[str, str] = DictField()
    started_at: datetime = DateTimeField(required=True, db_field="startedAt")
    seen_at: datetime = DateTimeField(required=True, db_field="seenAt")
