"""One conversation: our sender and one number, kept for ever."""

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocumentField,
    IntField,
    LongField,
    ObjectIdField,
    StringField,
)

from domain.model.base import TOLERANT, Lease, Noun, Part


class Channel(Part):
    """Where agents see the conversation, and how far its set-up has come.

    Steps: wanted (nothing yet) → naming (a name is being tried) → open (it exists) → ready.
    A conversation in the inbox channel has `thread_ts` and skips straight to ready.
    """

    step: str = StringField(default="wanted", choices=("wanted", "naming", "anchoring", "open", "ready"))
    channel_id: str | None = StringField(db_field="channelId")
    thread_ts: str | None = StringField(db_field="threadTs")
    name: str | None = StringField()
    tries: int = IntField(default=0)
    tried_at: datetime | None = DateTimeField(db_field="triedAt")


class Thread(Noun):
    """`position` is the order of its messages: microseconds, and never backwards."""

    meta = {
        **TOLERANT,
        "collection": "threads",
        "indexes": [
            {"fields": ["sender", "phone"], "unique": True, "name": "pair"},
            {"fields": ["phone"], "name": "phone"},
            {"fields": ["-lastMessageAt", "-_id"], "name": "latest"},
            {"fields": ["status", "-lastMessageAt", "-_id"], "name": "status"},
            {"fields": ["assignedTo", "-lastMessageAt", "-_id"], "name": "assigned"},
            {"fields": ["contactId", "-lastMessageAt", "-_id"], "name": "contact"},
            {
                "fields": ["channel.channelId", "channel.threadTs"],
                "name": "channel",
                "partialFilterExpression": {"channel.channelId": {"$exists": True}},
            },
        ],
    }

    sender: str = StringField(required=True)
    phone: str = StringField(required=True)
    own_number: str | None = StringField(db_field="ownNumber")
    known: bool = BooleanField(default=True)
    contact_id = ObjectIdField(db_field="contactId")
    status: str = StringField(default="open", choices=("open", "snoozed", "closed"))
    assigned_to: str | None = StringField(db_field="assignedTo")
    unread_count: int = IntField(default=0, db_field="unreadCount")
    read_up_to: int = LongField(default=0, db_field="readUpTo")
    last_message_id = ObjectIdField(db_field="lastMessageId")
    last_message_at: datetime = DateTimeField(required=True, db_field="lastMessageAt")
    snoozed_until: datetime | None = DateTimeField(db_field="snoozedUntil")
    held_for_review: bool = BooleanField(default=False, db_field="heldForReview")
    reply_mode: str = StringField(default="send", choices=("send", "internal"), db_field="replyMode")
    channel: Channel = EmbeddedDocumentField(Channel, default=Channel)
    position: int = LongField(default=0)
    dispatch_lease: Lease | None = EmbeddedDocumentField(Lease, db_field="dispatchLease")
    relay_lease: Lease | None = EmbeddedDocumentField(Lease, db_field="relayLease")
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
