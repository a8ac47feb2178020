"""What a conversation owes its agents beside the texts: a reminder, the news that it is awake."""

from datetime import datetime

from mongoengine import BooleanField, DateTimeField, IntField, LongField, StringField

from domain.model.base import Part

KINDS = ("awake", "waiting", "undecided", "expired")


class Waiting(Part):
    """A customer waits: `position` is their first text that nobody has answered or read.

    `since` is when it came. `counted_from`: from when the time until a reminder runs, which is
    later for what was snoozed meanwhile. `open` until somebody is reminded of it.
    """

    position: int = LongField(required=True)
    since: datetime = DateTimeField(required=True)
    counted_from: datetime = DateTimeField(required=True, db_field="countedFrom")
    open: bool = BooleanField(default=True)


class Nudge(Part):
    """One line to be posted in the conversation's place, once, and then forgotten.

    `kind` is `awake`, `waiting`, `undecided` or `expired`; `position` says what it is about. Where
    it was `tried` it may be there or not, until somebody has looked.
    """

    key: str = StringField(required=True)
    kind: str = StringField(required=True, choices=KINDS)
    position: int = LongField(default=0)
    due_at: datetime = DateTimeField(required=True, db_field="dueAt")
    lease_id: str | None = StringField(db_field="leaseId")
    attempts: int = IntField(default=0)
    tried_at: datetime | None = DateTimeField(db_field="triedAt")
    channel_id: str | None = StringField(db_field="channelId")
    thread_ts: str | None = StringField(db_field="threadTs")
