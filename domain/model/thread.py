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

from domain.model.base import TOLERANT, Lease, Noun, Part, index, present


class Channel(Part):
    """Where agents see the conversation, and how far its set-up has come.

    Steps: wanted (nothing yet) → naming (a name is being tried) → open (it exists) → ready.
    A conversation in the inbox channel has `thread_ts` and skips straight to ready.
    """

    step: str = StringField(
        default="wanted", choices=("wanted", "naming", "anchoring", "open", "ready")
    )
    team_id: str | None = StringField(db_field="teamId")
    channel_id: str | None = StringField(db_field="channelId")
    thread_ts: str | None = StringField(db_field="threadTs")
    name: str | None = StringField()
    tries: int = IntField(default=0)
    tried_at: datetime | None = DateTimeField(db_field="triedAt")


class Thread(Noun):
    """`position` is the order of its messages: microseconds, and never backwards.

    `turn` is another with every new position.
    """

    meta = {**TOLERANT, "collection": "threads"}
    INDEXES = (
        index("pair", "sender", "phone", unique=True),
        index("phone", "phone"),
        index("latest", "-lastMessageAt", "-_id"),
        index("status", "status", "-lastMessageAt", "-_id"),
        index("assigned", "assignedTo", "-lastMessageAt", "-_id"),
        index("contact", "contactId", "-lastMessageAt", "-_id"),
        index("sender", "sender", "-lastMessageAt", "-_id"),
        index("unread", "-lastMessageAt", "-_id", where={"unreadCount": {"$gt": 0}}),
        index("snoozed", "snoozedUntil", where=present("snoozedUntil")),
        index(
            "channel", "channel.channelId", "channel.threadTs", where=present("channel.channelId")
        ),
    )

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
    reply_mode: str = StringField(
        default="send", choices=("send", "internal"), db_field="replyMode"
    )
    reply_mode_at: datetime | None = DateTimeField(db_field="replyModeAt")
    channel: Channel = EmbeddedDocumentField(Channel, default=Channel)
    position: int = LongField(default=0)
    turn = ObjectIdField()
    dispatch_lease: Lease | None = EmbeddedDocumentField(Lease, db_field="dispatchLease")
    relay_lease: Lease | None = EmbeddedDocumentField(Lease, db_field="relayLease")
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
