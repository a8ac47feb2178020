"""What is told of a week in the chat, once."""

from datetime import datetime

from mongoengine import DateTimeField, EmbeddedDocumentField, IntField, StringField

from domain.model.base import TOLERANT, Noun, Slot, index, present


class Digest(Noun):
    """The week before `monday` (YYYY-MM-DD), told to one workspace; `team_id` empty: the only one.

    `file_id` is the picture that the chat has; what was `tried` in `channel_id` may be there.
    `refused` counts noes; `ts` is the post, `-` where there was nothing to tell.
    """

    meta = {**TOLERANT, "collection": "digests"}
    INDEXES = (
        index("week", "monday", "teamId", unique=True),
        index("work", "work.due_at", where=present("work.due_at")),
    )

    monday: str = StringField(required=True)
    team_id: str = StringField(default="", db_field="teamId")
    channel_id: str | None = StringField(db_field="channelId")
    file_id: str | None = StringField(db_field="fileId")
    tried_at: datetime | None = DateTimeField(db_field="triedAt")
    refused: int = IntField(default=0)
    ts: str | None = StringField()
    work: Slot | None = EmbeddedDocumentField(Slot)
