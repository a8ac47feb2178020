"""How far the chat's own records of one workspace have been read again."""

from datetime import datetime

from mongoengine import (
    DateTimeField,
    EmbeddedDocumentField,
    EmbeddedDocumentListField,
    ListField,
    ObjectIdField,
    StringField,
)

from domain.model.base import TOLERANT, Noun, Part, Slot, index, present


class Errand(Part):
    """A part of the records that is still to be read: between two of the chat's timestamps.

    In the channel itself, or in one of its threads. What nobody has told us of is new after
    `since`. `doubted` are texts whose originals were not found: have the records so old a message?
    """

    channel_id: str = StringField(required=True, db_field="channelId")
    thread_ts: str | None = StringField(db_field="threadTs")
    team_id: str | None = StringField(db_field="teamId")
    after: str = StringField(required=True)
    before: str = StringField(required=True)
    since: str = StringField(default="")
    doubted: list[str] = ListField(StringField())


class Round(Noun):
    """The present round, or the last: one document for each workspace (`team_id` empty: the only).

    `queue` are conversations still to be looked at; `thread_id` is the one being looked at, by its
    `errands`, up to `until`. `found` are the origins of what was missed in this round; of that is
    told by a post that was tried at `tried_at` in `channel_id`. `heard_at`: then somebody listened.
    `gap_at`: by then the chat has told again what nobody heard in the last short gap.
    """

    meta = {**TOLERANT, "collection": "rounds"}
    INDEXES = (
        index("team", "teamId", unique=True),
        index("work", "work.due_at", where=present("work.due_at")),
    )

    team_id: str = StringField(default="", db_field="teamId")
    begun_at: datetime | None = DateTimeField(db_field="begunAt")
    done_at: datetime | None = DateTimeField(db_field="doneAt")
    queue: list[object] = ListField(ObjectIdField())
    thread_id = ObjectIdField(db_field="threadId")
    until: datetime | None = DateTimeField()
    errands: list[Errand] = EmbeddedDocumentListField(Errand)
    found: list[str] = ListField(StringField())
    channel_id: str | None = StringField(db_field="channelId")
    tried_at: datetime | None = DateTimeField(db_field="triedAt")
    heard_at: datetime | None = DateTimeField(db_field="heardAt")
    gap_at: datetime | None = DateTimeField(db_field="gapAt")
    work: Slot | None = EmbeddedDocumentField(Slot)
