"""One conversation: our sender and one number, kept for ever."""

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocumentField,
    EmbeddedDocumentListField,
    IntField,
    LongField,
    ObjectIdField,
    StringField,
)

from domain.model.base import TOLERANT, Lease, Noun, Part, Slot, index, present
from domain.model.nudge import Nudge, Waiting
from domain.model.review import Review


class Earlier(Part):
    """A place that the conversation has left, and its card there.

    `left_at`: at that moment it was still there, right before it was elsewhere. `deleted`: the
    channel is no more, but what was typed in it may still reach us.
    """

    team_id: str | None = StringField(db_field="teamId")
    channel_id: str = StringField(required=True, db_field="channelId")
    thread_ts: str | None = StringField(db_field="threadTs")
    card_ts: str | None = StringField(db_field="cardTs")
    left_at: datetime | None = DateTimeField(db_field="leftAt")
    deleted: bool | None = BooleanField()


class Tiding(Part):
    """Something about the place that is told in a channel, once; without one, in the inbox.

    `link_id` is the channel that it points to.
    """

    key: str = StringField(required=True)
    text: str = StringField(required=True)
    channel_id: str | None = StringField(db_field="channelId")
    thread_ts: str | None = StringField(db_field="threadTs")
    link_id: str | None = StringField(db_field="linkId")
    tried_at: datetime | None = DateTimeField(db_field="triedAt")


STEPS = ("wanted", "naming", "anchoring", "open", "furnished", "carded", "ready")
SHUT = ("archiving", "archived")


class Channel(Part):
    """Where agents see the conversation, and how far its set-up has come.

    Steps: wanted (nothing yet) → naming (a name is being tried) → open (it exists) → furnished
    (topic, people) → carded (its card is posted) → ready (and what was said before is told).
    One in the inbox channel has `thread_ts`: wanted → anchoring → carded → ready. Closed ones go
    from ready to archiving to archived, and back to open or, under another name, to wanted.

    `awaited`: somebody asked for the place, so it does not wait for the next text. `barred` is why
    the chat would not archive it; of all conversations barred so, one has `told` it. `card` and
    `topic` stand for what they say by now; `heard_ts` and `named_ts` are the last events obeyed.
    What agents typed up to `looked_at` has been looked for in the chat's own records.
    """

    step: str = StringField(default="wanted", choices=(*STEPS, *SHUT))
    team_id: str | None = StringField(db_field="teamId")
    channel_id: str | None = StringField(db_field="channelId")
    thread_ts: str | None = StringField(db_field="threadTs")
    name: str | None = StringField()
    tries: int = IntField(default=0)
    first_try: int = IntField(default=0, db_field="firstTry")
    tried_at: datetime | None = DateTimeField(db_field="triedAt")
    awaited: bool = BooleanField(default=False)
    inbox_id: str | None = StringField(db_field="inboxId")
    card_ts: str | None = StringField(db_field="cardTs")
    card: str | None = StringField()
    topic: str | None = StringField()
    pinned: bool = BooleanField(default=False)
    barred: str | None = StringField()
    told: str | None = StringField()
    earlier: list[Earlier] = EmbeddedDocumentListField(Earlier)
    farewell: bool = BooleanField(default=False)
    heard_ts: str | None = StringField(db_field="heardTs")
    named_ts: str | None = StringField(db_field="namedTs")
    looked_at: datetime | None = DateTimeField(db_field="lookedAt")

    @property
    def left(self) -> list[Earlier]:
        """The earlier places that may still be there, the latest last."""
        return [one for one in self.earlier if not one.deleted]


class Thread(Noun):
    """`position` is the order of its messages: microseconds, and never backwards.

    `turn` is another with every new position. `upkeep` is due while its place does not look as it
    should; `upkeep_asked` counts how often it became so.

    Texts up to `settled_up_to` were there when it was last closed, so nobody waits for an answer
    to them; of those up to `reminded_up_to` agents were reminded.

    While it is `held_for_review`, `review` says why and until when; afterwards what came of it.
    """

    meta = {**TOLERANT, "collection": "threads"}
    INDEXES = (
        index("pair", "sender", "phone", unique=True),
        index("phone", "phone"),
        index("latest", "-lastMessageAt", "-_id"),
        index("status", "status", "-lastMessageAt", "-_id"),
        index("assigned", "assignedTo", "-lastMessageAt", "-_id"),
        index("desk", "assignedTo", "status", "-unreadCount", "-lastMessageAt", "-_id"),
        index("contact", "contactId", "-lastMessageAt", "-_id"),
        index("sender", "sender", "-lastMessageAt", "-_id"),
        index("unread", "-lastMessageAt", "-_id", where={"unreadCount": {"$gt": 0}}),
        index("snoozed", "snoozedUntil", where=present("snoozedUntil")),
        index("waiting", "waiting.countedFrom", where={"waiting.open": True, "status": "open"}),
        index("nudges", "nudges.dueAt", where=present("nudges.dueAt")),
        index(
            "channel", "channel.channelId", "channel.threadTs", where=present("channel.channelId")
        ),
        index(
            "earlier",
            "channel.earlier.channelId",
            where=present("channel.earlier.channelId"),
        ),
        index("held", "heldForReview", "review.dueAt", "_id", where={"heldForReview": True}),
        index("told", "channel.told", unique=True, where=present("channel.told")),
        index("upkeep", "upkeep.due_at", where=present("upkeep.due_at")),
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
    opened_at: datetime | None = DateTimeField(db_field="openedAt")
    settled_up_to: int = LongField(default=0, db_field="settledUpTo")
    reminded_up_to: int = LongField(default=0, db_field="remindedUpTo")
    waiting: Waiting | None = EmbeddedDocumentField(Waiting)
    nudges: list[Nudge] = EmbeddedDocumentListField(Nudge)
    held_for_review: bool = BooleanField(default=False, db_field="heldForReview")
    review: Review | None = EmbeddedDocumentField(Review)
    reply_mode: str = StringField(
        default="send", choices=("send", "internal"), db_field="replyMode"
    )
    reply_mode_at: datetime | None = DateTimeField(db_field="replyModeAt")
    channel: Channel = EmbeddedDocumentField(Channel, default=Channel)
    tidings: list[Tiding] = EmbeddedDocumentListField(Tiding)
    upkeep: Slot | None = EmbeddedDocumentField(Slot)
    upkeep_asked: int = IntField(default=0, db_field="upkeepAsked")
    position: int = LongField(default=0)
    turn = ObjectIdField()
    dispatch_lease: Lease | None = EmbeddedDocumentField(Lease, db_field="dispatchLease")
    relay_lease: Lease | None = EmbeddedDocumentField(Lease, db_field="relayLease")
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
