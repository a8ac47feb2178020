"""What is told once in a workspace's inbox of what came late."""

from datetime import datetime

from mongoengine import DateTimeField, EmbeddedDocumentField, IntField, StringField

from domain.model.base import TOLERANT, Noun, Slot, index, present


class Bulletin(Noun):
    """Of the texts that were recovered after `since`, up to `until`; `team_id` empty: the only one.

    What was `tried` in `channel_id` may be there. `refused` counts noes; `ts` is the post, `-`
    where there was nothing to tell.
    """

    meta = {**TOLERANT, "collection": "bulletins"}
    INDEXES = (
        index("span", "since", "teamId", unique=True),
        index("work", "work.due_at", where=present("work.due_at")),
    )

    since: datetime = DateTimeField(required=True)
    until: datetime = DateTimeField(required=True)
    team_id: str = StringField(default="", db_field="teamId")
    channel_id: str | None = StringField(db_field="channelId")
    tried_at: datetime | None = DateTimeField(db_field="triedAt")
    refused: int = IntField(default=0)
    ts: str | None = StringField()
    work: Slot | None = EmbeddedDocumentField(Slot)
